"""Data: read, checked and shaped once."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
        "check",
        "derive",
        "dictionary",
        "flow",
        "problems",
        "read",
        "simulate",
        "store",
        "summary",
        "trial",
    ],
    submod_attrs={
        "trial": ["Trial"],
        "store": ["load_trial"],
        "summary": ["from_summary"],
        "simulate": ["simulate"],
    },
)
