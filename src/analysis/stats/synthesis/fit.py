"""Studies pooled, as tables: what they say together, how they differ, and what each one does."""

from __future__ import annotations

import pandas as pd

from ..summary import Shown
from .fit_bias import BiasFit
from .tables import long_rows


class MetaFit(Shown, BiasFit):
    """The estimates of `meta` as tables.

    Source: Viechtbauer (2010) J Stat Softw 36(3).
    Agrees with: validation/metafor/README.md
    """

    def to_results(self) -> pd.DataFrame:
        """Coefficients, heterogeneity and the prediction interval as rows of one long table.

        Returns:
            statistic, term, value, se, df, lower, upper, p, n (studies), method.
        """
        alone = self.X.shape[1] == 1
        new = self.prediction() if alone else None
        return long_rows(self.coefficients, self.heterogeneity, new, self.n_studies, self.method)

    def _facts(self) -> dict[str, object]:
        hetero = self.pooled.hetero
        rows = {"formula": self.formula, "studies": self.n_studies, "left out": self.n_dropped}
        rows["tau2"] = f"{float(hetero.tau2):.4g}"
        rows["I2"] = f"{100 * float(hetero.i2):.1f} %"
        q_p = f"{float(hetero.q_p):.4f}" if hetero.q_p >= 0.0001 else "<0.0001"
        rows["Q"] = f"{float(hetero.q):.2f}, df {int(hetero.q_df)}, p {q_p}"
        if self.X.shape[1] == 1:
            new = self.prediction().iloc[0]
            rows["a new study"] = f"{new['lower']:.4g} to {new['upper']:.4g}"
        return {**rows, **{f"limit {i}": words for i, words in enumerate(self.limits, 1)}}
