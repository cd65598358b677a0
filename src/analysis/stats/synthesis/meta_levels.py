"""Meta-analysis of studies that give several effects each: the public face."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.errors import ModelError, UsageError

from ..arguments import refuse_no_level
from ..design import refuse_unknown_columns
from ..threads import one_thread
from .cluster import KINDS
from .levels_fit import LevelsFit
from .multilevel import constant_correlation, nested_codes
from .studies import read_studies


@one_thread
def meta_levels(
    formula: str,
    data: pd.DataFrame,
    *,
    nested: Sequence[str],
    variance: str | None = None,
    se: str | None = None,
    correlation: float = 0.0,
    covariance: np.ndarray | None = None,
    measure: str | None = None,
    reml: bool = True,
    test: str = "t",
    robust: str | None = "cr2",
    level: float = 0.95,
) -> LevelsFit:
    """What studies say together when some give several effects: doses, scales, weeks, groups.

    Args:
        formula: as in `meta`.
        data: one row an effect.
        nested: columns of the levels, outermost first, for example ["study", "effect"]; the last
            one tells every row apart for a three-level model.
        variance: the column of sampling variances.
        se: the column of standard errors, if there is none of variances.
        correlation: assumed between sampling errors of one outermost group (0: independent people).
        covariance: the sampling covariance itself, rows x rows of `data`, in place of an assumed
            correlation (from `shared_covariance`, say).
        measure: the column of the measure; two measures are refused.
        reml: restricted, or full maximum likelihood.
        test: of the model-based coefficients: `t` with outermost groups less coefficients, or `z`.
        robust: `cr2` (default), `cr1`, `cr1p`, `cr0`, or None for the model's own variance.
        level: of the intervals.

    Returns:
        The fit: `.coefficients`, `.variances()`, `.robust(kind)`, `.prediction()`, ...

    Raises:
        UsageError: an argument that cannot be understood.
        ModelError: studies that cannot be pooled, all problems at once.

    Source: Konstantopoulos (2011) Res Synth Methods 2:61; Pustejovsky & Tipton (2022) Prev Sci
    23:425 for the correlated and hierarchical model with robust variances.
    Agrees with: validation/metafor/README.md
    """
    refuse_no_level(level)
    names = [nested] if isinstance(nested, str) else list(nested)
    _refuse_options(names, test, robust, correlation)
    refuse_unknown_columns(data, names)
    studies = read_studies(
        formula, data, variance=variance, se=se, measure=measure, study=names[0], repeated=True
    )
    used = data.iloc[studies.design.rows]
    _refuse_holes(used, names)
    codes = nested_codes([used[name].tolist() for name in names])
    if covariance is None:
        V = constant_correlation(studies.variances, codes[0].tolist(), correlation)
    else:
        V = _checked(covariance, len(data), studies.design.rows, studies.variances)
    options = {"reml": reml, "test": test, "level": level, "robust": robust}
    return LevelsFit(studies, V, names, codes, **options)


def _refuse_options(names: list[str], test: str, robust: str | None, correlation: float) -> None:
    if not names:
        raise UsageError("Name the column of at least one level.", where="nested")
    if test not in ("t", "z"):
        raise UsageError(f"There is no test {test!r} here.", where="test", do="Use 't' or 'z'.")
    if robust is not None and robust not in KINDS:
        raise UsageError(
            f"There is no robust variance {robust!r}.",
            where="robust",
            do=f"Use one of: {', '.join(KINDS)}, or None.",
        )
    if not -1 < correlation < 1:
        raise UsageError("The correlation must lie between -1 and 1.", where="correlation")


def _refuse_holes(used: pd.DataFrame, names: list[str]) -> None:
    holes = [name for name in names if used[name].isna().any()]
    if holes:
        raise ModelError(
            f"Rows with an effect have no value in: {', '.join(holes)}.",
            where=", ".join(holes),
            do="Name the group of every effect.",
        )


def _checked(
    covariance: np.ndarray, rows: int, used: np.ndarray, variances: np.ndarray
) -> np.ndarray:
    V = np.asarray(covariance, dtype=float)
    if V.shape != (rows, rows):
        raise UsageError(
            f"The covariance has shape {V.shape}, the table {rows} rows.",
            where="covariance",
            do="Give one row and one column for each row of the table.",
        )
    V = V[np.ix_(used, used)]
    if not np.allclose(V, V.T) or not np.allclose(np.diag(V), variances, rtol=1e-6):
        raise ModelError(
            "The covariance is not symmetric, or its diagonal differs from the variances.",
            where="covariance",
            why="One of the two would be wrong, and nothing says which.",
            do="Make the covariance from the same variances.",
        )
    return V
