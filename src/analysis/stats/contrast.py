"""Linear contrasts of coefficients as a table: estimate, interval, test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import UsageError


def contrast_table(
    labels: pd.DataFrame,
    estimate: np.ndarray,
    se: np.ndarray,
    df: np.ndarray,
    *,
    level: float = 0.95,
    test: bool = True,
) -> pd.DataFrame:
    """Labels beside estimate, se, df, lower, upper and, when asked, t and p (two-sided).

    Raises:
        UsageError: a level outside 0 to 1.

    Source: Student's t with the degrees of freedom of each row.
    Agrees with: validation/mmrm/reference.json
    """
    if not 0 < level < 1:
        raise UsageError("The confidence level must lie between 0 and 1.", where=f"level={level}")
    half = stats.t.ppf((1 + level) / 2, df) * se
    made = labels.reset_index(drop=True).assign(
        estimate=estimate, se=se, df=df, lower=estimate - half, upper=estimate + half
    )
    return made.assign(**_test(estimate, se, df)) if test else made


def coefficient_table(
    names: Sequence[str], estimate: np.ndarray, se: np.ndarray, df: np.ndarray
) -> pd.DataFrame:
    """name, estimate, se, df, t, p."""
    columns = {"name": list(names), "estimate": estimate, "se": se, "df": df}
    return pd.DataFrame({**columns, **_test(estimate, se, df)})


def ratio_to(table: pd.DataFrame, threshold: float) -> pd.DataFrame:
    """Estimates and intervals as multiples of a threshold: 1 is a difference of that size.

    The threshold is a constant, so the scaling is exact; df and p stay (p still asks about zero).

    Args:
        table: with estimate, se, lower, upper (from `contrast`, `contrasts` or `ls_means`).
        threshold: in the unit of the estimates; with its sign (-15 where 15 less is worthwhile).

    Returns:
        The same table, estimate, se, lower and upper (and t's sign) by the threshold.

    Raises:
        UsageError: a threshold that is zero or not finite.

    Source: a linear function of an estimate; no approximation.
    """
    if not (np.isfinite(threshold) and threshold != 0):
        raise UsageError("The threshold must be a finite number other than zero.")
    ends = table[["lower", "upper"]].to_numpy() / threshold
    made = table.assign(
        estimate=table["estimate"] / threshold,
        se=table["se"] / abs(threshold),
        lower=ends.min(axis=1),
        upper=ends.max(axis=1),
    )
    return made.assign(t=made["t"] * np.sign(threshold)) if "t" in made else made


def _test(estimate: np.ndarray, se: np.ndarray, df: np.ndarray) -> dict[str, np.ndarray]:
    t = estimate / se
    return {"t": t, "p": 2 * stats.t.sf(np.abs(t), df)}


def contrast_rows(weights: object, names: Sequence[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """Contrasts as rows over the coefficients, and a label for each.

    Args:
        weights: a mapping of coefficient name to weight (one contrast); an array of p numbers or of
            contrasts x p; or a DataFrame whose columns are coefficient names and whose index names
            the contrasts. Coefficients that are not named weigh nothing.
        names: the coefficients.

    Raises:
        UsageError: an unknown coefficient, or the wrong number of weights.
    """
    if isinstance(weights, Mapping):
        weights = pd.DataFrame([dict(weights)], index=["contrast"])
    if isinstance(weights, pd.DataFrame):
        unknown = [str(name) for name in weights.columns if name not in names]
        if unknown:
            raise UsageError(
                f"There is no coefficient {', '.join(unknown)}.",
                do=f"Use the names of the coefficient table: {', '.join(names)}.",
            )
        L = weights.reindex(columns=list(names), fill_value=0.0).to_numpy(float)
        labels = _labels(weights.index)
    else:
        L = np.atleast_2d(np.asarray(weights, dtype=float))
        labels = pd.DataFrame({"name": [f"contrast {i + 1}" for i in range(len(L))]})
    if L.ndim != 2 or L.shape[1] != len(names) or not np.isfinite(L).all():
        raise UsageError(
            "A contrast needs one finite weight for each coefficient.",
            where=f"shape {L.shape}, {len(names)} coefficients",
            do="Pass contrasts x coefficients, or a mapping of coefficient name to weight.",
        )
    return L, labels


def _labels(index: pd.Index) -> pd.DataFrame:
    made = index.to_frame(index=False)
    made.columns = [name or f"name {i}" for i, name in enumerate(index.names, 1)]
    if index.nlevels == 1:
        made.columns = [index.name or "name"]
    return made
