"""A network of treatments as tables: effects, league, ranking, direct against indirect evidence."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import UsageError

from ..summary import Shown
from ..threads import one_thread
from .network_data import Network
from .network_limits import ALIKE, limits_of_network
from .network_model import METHODS, consistency, estimate_network, node_splits
from .network_ranks import all_pairs, p_scores
from .pooled import inferred


class NetworkFit(Shown):
    """The estimates of `network` as tables.

    Source: Rucker & Schwarzer (2015) BMC Med Res Methodol 15:58; White (2015) Stata J 15:951.
    Agrees with: validation/metafor/README.md
    """

    def __init__(
        self, data: Network, *, method: str, smaller_better: bool, level: float, n_dropped: int
    ) -> None:
        self.network, self.smaller_better, self.level = data, smaller_better, level
        self.n_dropped = n_dropped
        self.estimate = estimate_network(data, method=method)

    @property
    def method(self) -> str:
        """The method in a few words."""
        return f"Network meta-analysis, {METHODS[self.estimate.method]}, normal"

    @property
    def treatments(self) -> list[object]:
        """The treatments, the reference first."""
        return list(self.network.treatments)

    @property
    def effects(self) -> pd.DataFrame:
        """Each treatment against the reference: treatment, comparator, estimate, se, lower, upper,
        t (normal), p, prediction_lower, prediction_upper (nan as tau2), studies (that compare them
        directly).
        """
        return self.compare(self.treatments[0])

    def compare(self, comparator: object) -> pd.DataFrame:
        """Each treatment against any one of them, as `effects`.

        Raises:
            UsageError: no such treatment.
        """
        names = self.treatments
        if comparator not in names:
            raise UsageError(
                f"The network has no treatment {comparator!r}.",
                where="comparator",
                do=f"Use one of: {', '.join(map(str, names))}.",
            )
        j = names.index(comparator)
        return self._pairs([(i, j) for i in range(len(names)) if i != j])

    @property
    def pairs(self) -> pd.DataFrame:
        """All comparisons, each once, as `effects`."""
        k = len(self.treatments)
        return self._pairs([(i, j) for j in range(k) for i in range(j + 1, k)])

    def league(self, *, digits: int = 2) -> pd.DataFrame:
        """The league table: row treatment minus column treatment as `estimate (lower to upper)`.

        Treatments in the order of their ranking, best first; their names on the diagonal.
        """
        order = list(self.ranking["treatment"])
        difference, se = all_pairs(self.estimate.effects, self.estimate.covariance)
        half = stats.norm.ppf((1 + self.level) / 2) * se
        names = self.treatments
        cells = {}
        for b in order:
            j = names.index(b)
            cells[b] = [
                str(a)
                if a == b
                else f"{difference[i, j]:.{digits}f} ({difference[i, j] - half[i, j]:.{digits}f} "
                f"to {difference[i, j] + half[i, j]:.{digits}f})"
                for a in order
                for i in [names.index(a)]
            ]
        return pd.DataFrame(cells, index=order)

    @property
    def ranking(self) -> pd.DataFrame:
        """treatment, p_score (how sure it is to be better than another, 0 to 1), best first."""
        table = pd.DataFrame({"treatment": self.treatments, "p_score": self._scores()})
        return table.sort_values("p_score", ascending=False, kind="stable", ignore_index=True)

    @property
    def limits(self) -> list[str]:
        """What these studies cannot tell, in sentences; empty where nothing stands out."""
        return limits_of_network(self.network, self.estimate, self._scores())

    @property
    def heterogeneity(self) -> pd.DataFrame:
        """statistic (tau2, tau, i2, q), value, df, p; tau2 is nan where nothing is left to tell."""
        made = self.estimate
        rows = [{"statistic": "tau2", "value": made.tau2}]
        rows.append({"statistic": "tau", "value": float(np.sqrt(made.tau2))})
        rows.append({"statistic": "i2", "value": made.i2})
        p = float(stats.chi2.sf(made.q, made.q_df)) if made.q_df > 0 else np.nan
        rows.append({"statistic": "q", "value": made.q, "df": made.q_df, "p": p})
        return pd.DataFrame(rows, columns=["statistic", "value", "df", "p"])

    @one_thread
    def consistency(self) -> pd.DataFrame:
        """Q in total, within and between designs: part, q, df, p.

        `between designs, random effects` has tau2 as it is within designs.
        """
        method = self.estimate.method
        found = consistency(self.network, method=method)
        parts = {
            "total": found.total,
            "within designs": found.within,
            "between designs": found.between,
            "between designs, random effects": found.between_random,
        }
        rows = [{"part": name, "q": q, "df": df, "p": p} for name, (q, df, p) in parts.items()]
        return pd.DataFrame(rows)

    @one_thread
    def node_splits(self) -> pd.DataFrame:
        """Direct against indirect evidence: treatment, comparator, studies, direct, direct_se,
        indirect, indirect_se, difference, se, p, tau2; one row a comparison that has both.
        """
        names = self.treatments
        found = node_splits(self.network, method=self.estimate.method)
        rows = [
            {**vars(one), "treatment": names[one.treatment], "comparator": names[one.comparator]}
            for one in found
        ]
        fields = ["treatment", "comparator", "studies", "direct", "direct_se"]
        fields += ["indirect", "indirect_se", "difference", "se", "p", "tau2"]
        return pd.DataFrame(rows, columns=fields)

    @property
    def edges(self) -> pd.DataFrame:
        """The network's picture as numbers: treatment, comparator, studies that compare them."""
        names = self.treatments
        counts = self._direct()
        k = len(names)
        rows = [
            {"treatment": names[i], "comparator": names[j], "studies": counts[i, j]}
            for j in range(k)
            for i in range(j + 1, k)
            if counts[i, j]
        ]
        return pd.DataFrame(rows, columns=["treatment", "comparator", "studies"])

    def to_results(self) -> pd.DataFrame:
        """All comparisons, ranks and heterogeneity as rows of one long table.

        Returns:
            statistic (`difference`, `p_score`, `tau2`, ...), treatment, comparator, value, se, df,
            lower, upper, p, n (studies), method.
        """
        first = self.pairs.rename(columns={"estimate": "value"}).assign(statistic="difference")
        ranks = self.ranking.rename(columns={"p_score": "value"}).assign(statistic="p_score")
        columns = ["statistic", "treatment", "comparator"]
        columns += ["value", "se", "df", "lower", "upper", "p"]
        parts = [part.reindex(columns=columns) for part in (first, ranks, self.heterogeneity)]
        made = pd.concat([part.astype(object) for part in parts], ignore_index=True)
        made = made.astype(dict.fromkeys(columns[3:], float))
        return made.assign(n=len(self.network.studies), method=self.method)

    def _scores(self) -> np.ndarray:
        made = self.estimate
        return p_scores(made.effects, made.covariance, smaller_better=self.smaller_better)

    def _direct(self) -> np.ndarray:
        k = len(self.treatments)
        counts = np.zeros((k, k), dtype=int)
        for design in self.network.designs:
            counts[np.ix_(design, design)] += 1
        return counts

    def _pairs(self, pairs: list[tuple[int, int]]) -> pd.DataFrame:
        difference, spread = all_pairs(self.estimate.effects, self.estimate.covariance)
        rows, columns = zip(*pairs, strict=True)
        estimate, se = difference[rows, columns], spread[rows, columns]
        t, p, lower, upper = inferred(estimate, se, np.array(np.inf), self.level)
        wide = stats.norm.ppf((1 + self.level) / 2) * np.sqrt(se**2 + self.estimate.tau2)
        names = self.treatments
        return pd.DataFrame(
            {
                "treatment": [names[i] for i in rows],
                "comparator": [names[j] for j in columns],
                "estimate": estimate,
                "se": se,
                "df": np.inf,
                "lower": lower,
                "upper": upper,
                "t": t,
                "p": p,
                "prediction_lower": estimate - wide,
                "prediction_upper": estimate + wide,
                "studies": self._direct()[rows, columns],
            }
        )

    def _facts(self) -> dict[str, object]:
        made = self.estimate
        facts: dict[str, object] = {"studies": len(self.network.studies)}
        facts["treatments"] = len(self.treatments)
        facts["left out"] = self.n_dropped
        facts["tau2"] = "not told" if np.isnan(made.tau2) else f"{made.tau2:.4g}"
        facts["Q"] = f"{made.q:.2f}, df {made.q_df}"
        best, second = self.ranking.iloc[0], self.ranking.iloc[1]
        if best["p_score"] - second["p_score"] > ALIKE:
            facts["ranked first"] = f"{best['treatment']} (P-score {best['p_score']:.2f})"
        return facts | {f"limit {i}": words for i, words in enumerate(self.limits, 1)}

    def _shown(self) -> pd.DataFrame:
        table = self.effects
        name = [f"{a} - {b}" for a, b in zip(table["treatment"], table["comparator"], strict=True)]
        wanted = ["name", "estimate", "se", "lower", "upper", "p", "studies"]
        return table.assign(name=name)[wanted]
