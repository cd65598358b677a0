"""Running: chapters through papermill, one run folder a study, and what became of each."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
        "batch",
        "begun",
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
        "lost",
        "noise",
        "notebooks",
        "parameters",
        "plans",
        "pool",
        "private",
        "progress",
        "sockets",
        "stages",
        "study_run",
        "tasks",
        "traces",
        "worker",
    ],
    submod_attrs={"tasks": ["run_studies"]},
)
