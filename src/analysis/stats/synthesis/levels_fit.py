"""Several effects a study, pooled: coefficients, variances by level, robust variances."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd
from scipy import stats

from ..predict import new_rows
from ..summary import Shown
from ..threads import one_thread
from .cluster import KINDS, Robust, cluster_robust
from .multilevel import Levels, component_interval, multilevel
from .pooled import inferred
from .studies import Studies


class LevelsFit(Shown):
    """The estimates of `meta_levels` as tables.

    Source: Konstantopoulos (2011) Res Synth Methods 2:61.
    Agrees with: validation/metafor/README.md
    """

    def __init__(
        self,
        studies: Studies,
        V: np.ndarray,
        names: list[str],
        codes: list[np.ndarray],
        *,
        reml: bool,
        test: str,
        level: float,
        robust: str | None = None,
    ) -> None:
        self.read, self.V, self.codes = studies, V, codes
        self.reml, self.test, self.level = reml, test, level
        self.y, self.X = studies.design.y, studies.design.X
        self.levels: Levels = multilevel(self.y, V, self.X, names, codes, reml=reml)
        self.robust_kind = robust

    @property
    def method(self) -> str:
        """The method in a few words."""
        words = ["REML" if self.reml else "ML", {"t": "t", "z": "normal"}[self.test]]
        if self.robust_kind:
            words = [words[0], KINDS[self.robust_kind]]
        return f"Meta-analysis with {len(self.levels.names) + 1} levels, {', '.join(words)}"

    @property
    def formula(self) -> str:
        """The formula as it was given."""
        return self.read.design.formula

    @property
    def coefficients(self) -> pd.DataFrame:
        """One row a coefficient: name, estimate, se, df, lower, upper, t, p.

        Model-based, or robust where `robust` was asked for. With test='t' the degrees of freedom
        are the outermost groups less the coefficients.
        """
        if self.robust_kind:
            return self.robust(self.robust_kind)
        df = np.full(self.X.shape[1], np.inf if self.test == "z" else self._df)
        return self._table(self.levels.fit.covariance, df)

    def robust(self, kind: str = "cr2") -> pd.DataFrame:
        """The coefficients with a variance that holds whatever ties the effects of a study.

        Args:
            kind: `cr0`, `cr1`, `cr1p` or `cr2` (bias-reduced, with Satterthwaite's degrees of
                freedom); clusters are the outermost groups.

        Returns:
            As `coefficients`.
        """
        made = self._robust(kind)
        return self._table(made.covariance, made.df)

    @one_thread
    def variances(self, *, intervals: bool = False) -> pd.DataFrame:
        """One row a level: name, groups, variance, sd, i2; with `intervals` lower and upper of the
        variance by profile likelihood (which takes a while).
        """
        found = self.levels
        columns = {"name": found.names, "groups": found.groups, "variance": found.fit.theta}
        table = pd.DataFrame({**columns, "sd": np.sqrt(found.fit.theta), "i2": found.i2})
        if not intervals:
            return table
        parts = [(c[:, None] == c[None, :]).astype(float) for c in self.codes]
        drop = stats.chi2.ppf(self.level, 1) / 2
        given = {"reml": self.reml, "drop": drop}
        limits = [
            component_interval(self.y, self.V, self.X, parts, found.fit, i, **given)
            for i in range(len(parts))
        ]
        return table.assign(lower=[a for a, _ in limits], upper=[b for _, b in limits])

    def predict(self, data: pd.DataFrame) -> pd.DataFrame:
        """The mean effect at given moderators, and where that of a new effect of a new study lies.

        Args:
            data: the columns of the right side of the formula.

        Returns:
            estimate, se, df, lower, upper, prediction_lower, prediction_upper; index of `data`.
        """
        return self._predicted(new_rows(self.read.design, data)).set_index(data.index)

    def prediction(self) -> pd.DataFrame:
        """As `predict`, for the first coefficient alone: one row."""
        return self._predicted(np.eye(self.X.shape[1])[:1])

    def to_results(self) -> pd.DataFrame:
        """Coefficients and variances as rows of one long table.

        Returns:
            statistic (`coefficient`, `variance`, `i2`, `q`), term, value, se, df, lower, upper, p,
            n (effects), method.
        """
        first = self.coefficients.rename(columns={"estimate": "value", "name": "term"})
        parts = [first.assign(statistic="coefficient").drop(columns="t")]
        table = self.variances()
        for statistic in ("variance", "i2"):
            rows = pd.DataFrame({"term": table["name"], "value": table[statistic]})
            parts.append(rows.assign(statistic=statistic))
        q, df = self.levels.q, self.levels.q_df
        p = float(stats.chi2.sf(q, df))
        parts.append(pd.DataFrame([{"statistic": "q", "value": q, "df": df, "p": p}]))
        order = ["statistic", "term", "value", "se", "df", "lower", "upper", "p"]
        made = pd.concat([part.reindex(columns=order) for part in parts], ignore_index=True)
        return made.assign(n=len(self.y), method=self.method)

    @property
    def _df(self) -> float:
        return float(max(self.levels.groups[0] - self.X.shape[1], 0)) or np.nan

    @one_thread
    def _robust(self, kind: str) -> Robust:
        fit = self.levels.fit
        return cluster_robust(self.X, fit.M, fit.residuals, list(self.codes[0]), kind=kind)

    def _table(self, covariance: np.ndarray, df: np.ndarray) -> pd.DataFrame:
        beta, se = self.levels.fit.beta, np.sqrt(np.diag(covariance))
        t, p, lower, upper = inferred(beta, se, df, self.level)
        columns: dict[str, object] = {"name": list(self.read.design.names), "estimate": beta}
        columns |= {"se": se, "df": df, "lower": lower, "upper": upper, "t": t, "p": p}
        return pd.DataFrame(columns)

    def _predicted(self, rows: np.ndarray) -> pd.DataFrame:
        made = self._robust(self.robust_kind) if self.robust_kind else None
        covariance = self.levels.fit.covariance if made is None else made.covariance
        df = self._df if self.test == "t" or made is not None else np.inf
        estimate = rows @ self.levels.fit.beta
        squares = np.einsum("rp,pq,rq->r", rows, covariance, rows)
        se, t = np.sqrt(squares), stats.t.ppf((1 + self.level) / 2, df)
        wide = t * np.sqrt(squares + self.levels.fit.theta.sum())
        columns: dict[str, object] = {"estimate": estimate, "se": se, "df": df}
        columns |= {"lower": estimate - t * se, "upper": estimate + t * se}
        columns |= {"prediction_lower": estimate - wide, "prediction_upper": estimate + wide}
        return pd.DataFrame(columns)

    def _facts(self) -> dict[str, object]:
        found = self.levels
        rows: dict[str, Hashable] = {"formula": self.formula, "effects": len(self.y)}
        rows["left out"] = self.read.design.n_dropped
        for name, n, theta, i2 in zip(
            found.names, found.groups, found.fit.theta, found.i2, strict=True
        ):
            rows[name] = f"{n} groups, variance {theta:.4g}, {100 * i2:.0f} % of the whole"
        rows["Q"] = f"{found.q:.2f}, df {found.q_df}"
        return rows
