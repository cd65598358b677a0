"""Whom the questions of the plan can be answered from: baselines, visits and arms with people."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis import terms
from analysis.data.files.table import Table
from analysis.data.problems import Problem
from analysis.plan.schema import Plan
from analysis.plan.schema_trial import Visit

ARM, PARTICIPANT = terms.ARM, terms.PARTICIPANT
# One score has no spread, so neither an arm nor a visit can be compared by it.
FEWEST_SCORES = 2
FEWEST_PEOPLE = 5


def check_baselines(people: Table, visits: Table, plan: Plan) -> list[Problem]:
    """Participants without a baseline value of a measure: told and counted, they stay in the trial.

    An arm in which nobody has one is an error where a question needs it. A baseline value is one in
    the window of week 0, on or before the day of randomisation.
    """
    zero = next((visit for visit in plan.schedule if visit.week == 0), None)
    if zero is None:
        return []
    needed = _arms_asked(plan, baseline=True)
    found = []
    for measure in plan.measures:
        lacks = ~people.data[PARTICIPANT].isin(_seen(visits, measure, zero))
        arms = people.data[ARM].astype("object")
        empty = [arm for arm in needed.get(measure, ()) if lacks[arms == arm].all()]
        found += _nobody_at_baseline(visits.file, measure, empty, list(plan.arms))
        rule = f"no baseline value of {measure}"
        do = "add the value if there is one; else nothing: the person stays in the trial"
        found += people.note(lacks & ~arms.isin(empty), PARTICIPANT, rule, do)
    return found


def check_attendance(people: Table, visits: Table, plan: Plan) -> list[Problem]:
    """Planned visits of a question's measure that nobody, or hardly anybody, of an arm attended."""
    found = []
    for measure, arms in _arms_asked(plan).items():
        for visit in (each for each in plan.schedule if each.week > 0):
            here = people.data[PARTICIPANT].isin(_seen(visits, measure, visit))
            counts = {arm: int((here & (people.data[ARM] == arm)).sum()) for arm in arms}
            found += _hardly_attended(visits.file, measure, visit, counts)
    return found


def check_small_arms(people: Table, plan: Plan) -> list[Problem]:
    """Arms so small that a person could be known again in a table."""
    counts = people.data[ARM].value_counts()
    rule = "fewer than {} people are in the arm {}: single people can be recognised in tables"
    do = "look at every table before it leaves your hands"
    return [
        Problem(people.file, None, ARM, rule.format(FEWEST_PEOPLE, arm), do, "note")
        for arm in plan.arms
        if 0 < counts.get(arm, 0) < FEWEST_PEOPLE
    ]


def _arms_asked(plan: Plan, *, baseline: bool = False) -> dict[str, tuple[str, ...]]:
    """The measures that questions are about, each with its arms; perhaps only where a baseline is
    needed."""
    asked: dict[str, dict[str, None]] = {}
    for question in plan.questions.values():
        if question.estimand is None:
            continue
        estimand = plan.estimands[question.estimand]
        parts = {part for term in question.options.covariates for part in term.split(":")}
        needs = estimand.variable.kind == "change from baseline" or terms.BASELINE in parts
        if needs or not baseline:
            arms = asked.setdefault(estimand.variable.measure, {})
            named = (estimand.treatments.comparator, *estimand.treatments.arms)
            arms |= dict.fromkeys(arm for arm in named if arm is not None)
    return {measure: tuple(arms) for measure, arms in asked.items()}


def _seen(visits: Table, measure: str, visit: Visit) -> pd.Series:
    """Who has a value of the measure in the window of a visit; at baseline up to day 0."""
    first, last = (visit.week * 7 + days for days in visit.window)
    day = visits.data[terms.DAY].between(first, min(last, 0) if visit.week == 0 else last)
    rows = day & (visits.data[terms.MEASURE] == measure) & visits.data[terms.VALUE].notna()
    return visits.data.loc[rows, PARTICIPANT]


def _nobody_at_baseline(
    file: str, measure: str, empty: list[str], arms: list[str]
) -> Iterator[Problem]:
    rule = f"nobody has a baseline value of {measure}"
    do = "add the values, or correct the days or the window of week 0 in the plan: a question of "
    do += "the plan needs the baseline of everyone in it"
    if set(empty) == set(arms):
        yield Problem(file, None, terms.DAY, rule, do)
        return
    for arm in empty:
        yield Problem(file, None, terms.DAY, f"{rule} in the arm {arm}", do)


def _hardly_attended(
    file: str, measure: str, visit: Visit, counts: dict[str, int]
) -> Iterator[Problem]:
    do = "check the days and the window of the visit in the plan; else nothing: the visit tells "
    do += "little or nothing"
    what = f"value of {measure} at {visit.label or f'week {visit.week}'}"
    if not any(counts.values()):
        yield Problem(file, None, terms.DAY, f"nobody has a {what}", do, "note")
        return
    for arm, count in counts.items():
        if count < FEWEST_SCORES:
            who = "nobody has" if count == 0 else f"fewer than {FEWEST_SCORES} people have"
            rule = f"{who} a {what} in the arm {arm}"
            yield Problem(file, None, terms.DAY, rule, do, "note")
