"""What each study says and does, as tables."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd
from scipy import stats

from ..design import refuse_unknown_columns
from .fit_pooled import PooledFit
from .influence import cumulative, influence, leave_one_out, shrunken
from .pooled import Pooled


class EachStudy(PooledFit):
    """A pooled fit with the part of each study.

    Source: Viechtbauer & Cheung (2010) Res Synth Methods 1:112.
    Agrees with: validation/metafor/README.md
    """

    @property
    def studies(self) -> pd.DataFrame:
        """One row a study: study, effect, se, lower, upper, weight, fitted, residual (and its
        standardised value), best_guess of its own true effect with best_guess_se.
        """
        made, s = self.pooled, shrunken(self.y, self.v, self.X, self.pooled)
        se = np.sqrt(self.v)
        half = stats.norm.ppf((1 + made.level) / 2) * se
        columns = {"study": self.read.labels, "effect": self.y, "se": se, "lower": self.y - half}
        columns |= {"upper": self.y + half, "weight": made.weights, "fitted": self.y - s.residual}
        columns |= {"residual": s.residual, "standardised": s.residual / s.residual_se}
        return pd.DataFrame({**columns, "best_guess": s.effect, "best_guess_se": s.effect_se})

    def leave_one_out(self) -> pd.DataFrame:
        """The result without each study: study, estimate, se, lower, upper, p, tau2, i2, q.

        With moderators the estimate is that of the first coefficient.
        """
        return self._many(leave_one_out(self.y, self.v, self.X, self.pooled), self.read.labels)

    def cumulative(self, by: str) -> pd.DataFrame:
        """The result as studies came in: study (the last added), then as `leave_one_out`.

        Args:
            by: the column that orders the studies, such as the year.
        """
        self._refuse_moderators("cumulative", "leave_one_out")
        refuse_unknown_columns(self.data, [by])
        column = self.data[by].iloc[self.read.design.rows]
        order = np.argsort(column.to_numpy(), kind="stable")
        made = cumulative(self.y, self.v, self.pooled, order)
        return self._many(made, [self.read.labels[i] for i in order])

    def influence(self) -> pd.DataFrame:
        """What each study does: study, rstudent, dffits, cook, cov_ratio, tau2, q, hat, marked, and
        dfbetas of each coefficient.
        """
        found = influence(self.y, self.v, self.X, self.pooled)
        names = [f"dfbetas {name}" for name in self.read.design.names]
        shown = ("rstudent", "dffits", "cook", "cov_ratio", "tau2", "q", "hat", "marked")
        table = pd.DataFrame({"study": self.read.labels, **{c: getattr(found, c) for c in shown}})
        return table.assign(**dict(zip(names, found.dfbetas.T, strict=True)))

    def _many(self, made: Pooled, labels: list[Hashable]) -> pd.DataFrame:
        columns = ("se", "lower", "upper", "p")
        first = {"estimate": made.beta[:, 0], **{c: getattr(made, c)[:, 0] for c in columns}}
        spread = {c: getattr(made.hetero, c) for c in ("tau2", "i2", "q")}
        return pd.DataFrame({"study": labels, **first, **spread})
