"""One pooled effect or regression of studies, as tables."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Self

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import ModelError, UsageError

from ..predict import new_rows
from .hetero import METHODS
from .interval import q_profile
from .limits import limits_of, refuse_equal_effects, repeated
from .measures import MEASURES
from .pooled import TESTS, Pooled, inferred, pooled, prediction_df, prediction_interval
from .studies import Studies
from .tables import heterogeneity_table


class PooledFit:
    """What studies say together, and how they differ.

    Source: Viechtbauer (2010) J Stat Softw 36(3).
    Agrees with: validation/metafor/README.md
    """

    def __init__(
        self, studies: Studies, data: pd.DataFrame, *, method: str, test: str, level: float
    ) -> None:
        self.read, self.data = studies, data
        self.y, self.X, self.v = studies.design.y, studies.design.X, studies.variances
        self.pooled: Pooled = pooled(self.y, self.v, self.X, method=method, test=test, level=level)
        refuse_equal_effects(self.pooled)

    def using(
        self, *, method: str | None = None, test: str | None = None, level: float | None = None
    ) -> Self:
        """The same studies by another estimator of tau2, test or level.

        Raises:
            UsageError: an unknown name.
        """
        made = self.pooled
        return type(self)(
            self.read,
            self.data,
            method=method or made.hetero.method,
            test=test or made.test,
            level=level or made.level,
        )

    @property
    def formula(self) -> str:
        """The formula as it was given."""
        return self.read.design.formula

    @property
    def n_studies(self) -> int:
        """Studies used."""
        return self.read.k

    @property
    def n_dropped(self) -> int:
        """Rows left out because they have no effect."""
        return self.read.design.n_dropped

    @property
    def method(self) -> str:
        """The method in a few words."""
        made = self.pooled
        return f"Meta-analysis, {METHODS[made.hetero.method]}, {TESTS[made.test]}"

    @property
    def limits(self) -> list[str]:
        """What these studies cannot tell, in sentences; empty where nothing stands out."""
        said = limits_of(self.pooled, self.n_studies)
        named = self.read.named
        return said if named else said + repeated(self.y, self.v, self.X, self.read.labels)

    @property
    def coefficients(self) -> pd.DataFrame:
        """One row a coefficient: name, estimate, se, df, lower, upper, t, p.

        Without moderators the one row `Intercept` is the pooled effect. df is infinite, and t
        normal, with test='z'.
        """
        return self._rows(np.eye(len(self.read.design.names)), list(self.read.design.names))

    @property
    def ratios(self) -> pd.DataFrame:
        """The coefficients of a logarithmic measure as ratios: name, ratio, lower, upper.

        Raises:
            UsageError: the measure is unknown or no logarithm.
        """
        measure = MEASURES.get(self.read.measure or "")
        if measure is None or not measure.log:
            raise UsageError(
                "These effects are not known to be logarithms of ratios.",
                where="measure",
                do="Name the column that holds the measure (such as 'rr' or 'or') in every row.",
            )
        table = self.coefficients
        made = table[["name"]].assign(ratio=np.exp(table["estimate"]))
        return made.assign(lower=np.exp(table["lower"]), upper=np.exp(table["upper"]))

    @property
    def heterogeneity(self) -> pd.DataFrame:
        """How studies differ: statistic (tau2, tau, i2, h2, q), value, lower, upper, df, p.

        Intervals by the Q-profile method; i2 as a share from 0 to 1.
        """
        profile = q_profile(self.y, self.v, self.X, self.pooled.hetero, level=self.pooled.level)
        return heterogeneity_table(self.pooled.hetero, profile)

    def prediction(self, *, how: str = "as-test") -> pd.DataFrame:
        """Where the true effect of a new study is expected (without moderators).

        Args:
            how: degrees of freedom: `as-test` (normal for z, else k - 1), or `k-2`.

        Returns:
            One row: estimate, se (of a new true effect), df, lower, upper.

        Raises:
            ModelError: `k-2` where no degree of freedom is left.
        """
        self._refuse_moderators("prediction", "predict")
        return self._predicted(np.ones((1, 1)), how)

    def predict(self, data: pd.DataFrame, *, how: str = "as-test") -> pd.DataFrame:
        """The mean effect at given moderators, and where a new study's is expected.

        Args:
            data: the columns of the right side of the formula.
            how: as in `prediction`.

        Returns:
            estimate, se, df, lower, upper, prediction_lower, prediction_upper; index of `data`.
        """
        self._refuse_no_degree(how)
        rows = new_rows(self.read.design, data)
        table = self._rows(rows, list(data.index)).drop(columns=["name", "t", "p"])
        low, high = prediction_interval(self.pooled, rows, how=how)
        return table.assign(prediction_lower=low, prediction_upper=high).set_index(data.index)

    def moderator_test(self) -> pd.DataFrame:
        """Whether the moderators together explain anything: statistic, df, den_df, p, r2.

        Chi-squared with test='z', else F. r2 is the share of tau2 that they explain (0 to 1).

        Raises:
            UsageError: there is no moderator.
        """
        names = self.read.design.names
        rest = [i for i, name in enumerate(names) if name != "Intercept"]
        if not rest or len(names) == len(rest) == 1:
            raise UsageError("There is no moderator to test.", where=self.formula)
        made = self.pooled
        b, V = made.beta[rest], made.covariance[np.ix_(rest, rest)]
        q, m = float(b @ np.linalg.solve(V, b)), len(rest)
        df = float(made.df)
        p = stats.chi2.sf(q, m) if np.isinf(df) else stats.f.sf(q / m, m, df)
        shown = q if np.isinf(df) else q / m
        return pd.DataFrame(
            [{"statistic": shown, "df": m, "den_df": df, "p": float(p), "r2": self._explained()}]
        )

    def _predicted(self, rows: np.ndarray, how: str) -> pd.DataFrame:
        self._refuse_no_degree(how)
        low, high = prediction_interval(self.pooled, rows, how=how)
        table = self._rows(rows, ["prediction"])
        spread = np.sqrt(table["se"] ** 2 + float(self.pooled.hetero.tau2))
        made = table[["estimate"]].assign(se=spread, df=float(prediction_df(self.pooled, how)))
        return made.assign(lower=low, upper=high)

    def _rows(self, L: np.ndarray, names: list[Hashable]) -> pd.DataFrame:
        made = self.pooled
        estimate = L @ made.beta
        se = np.sqrt(np.einsum("rp,pq,rq->r", L, made.covariance, L))
        t, p, lower, upper = inferred(estimate, se, made.df, made.level)
        columns = {"name": names, "estimate": estimate, "se": se, "df": float(made.df)}
        return pd.DataFrame({**columns, "lower": lower, "upper": upper, "t": t, "p": p})

    def _explained(self) -> float:
        hetero = self.pooled.hetero
        none = pooled(self.y, self.v, method=hetero.method, test="z").hetero
        if hetero.method == "fixed":
            left, all_of_it = float(hetero.q / hetero.q_df), float(none.q / none.q_df)
        else:
            left, all_of_it = float(hetero.tau2), float(none.tau2)
        return max(0.0, 1 - left / all_of_it) if all_of_it > 0 else 0.0

    def _refuse_no_degree(self, how: str) -> None:
        if how == "k-2" and int(self.pooled.hetero.q_df) < 2:
            raise ModelError(
                f"how='k-2' leaves {self.n_studies} studies no degree of freedom.",
                why="Without one the prediction interval has no end on either side.",
                do="Use how='as-test', or show the studies side by side.",
            )

    def _refuse_moderators(self, what: str, instead: str) -> None:
        if self.X.shape[1] > 1:
            raise UsageError(
                f"{what}() is of one pooled effect, and this model has moderators.",
                where=self.formula,
                do=f"Use {instead}().",
            )
