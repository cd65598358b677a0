"""Synthesis of studies: effects, heterogeneity, pooling, bias, levels, networks."""

from __future__ import annotations

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=[
        "asymmetry",
        "between",
        "changes",
        "cluster",
        "components",
        "counts",
        "effect",
        "fit",
        "fit_bias",
        "fit_each",
        "fit_pooled",
        "hetero",
        "influence",
        "interval",
        "levels_fit",
        "limits",
        "means",
        "measures",
        "meta",
        "meta_levels",
        "multilevel",
        "network",
        "network_arms",
        "network_data",
        "network_fit",
        "network_model",
        "pooled",
        "printed",
        "selection",
        "selection_weights",
        "shared",
        "single",
        "studies",
        "tables",
        "trimfill",
        "typed",
        "weighted",
        "worthwhile",
    ],
    submod_attrs={
        "fit": ["MetaFit"],
        "levels_fit": ["LevelsFit"],
        "network_fit": ["NetworkFit"],
    },
)
