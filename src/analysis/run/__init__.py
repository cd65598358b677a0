"""Running: chapters through papermill, one run folder a study, and what became of each."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
        "chapters",
        "cleaning",
        "compare",
        "crash",
        "failure",
        "flow",
        "folder",
        "former",
        "job",
        "kernel",
        "noise",
        "notebooks",
        "parameters",
        "plans",
        "pool",
        "private",
        "progress",
        "stages",
        "tasks",
        "traces",
    ],
    submod_attrs={"tasks": ["run_studies"]},
)
