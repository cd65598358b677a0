"""Data: read, checked and shaped once."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
        "cell_changes",
        "cells",
        "checks",
        "derive",
        "dictionary",
        "files",
        "flow",
        "problems",
        "pseudo",
        "published",
        "read",
        "simulate",
        "simulation",
        "sources",
        "store",
        "summary",
        "trial",
    ],
    submod_attrs={
        "trial": ["Trial"],
        "published": ["Published", "read_published"],
        "read": ["find_problems", "read_study"],
        "store": ["load_trial"],
        "summary": ["from_summary"],
        "simulate": ["simulate"],
    },
)
