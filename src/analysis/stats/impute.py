"""Imputation under stated assumptions: the public face.

The four verbs are rooms of their own: `draw`, `impute_values`, `analyse`, `pool`. What may be said
of events, strategies and deltas stands in `impute_events`, `strategy` and `delta`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from .delta import Amounts, Delta, read_delta
from .impute_grid import Names, lay_out
from .impute_options import (
    check,
    place_of_comparator,
    read_options,
    refuse_slips,
    settle,
)
from .impute_result import Imputation, run

Strategies = str | Callable | Mapping[object, object]


def impute(
    formula: str,
    data: pd.DataFrame,
    *,
    subject: str,
    visit: str,
    arm: str,
    reference: object | Mapping[object, object],
    strategy: Strategies = "mar",
    events: pd.DataFrame | None = None,
    delta: Delta | Amounts | None = None,
    method: str = "condmean-jackknife",
    n: int | None = None,
    seed: int | None = None,
    analysis: str = "ancova",
    **options: object,
) -> Imputation:
    """How arms differ on average, when each absent value is what a stated assumption says.

    Args:
        formula: of the model of the outcomes seen: `change ~ baseline * visit + arm * visit`.
        data: one row a participant and visit; visits without a row are added.
        subject: the column that names the participant.
        visit: the column of the visit, numbers or a categorical.
        arm: the column of the arm, a categorical.
        reference: the arm that strategies refer to, or a mapping of arm to its reference.
        strategy: what holds from the event on: `mar, j2r, cr, cir, lmcf`, a function, a mapping by
            the events' `reason` (without events: by arm), or a column with a name each.
        events: a row a participant: subject, visit (the first touched), possibly `reason`.
            Default: not to come back after the last outcome. Values missing before are mar.
        delta: added to imputed values: a number, a mapping by arm, a table, or a `Delta`.
        method: `condmean-jackknife`, `condmean-bootstrap`, `bootstrap` or `bayes`.
        n: how many draws (1,000).
        seed: a whole number; the same seed gives the same numbers.
        analysis: `ancova` (the formula without the visit), a formula for it, or `mmrm`.
        options: see `analysis.stats.impute_options.Options`.

    Returns:
        `.estimates`, `.ls_means`, `.filled`, `.using(...)`, ...

    Raises:
        UsageError: an argument that cannot be understood.
        ModelError: data that cannot carry the model or the analysis.

    Source: Carpenter, Roger & Kenward (2013) J Biopharm Stat 23:1352; docs/methods/missing_data.md.
    Agrees with: validation/rbmi/README.md
    """
    refuse_slips(formula, data, {"subject": subject, "visit": visit, "arm": arm})
    chosen = read_options(options)
    names = Names(formula, formula.split("~")[0].strip(), subject, visit, arm)
    check(names, method, n, analysis, chosen)
    by = {"reference": reference, "strategy": strategy, "events": events}
    planned = lay_out(names, data, by_arm=chosen.sigma_by_arm, **by)
    arms = list(planned.people.arm.categories)
    comparator = place_of_comparator(chosen.comparator, reference, arms)
    settings = settle(method, n, seed, analysis, comparator, chosen)
    return run(planned, settings, chosen.covariance, chosen.reml, read_delta(delta))
