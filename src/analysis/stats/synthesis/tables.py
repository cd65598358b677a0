"""Tables of a synthesis: heterogeneity with intervals, and the rows of one long table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .hetero import Heterogeneity
from .interval import HeterogeneityInterval

NUMBERS = ["value", "se", "df", "lower", "upper", "p"]


def heterogeneity_table(hetero: Heterogeneity, profile: HeterogeneityInterval) -> pd.DataFrame:
    """statistic (tau2, tau, i2, h2, q), value, se, df, lower, upper, p."""
    tau2 = float(hetero.tau2)
    values = {"tau2": tau2, "tau": np.sqrt(tau2), "i2": float(hetero.i2), "h2": float(hetero.h2)}
    rows = [
        {
            "statistic": name,
            "value": value,
            "lower": float(getattr(profile, name)[0]),
            "upper": float(getattr(profile, name)[1]),
        }
        for name, value in values.items()
    ]
    rows[0]["se"] = float(hetero.se)
    df, p = float(hetero.q_df), float(hetero.q_p)
    rows.append({"statistic": "q", "value": float(hetero.q), "df": df, "p": p})
    return pd.DataFrame(rows, columns=["statistic", *NUMBERS])


def long_rows(
    coefficients: pd.DataFrame,
    heterogeneity: pd.DataFrame,
    prediction: pd.DataFrame | None,
    k: int,
    method: str,
) -> pd.DataFrame:
    """The tables of a synthesis under each other.

    Args:
        coefficients: name, estimate, se, df, lower, upper, p.
        heterogeneity: from `heterogeneity_table`.
        prediction: estimate, se, df, lower, upper of a new study, if there is one effect.
        k: studies.
        method: in words.

    Returns:
        statistic (`pooled` or `coefficient`, `prediction`, `tau2`, ...), term, value, se, df,
        lower, upper, p, n, method.
    """
    alone = len(coefficients) == 1
    first = coefficients.rename(columns={"estimate": "value", "name": "term"})
    parts = [first.assign(statistic="pooled" if alone else "coefficient")]
    if prediction is not None:
        new = prediction.rename(columns={"estimate": "value"})
        parts.append(new.assign(statistic="prediction", term="Intercept", p=np.nan))
    parts.append(heterogeneity.assign(term=None))
    made = pd.concat([part.reindex(columns=["statistic", "term", *NUMBERS]) for part in parts])
    return made.reset_index(drop=True).assign(n=k, method=method)
