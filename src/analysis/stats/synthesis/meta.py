"""Meta-analysis and meta-regression of a table of studies: the public face."""

from __future__ import annotations

import pandas as pd

from ..arguments import refuse_no_level
from ..threads import one_thread
from .fit import MetaFit
from .hetero import check_method
from .pooled import check_test
from .studies import read_studies


@one_thread
def meta(
    formula: str,
    data: pd.DataFrame,
    *,
    variance: str | None = None,
    se: str | None = None,
    study: str | None = None,
    n: str | None = None,
    measure: str | None = None,
    method: str = "reml",
    test: str = "hksj",
    level: float = 0.95,
) -> MetaFit:
    """What studies say together, and how much they differ.

    Rows whose effect is missing are left out and counted (`n_dropped`). Effects must be
    independent, one row a study; `meta_levels` ties several effects of a study together.

    Args:
        formula: `effect ~ 1`, or `effect ~ moderators` in formulaic's language, for example
            `d ~ weeks + arm` or `d ~ cr(weeks, df=2, constraints="center")` for a restricted
            (natural) cubic spline. Text columns must be pandas categoricals, reference first.
        data: one row a study.
        variance: the column of sampling variances.
        se: the column of standard errors, if there is none of variances.
        study: the column that names the study; a name twice is refused.
        n: the column of people; a standard error typed where a variance belongs is found by it.
        measure: the column of the measure; two measures are refused, logarithms known (`ratios`).
        method: of tau2: `fixed`, `dl`, `pm`, `pmm`, `reml`, `ml`, `hs`, `hsk`, `he`, `sj`, `eb`.
        test: `hksj` (Hartung, Knapp, Sidik, Jonkman), `hksj-floor` (never narrower than `t`), `t`,
            `z`.
        level: of the intervals.

    Returns:
        The fit: `.coefficients`, `.heterogeneity`, `.prediction()`, `.studies`, `.influence()`, ...

    Raises:
        UsageError: an argument that cannot be understood.
        ModelError: studies that cannot be pooled, all problems at once.

    Source: Viechtbauer (2010) J Stat Softw 36(3); docs/methods/meta_analysis.md.
    Agrees with: validation/metafor/README.md
    """
    check_method(method)
    check_test(test)
    refuse_no_level(level)
    studies = read_studies(
        formula, data, variance=variance, se=se, study=study, n=n, measure=measure
    )
    return MetaFit(studies, data, method=method, test=test, level=level)
