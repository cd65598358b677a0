"""A small invented trial whose responders can be counted by hand, and a plan that asks for them.

Pain from 0 to 100, lower is better. At week 16 an improvement of 15 or more: care C1, C2, C3 of
ten, bands B1 to B7 of ten. By 30 percent of the start: care C1, C2 (C3's 16 of 60 is less), bands
B1 to B6. At weeks 8 and 16 both by 15: care C1, bands B1 to B5.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.estimators import estimate
from analysis.plan.schema_imputation import Assumption, Imputation
from analysis.plan.schema_questions import EventStrategy, Options, Question
from analysis.plan.schema_responders import Responding, Sustained
from analysis.plan.schema_trial import Threshold
from analysis.result.record import to_frame
from tests.spec.small_trial import small_trial

WHOLE = """
person arm   w0 w8 w16
C1     care  50 30 30
C2     care  40 35 20
C3     care  60 50 44
C4     care  55 56 50
C5     care  45 40 44
C6     care  62 60 58
C7     care  48 50 47
C8     care  52 45 49
C9     care  66 64 60
C10    care  58 53 57
B1     bands 50 30 28
B2     bands 60 40 35
B3     bands 45 28 25
B4     bands 55 38 30
B5     bands 62 45 40
B6     bands 48 40 30
B7     bands 65 58 48
B8     bands 52 50 45
B9     bands 58 55 50
B10    bands 44 45 40
"""
# Three of care and two of bands were not seen at week 16; C2 and B1 had not been either.
GAPS = (
    WHOLE.replace("C2     care  40 35 20", "C2     care  40 35 .")
    .replace("C9     care  66 64 60", "C9     care  66 .  .")
    .replace("B1     bands 50 30 28", "B1     bands 50 30 .")
    .replace("B8     bands 52 50 45", "B8     bands 52 50 .")
)
POINTS = Threshold(name="important", kind="within person", value=15, citation="a consensus")
PERCENT = Threshold(
    name="moderate",
    kind="within person",
    value=30,
    scale="percent of baseline",
    citation="a consensus",
)
ASSUMED = {
    "mar": Assumption(label="as others of the same group"),
    "j2r": Assumption(label="as people with care", strategy="j2r"),
}


def responder_trial(
    table: str = WHOLE,
    *,
    thresholds: tuple[Threshold, ...] = (POINTS, PERCENT),
    when: str = "unadjusted",
    sustained: Sustained | None = None,
    method: str = "bootstrap",
    strategies: dict[str, EventStrategy] | None = None,
    covariates: tuple[str, ...] = ("baseline",),
    events: str = "",
    measure: str = "pain_vas",
    higher_is_better: bool = False,
) -> Trial:
    """The trial that a text table tells, with a question about its responders."""
    trial = small_trial(table, events=events, measure=measure)
    plan = trial.plan
    estimand = plan.estimands["primary"]
    compared = estimand.treatments.comparator is not None
    asked = replace(
        estimand,
        summary="difference in shares" if compared else "share of responders",
        variable=replace(estimand.variable, measure=measure),
        intercurrent_events=tuple((strategies or {}).values()),
    )
    question = Question(
        label="How many got better?",
        estimate="responders",
        estimand="responders",
        options=Options(covariates=covariates),
        imputation=Imputation(
            assumptions=ASSUMED if compared else {"mar": ASSUMED["mar"]},
            method=method,
            imputations=None if method == "condmean-jackknife" else 40,
        ),
        responding=Responding(
            thresholds=tuple(each.name for each in thresholds),
            sustained=sustained,
            when_separated=when,
        ),
    )
    direction = "higher is better" if higher_is_better else "lower is better"
    known = replace(plan.measures[measure], thresholds=thresholds, direction=direction)
    return replace(
        trial,
        plan=replace(
            plan,
            measures={**plan.measures, measure: known},
            estimands={**plan.estimands, "responders": asked},
            questions={**plan.questions, "responders": question},
        ),
    )


def answer(trial: Trial, **asked) -> pd.DataFrame:
    """The rows of the question about responders, by id."""
    rows = to_frame(estimate(trial, "responders", chapter="05_responders", **asked))
    assert rows["id"].is_unique
    return rows.set_index("id", drop=False)


def place(statistic: str, arm: str, level: str, week: int = 16) -> str:
    """The id of a row."""
    return f"responders.{statistic}.pain_vas.week{week}.{arm}.{level.replace(' ', '_')}"
