"""Variance components of a fit with random effects: how much participants differ, and in what."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import UsageError

from .mmrm_fit import MMRMFit
from .random_effects import effects_covariance

EFFECTS = ("intercept", "slope")
N_EFFECTS = {"ri": 1, "ri+rs": 2}


def variance_components(fit: MMRMFit) -> pd.DataFrame:
    """How large are the differences between participants, beside those within one?

    Args:
        fit: a fit with covariance "ri" or "ri+rs".

    Returns:
        One row a component: group (the level, empty without groups), component, estimate, se, sd
        (its root; for the covariance of two effects their correlation). The intercept is at time
        0 of the visit column; slopes are in outcome units a unit of that column. The standard
        error is from the observed information; intervals of the normal kind are poor for variances.

    Raises:
        UsageError: the fit has no random effects.

    Source: Laird & Ware (1982) Biometrics 38:963.
    Agrees with: validation/lmm/lmm.json
    """
    name = fit.problem.structure.name
    if name not in N_EFFECTS:
        raise UsageError(
            f"A fit with covariance {name!r} has no random effects.",
            where="covariance",
            do=f"Fit with one of: {', '.join(N_EFFECTS)}.",
        )
    theta, groups = fit.optimum.point.theta, fit.observations.groups or ("",)
    spread = np.sqrt(np.diag(2 * np.linalg.inv(fit.optimum.slopes.hessian)))
    pieces = [
        _of_group(group, N_EFFECTS[name], own, error)
        for group, own, error in zip(
            groups, np.split(theta, len(groups)), np.split(spread, len(groups)), strict=True
        )
    ]
    return pd.concat(pieces, ignore_index=True)


def _of_group(group: object, n_effects: int, theta: np.ndarray, error: np.ndarray) -> pd.DataFrame:
    G, places = effects_covariance(n_effects, theta), np.tril_indices(n_effects)
    words, roots = [], []
    for a, b in zip(*places, strict=True):
        same = a == b
        words.append(EFFECTS[a] if same else f"{EFFECTS[b]} with {EFFECTS[a]}")
        roots.append(np.sqrt(G[a, a]) if same else G[a, b] / np.sqrt(G[a, a] * G[b, b]))
    return pd.DataFrame(
        {
            "group": group,
            "component": [*words, "residual"],
            "estimate": theta,
            "se": error,
            "sd": [*roots, np.sqrt(theta[-1])],
        }
    )
