"""Batches: many studies, chapters and values in one command, each run once and nothing lost."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
        "carry",
        "command",
        "decide",
        "follow",
        "journal",
        "layout",
        "meanwhile",
        "only",
        "points",
        "read",
        "record",
        "schema",
        "show",
        "stopping",
        "summary",
        "tell",
    ],
)
