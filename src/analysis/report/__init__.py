"""The report: what was shown, bound into pages that anyone can open, with its provenance."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
        "answers",
        "appendix",
        "assemble",
        "batch_crate",
        "chapters",
        "crate",
        "crate_parts",
        "environment",
        "fill",
        "front",
        "hashing",
        "index",
        "inputs",
        "markup",
        "moved",
        "moved_words",
        "page",
        "provenance",
        "received",
        "record",
        "times",
    ],
    submod_attrs={
        "assemble": ["write_report"],
        "batch_crate": ["BatchRecord", "RunRecord", "write_batch_crate"],
        "index": ["write_index"],
        "record": ["ChapterRecord"],
    },
)
