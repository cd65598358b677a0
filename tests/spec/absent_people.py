"""Invented people of whom some leave and some come back, and the questions about them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.data.trial import Trial
from analysis.plan.schema_imputation import Assumption, DeltaAmount, Grid, Imputation
from analysis.plan.schema_questions import Options, Question
from tests.spec.small_trial import small_trial

ASSUMED = {
    "mar": Assumption(label="at random"),
    "j2r": Assumption(label="jump", strategy="j2r"),
    "worse": Assumption(label="worse", delta=(DeltaAmount(points=6, arms=("bands",)),)),
}
BY_VISIT = ("baseline", "baseline:visit")


def people(n: int = 24, *, seed: int = 5, gain: float = 3) -> str:
    """Two arms, three visits; of every five one leaves after week 4, of seven one misses week 8."""
    rng = np.random.default_rng(seed)
    lines = ["person arm w0 w4 w8 w16"]
    for i in range(2 * n):
        start = rng.normal(50, 10)
        scores = start + rng.normal(0, 6) + np.cumsum(rng.normal(-gain * (i % 2), 5, 3))
        told = [f"{score:.1f}" for score in scores]
        told = [told[0], ".", told[2]] if i % 7 == 4 else told
        told = [told[0], ".", "."] if i % 5 == 2 else told
        lines.append(f"P{i:02d} {('care', 'bands')[i % 2]} {start:.1f} {' '.join(told)}")
    return "\n".join(lines)


def asked_trial(
    table: str | None = None,
    *,
    assumptions: dict[str, Assumption] | None = None,
    grid: Grid | None = None,
    covariates: tuple[str, ...] = BY_VISIT,
    events: str = "",
    strategies: dict[str, str] | None = None,
    **how: object,
) -> Trial:
    """A small trial whose plan asks `missing` and `tipping` beside `primary`, of one model."""
    trial = small_trial(
        people() if table is None else table,
        covariates=covariates,
        methods=("mmrm",),
        events=events,
        strategies=strategies,
    )
    named = ASSUMED if assumptions is None else assumptions
    options = Options(covariates=covariates)
    asked = {"label": "And if?", "estimand": "primary", "options": options}
    questions = {
        "missing": Question(
            estimate="missing", imputation=Imputation(assumptions=named, **how), **asked
        ),
        "tipping": Question(
            estimate="tipping",
            imputation=Imputation(assumptions=dict([next(iter(named.items()))]), **how),
            grid=grid or Grid(arm=(0, 40), comparator=(-10, 10), step=10),
            **asked,
        ),
    }
    plan = replace(trial.plan, questions=trial.plan.questions | questions)
    return replace(trial, plan=plan)
