"""Results: rows of one long table, kept beside the report they are shown in."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["compare", "files", "record", "store"],
    submod_attrs={
        "compare": ["compare_results"],
        "record": ["COLUMNS", "Result", "result_id", "to_frame"],
        "store": ["read_results", "write_results"],
    },
)
