"""Linear contrasts of coefficients as a table: estimate, interval, test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Real

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import UsageError

from .arguments import refuse_no_frame, refuse_no_level


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
    refuse_no_level(level)
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
        UsageError: a threshold that is zero or no finite number, or a table without intervals.

    Source: a linear function of an estimate; no approximation.
    """
    real = isinstance(threshold, Real) and not isinstance(threshold, bool)
    if not (real and np.isfinite(threshold) and threshold != 0):
        raise UsageError(
            "The threshold must be a finite number other than zero.",
            where=f"threshold={threshold!r}",
            do="Give it in the unit of the estimates, with its sign.",
        )
    refuse_no_frame(table, "table")
    needed = [name for name in ("estimate", "se", "lower", "upper") if name not in table]
    if needed:
        raise UsageError(
            f"The table has no column {', '.join(needed)}.",
            where="table",
            do="Pass what contrasts(), contrast() or ls_means() gave.",
        )
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
        UsageError: an unknown coefficient, the wrong number of weights, weights that are no
            numbers, or a contrast without weights.
    """
    if isinstance(weights, Mapping | pd.Series):
        weights = pd.DataFrame([dict(weights)], index=["contrast"])
    if isinstance(weights, pd.DataFrame):
        _refuse_unknown(weights.columns, names)
        given = weights.reindex(columns=list(names), fill_value=0.0).to_numpy()
        labels = _labels(weights.index)
    else:
        given, labels = np.atleast_2d(weights if weights is not None else []), None
    L = _numbers(given)
    if L is None or L.ndim != 2 or L.shape[1] != len(names) or not np.isfinite(L).all():
        raise UsageError(
            "A contrast needs one finite weight for each coefficient.",
            where=f"shape {given.shape}, {len(names)} coefficients",
            do="Pass contrasts x coefficients, or a mapping of coefficient name to weight.",
        )
    if not len(L) or not L.any(axis=1).all():
        raise UsageError(
            "A contrast has no weight other than zero.",
            where="contrast",
            why="It compares nothing, whatever the data.",
            do="Leave it out, or give the coefficients their weights.",
        )
    if labels is None:
        labels = pd.DataFrame({"name": [f"contrast {i + 1}" for i in range(len(L))]})
    return L, labels


def _refuse_unknown(given: pd.Index, names: Sequence[str]) -> None:
    unknown = [str(name) for name in given if name not in names]
    if unknown or not given.is_unique:
        what = f"There is no coefficient {', '.join(unknown)}." if unknown else ""
        raise UsageError(
            what or "A coefficient is named twice.",
            do=f"Use the names of the coefficient table, each once: {', '.join(names)}.",
        )


def _numbers(given: np.ndarray) -> np.ndarray | None:
    """Weights as numbers; None where they are text or nothing."""
    if given.dtype.kind == "O":
        plain = all(isinstance(value, Real) for value in given.reshape(-1))
        return given.astype(float) if plain else None
    return given.astype(float) if given.dtype.kind in "iufb" else None


def _labels(index: pd.Index) -> pd.DataFrame:
    made = index.to_frame(index=False)
    made.columns = [name or f"name {i}" for i, name in enumerate(index.names, 1)]
    if index.nlevels == 1:
        made.columns = [index.name or "name"]
    return made
