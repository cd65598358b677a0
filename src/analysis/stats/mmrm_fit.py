"""A repeated-measures model fitted to a table: what it can tell beside what sums tell."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import UsageError

from .fit import LinearFit
from .leaveout import leave_one_out
from .observations import Observations
from .residual import normalised
from .summed_fit import SummedFit
from .threads import one_thread

RESIDUALS = ("marginal", "normalised")


class MMRMFit(SummedFit):
    """The estimates of `mmrm`, with LS means, differences, any linear contrast, and residuals.

    Source: Mallinckrodt et al. (2008) Drug Inf J 42:303.
    Agrees with: validation/mmrm/reference.json
    """

    observations: Observations
    fitted = LinearFit.fitted

    @one_thread
    def leave_one_out(self) -> pd.DataFrame:
        """The coefficients without each participant: one row a participant left out.

        Raises:
            ModelError: a fit that cannot do without some participant.
        """
        left = leave_one_out(self.observations, self.problem, self.optimum)
        people = self.observations.participants
        return pd.DataFrame(left.beta, index=people, columns=list(self.design.names))

    def residuals(self, kind: str = "marginal") -> pd.Series:
        """Outcome less fitted mean, one a used row.

        Args:
            kind: `marginal` in the outcome's unit, or `normalised`: freed of Sigma, so that they
                are independent with variance one if the model holds.
        """
        if kind not in RESIDUALS:
            raise UsageError(
                f"There are no {kind!r} residuals.", do=f"Use one of: {', '.join(RESIDUALS)}."
            )
        values = self.design.y - self.design.X @ self.beta
        if kind == "normalised":
            weights = self.observations.weights
            scaled = values if weights is None else values * np.sqrt(weights)
            values = normalised(scaled, self.observations.by_group, self.optimum.point.sigmas)
        return pd.Series(values, index=self.design.index, name=kind)
