"""Whether small or unpublished studies may mislead, and how much of the benefit is worthwhile."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.errors import UsageError

from ..threads import one_thread
from .asymmetry import egger, funnel_limits, rank_test
from .fit_each import EachStudy
from .selection import Selected, selection_model, sensitivity
from .trimfill import trim_and_fill
from .worthwhile import share_beyond


class BiasFit(EachStudy):
    """A pooled fit with its small-study checks; all are of one pooled effect, without moderators.

    Source: Sterne et al. (2011) BMJ 343:d4002.
    Agrees with: validation/metafor/README.md
    """

    def egger(self, *, predictor: str = "se") -> pd.DataFrame:
        """Whether effects change with the size of studies, by both usual forms.

        Args:
            predictor: `se`, `variance`, `n`, `1/n`, `root-n`, `1/root-n` (n as given to `meta`).

        Returns:
            form, slope, se, df, t, p, and the effect where the predictor is zero: intercept,
            lower, upper.
        """
        self._refuse_moderators("egger", "meta with the standard error as a moderator")
        given = {"predictor": predictor, "n": self.read.n, "level": self.pooled.level}
        method = self.pooled.hetero.method
        found = [
            egger(self.y, self.v, form=form, method=method, **given)
            for form in ("weighted-regression", "meta-regression")
        ]
        columns = ["form", "slope", "se", "df", "statistic", "p", "intercept", "lower", "upper"]
        table = pd.DataFrame([vars(one) for one in found])[columns]
        return table.rename(columns={"statistic": "t"})

    def rank_test(self) -> pd.DataFrame:
        """Whether effects and variances are ranked alike: tau, p (one row)."""
        self._refuse_moderators("rank_test", "studies")
        return pd.DataFrame([vars(rank_test(self.y, self.v))])

    def funnel(self, *, points: int = 50, centre: str = "pooled") -> pd.DataFrame:
        """Limits for a funnel figure: se, level, lower, upper.

        Args:
            points: standard errors, from zero to a little above the largest.
            centre: `pooled`, or `zero` for contours of significance.

        Raises:
            UsageError: another centre.
        """
        if centre not in ("pooled", "zero"):
            raise UsageError("The funnel stands at 'pooled' or at 'zero'.", where="centre")
        self._refuse_moderators("funnel", "studies")
        se = np.linspace(0, 1.05 * float(np.sqrt(self.v).max()), points)
        middle = float(self.pooled.beta[0]) if centre == "pooled" else 0.0
        parts = [
            pd.DataFrame({"se": se, "level": level, "lower": low, "upper": high})
            for level, (low, high) in funnel_limits(middle, se).items()
        ]
        return pd.concat(parts, ignore_index=True)

    def trim_and_fill(self, *, estimator: str = "l0", side: str | None = None) -> pd.DataFrame:
        """The effect with mirrored studies added, were the funnel lopsided by what is lacking.

        Args:
            estimator: of the number lacking: `l0`, `r0`, `q0`.
            side: `left` or `right`; default where the regression points.

        Returns:
            One row: added, side, estimate, se, df, lower, upper, p, tau2.
        """
        self._refuse_moderators("trim_and_fill", "egger")
        made, given = self.pooled, {"estimator": estimator, "side": side}
        options = {"method": made.hetero.method, "test": made.test, "level": made.level}
        found = trim_and_fill(self.y, self.v, **given, **options)
        new = found.pooled
        row = {"added": found.added, "side": found.side, "df": float(new.df)}
        parts = {"estimate": "beta", "se": "se", "lower": "lower", "upper": "upper", "p": "p"}
        row |= {name: float(getattr(new, field)[0]) for name, field in parts.items()}
        order = ["added", "side", "estimate", "se", "df", "lower", "upper", "p"]
        return pd.DataFrame([row])[order].assign(tau2=float(new.hetero.tau2))

    @one_thread
    def selection(
        self, *, shape: str = "step", steps: Sequence[float] = (0.025,), alternative: str = "less"
    ) -> pd.DataFrame:
        """The effect, were studies published by their p values (maximum likelihood).

        Args:
            shape: `step`, `beta`, `half-normal`, `exponential`, `logistic`, `power`.
            steps: ends of the intervals of one-sided p values, for `step`.
            alternative: the side that is easier to publish: `less` or `greater` than zero.

        Returns:
            One row: shape, estimate, se, lower, upper, p, tau2, lrt, df, lrt_p, and the parameters
            of the shape: delta_1, ...
        """
        self._refuse_moderators("selection", "egger")
        options = {"alternative": alternative, "level": self.pooled.level}
        found = selection_model(self.y, self.v, shape=shape, steps=steps, **options)
        deltas = {f"delta_{i}": float(d) for i, d in enumerate(found.delta, 1)}
        tested = {"lrt": found.lrt, "df": found.df, "lrt_p": found.lrt_p}
        return pd.DataFrame([{"shape": shape, **_effect(found), **tested, **deltas}])

    @one_thread
    def selection_scenarios(self, *, alternative: str = "less") -> pd.DataFrame:
        """The effect under fixed suppositions about what is published: four rows.

        Args:
            alternative: the side that is easier to publish: `less` or `greater` than zero.

        Returns:
            scenario, estimate, se, lower, upper, p, tau2.
        """
        self._refuse_moderators("selection_scenarios", "egger")
        options = {"alternative": alternative, "level": self.pooled.level}
        found = sensitivity(self.y, self.v, **options)
        return pd.DataFrame([{"scenario": name, **_effect(one)} for name, one in found.items()])

    @one_thread
    def share_beyond(
        self, threshold: float, *, side: str = "below", way: str = "calibrated"
    ) -> pd.DataFrame:
        """The share of settings whose true effect is beyond a threshold.

        Args:
            threshold: in the unit of the effects.
            side: `below` or `above` it is worthwhile.
            way: `calibrated` (counted, interval by bootstrap) or `normal`.

        Returns:
            One row: threshold, side, share (0 to 1), lower, upper, way, resamples.
        """
        self._refuse_moderators("share_beyond", "predict")
        found = share_beyond(self.y, self.v, self.pooled, threshold, side=side, way=way)
        return pd.DataFrame([{"threshold": threshold, "side": side, **vars(found)}])


def _effect(found: Selected) -> dict[str, float]:
    fields = ("estimate", "se", "lower", "upper", "p", "tau2")
    return {name: getattr(found, name) for name in fields}
