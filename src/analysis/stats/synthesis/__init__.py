"""Synthesis of studies: effects, heterogeneity, pooling, influence. Loaded when first used."""

from __future__ import annotations

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=[
        "between",
        "changes",
        "counts",
        "effect",
        "fit",
        "fit_each",
        "fit_pooled",
        "hetero",
        "influence",
        "interval",
        "limits",
        "means",
        "measures",
        "meta",
        "pooled",
        "printed",
        "shared",
        "single",
        "studies",
        "tables",
        "typed",
        "weighted",
    ],
    submod_attrs={"fit": ["MetaFit"]},
)
