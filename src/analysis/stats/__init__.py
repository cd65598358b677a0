"""Statistics: arrays and papers, nothing about the field they serve. Loaded when first used."""

from __future__ import annotations

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=[
        "ancova",
        "boundary",
        "contrast",
        "correlation",
        "covariance",
        "crossproducts",
        "design",
        "fit",
        "grid",
        "inference",
        "jointtest",
        "leaveout",
        "levels",
        "likelihood",
        "mmrm",
        "mmrm_fit",
        "observations",
        "patterns",
        "random_effects",
        "reml",
        "residual",
        "sandwich",
        "screen",
        "smallsample",
        "summary",
    ],
    submod_attrs={"ancova": ["AncovaFit"], "mmrm": ["MMRMFit"]},
)
