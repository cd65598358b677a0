"""Each participant's own course, drawn toward the mean of all as far as their data are few."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import UsageError

from .components import N_EFFECTS
from .mmrm_fit import MMRMFit
from .random_effects import effect_powers, effects_covariance


@dataclass(frozen=True)
class Shrunk:
    """Predicted random effects.

    effects: a row a participant: ``intercept`` and, with slopes, ``slope``, in the outcome's unit
    and that per unit of the visit column. covariance: participants x effects x effects, of the
    error of prediction with the fixed effects and variances taken as known.
    """

    effects: pd.DataFrame
    covariance: np.ndarray

    def deviations(self, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Each participant's distance from the mean course at these times, and its standard error.

        Args:
            times: M, in the unit of the visit column.

        Returns:
            Two arrays, participants x M.
        """
        Z = effect_powers(times, self.effects.shape[1])
        spread = np.einsum("mi,nij,mj->nm", Z, self.covariance, Z)
        return self.effects.to_numpy() @ Z.T, np.sqrt(np.maximum(spread, 0))


def shrunken(fit: MMRMFit, data: pd.DataFrame, *, subject: str, visit: str) -> Shrunk:
    """Best linear unbiased predictions of the random effects of every participant.

    Args:
        fit: a fit with covariance "ri" or "ri+rs", without groups.
        data: the table that it was fitted to.
        subject: the column that names the participant.
        visit: the column of the visit, numbers.

    Raises:
        UsageError: a fit without random effects, or with one set of them a group.

    Source: Robinson (1991) Stat Sci 6:15, equation 1.2; Laird & Ware (1982) Biometrics 38:963.
    """
    name = fit.problem.structure.name
    if name not in N_EFFECTS or fit.observations.groups:
        raise UsageError(
            f"Participants' own courses cannot be predicted from this fit ({name!r}).",
            where="covariance",
            do=f"Fit with one of: {', '.join(N_EFFECTS)}, and without groups.",
        )
    n, theta = N_EFFECTS[name], fit.optimum.point.theta
    G, noise = effects_covariance(n, theta), theta[-1]
    left = fit.residuals()
    used = data.loc[left.index, [subject, visit]].assign(left=left)
    names, effects, spread = [], [], []
    for who, own in used.groupby(subject, observed=True, sort=False):
        Z = effect_powers(own[visit].to_numpy(dtype=float), n)
        gain = np.linalg.solve(Z @ G @ Z.T + noise * np.eye(len(Z)), Z @ G).T
        names.append(who)
        effects.append(gain @ own["left"].to_numpy())
        spread.append(G - gain @ Z @ G)
    columns = ["intercept", "slope"][:n]
    return Shrunk(pd.DataFrame(effects, index=names, columns=columns), np.array(spread))
