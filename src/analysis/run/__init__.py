"""Running: chapters through papermill, one run folder a study, and what became of each."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
        "batch",
        "chapters",
        "cleaning",
        "cluster",
        "compare",
        "crash",
        "failure",
        "finished",
        "flow",
        "folder",
        "former",
        "inputs",
        "job",
        "kernel",
        "noise",
        "notebooks",
        "parameters",
        "plans",
        "pool",
        "private",
        "progress",
        "sockets",
        "stages",
        "tasks",
        "traces",
        "worker",
    ],
    submod_attrs={"tasks": ["run_studies"]},
)
