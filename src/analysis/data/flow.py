"""The CONSORT flow of participants, counted from the same flags that the analyses filter by."""

from __future__ import annotations

import pandas as pd

from analysis.data.intercurrent import NOT_RECORDED, missing_reasons
from analysis.data.populations import attended_sessions, without_programme
from analysis.errors import DataError
from analysis.plan.schema import Plan
from analysis.terms import ARM, MEASURE, OBSERVED, PARTICIPANT, STATUS, WEEK

COLUMNS = ["order", "step", ARM, WEEK, MEASURE, "population", "reason", "n"]
NOT_STATED = "reason not stated"


def count_flow(
    plan: Plan,
    people: pd.DataFrame,
    visits: pd.DataFrame,
    sessions: pd.DataFrame,
    intercurrent: pd.DataFrame,
) -> pd.DataFrame:
    """How many were assessed, randomised, trained, left, were seen and are analysed.

    Args:
        plan: its study section says how many were assessed and why some were excluded.
        people: ``participant``, ``arm`` and ``in_<population>``.
        visits: the derived grid with ``status`` and ``reason``.
        sessions: the training log; may be empty.
        intercurrent: ``participant``, ``event``, ``reason``, in order of day.

    Returns:
        A row a count, in reading order; the columns are described in `analysis.data.trial.Trial`.

    Raises:
        DataError: assessed, excluded and randomised do not add up.
    """
    counts = [
        *_enrolment(plan, people),
        *_programme(plan, people, sessions, intercurrent),
        *_left("withdrew", people, intercurrent),
        *_left("death", people, intercurrent),
        *_seen(visits),
        *_lost(plan, people, visits, intercurrent),
        *_analysed(plan, people),
    ]
    flow = pd.DataFrame(counts, columns=COLUMNS[1:])
    flow.insert(0, "order", range(1, len(flow) + 1))
    types = {"order": "int64", WEEK: "Int64", "n": "int64", ARM: people[ARM].dtype}
    types |= {name: "str" for name in ("step", MEASURE, "population", "reason")}
    return flow.astype(types)


def _enrolment(plan: Plan, people: pd.DataFrame) -> list[dict]:
    randomised, study = len(people), plan.study
    rows: list[dict] = []
    if study.assessed is not None:
        turned_away = study.assessed - randomised
        reasons = study.excluded or ({NOT_STATED: turned_away} if turned_away else {})
        if turned_away < 0 or sum(reasons.values()) != turned_away:
            raise DataError(
                f"The flow does not add up: {study.assessed} assessed less "
                f"{sum(study.excluded.values())} excluded are not {randomised} randomised.",
                where="study.assessed and study.excluded of the plan, participants",
                why="a reader cannot tell who is missing from the trial",
                do="correct the counts, or add the reason 'not explained' with its number",
            )
        rows += [{"step": "assessed", "n": study.assessed}, {"step": "excluded", "n": turned_away}]
        rows += [{"step": "excluded", "reason": why, "n": n} for why, n in reasons.items()]
    return [*rows, {"step": "randomised", "n": randomised}, *_by_arm("randomised", people[ARM])]


def _programme(
    plan: Plan, people: pd.DataFrame, sessions: pd.DataFrame, intercurrent: pd.DataFrame
) -> list[dict]:
    offered = ~without_programme(plan, people)
    rows: list[dict] = []
    if len(sessions):
        started = attended_sessions(plan, people, sessions) >= 1
        for step, who in (("started programme", started), ("did not start programme", ~started)):
            counts = _by_arm(step, people.loc[offered & who, ARM])
            rows += [row for row in counts if plan.arms[row[ARM]].programme]
    stopped = _left("stopped programme", people, intercurrent)
    return rows + [row for row in stopped if row["n"] or plan.arms[row[ARM]].programme]


def _left(event: str, people: pd.DataFrame, intercurrent: pd.DataFrame) -> list[dict]:
    """People with the event, each counted once with the reason of the first; deaths only if any."""
    first = intercurrent[intercurrent["event"] == event].drop_duplicates(PARTICIPANT)
    if event == "death" and first.empty:
        return []
    who = people[[PARTICIPANT, ARM]].merge(first[[PARTICIPANT, "reason"]], on=PARTICIPANT)
    return _by_arm({"death": "died"}.get(event, event), who[ARM], who["reason"])


def _seen(visits: pd.DataFrame) -> list[dict]:
    """Values observed and missing at every planned visit, of every measure."""
    rows: list[dict] = []
    for (measure, week), at in visits.groupby([MEASURE, WEEK], observed=True):
        seen = at[STATUS] == OBSERVED
        place = {MEASURE: measure, WEEK: week}
        rows += [row | place for row in _by_arm("observed", at.loc[seen, ARM])]
        gone = at[~seen]
        rows += [row | place for row in _by_arm("missing", gone[ARM], gone["reason"])]
    return rows


def _lost(
    plan: Plan, people: pd.DataFrame, visits: pd.DataFrame, intercurrent: pd.DataFrame
) -> list[dict]:
    """Lost: no value of any measure at the last planned visit; completed: at least one."""
    if not plan.weeks:
        return []
    last = visits[(visits[WEEK] == max(plan.weeks)) & (visits[STATUS] == OBSERVED)]
    completed = people[PARTICIPANT].isin(last[PARTICIPANT])
    gone = people.loc[~completed, [PARTICIPANT, ARM]].assign(**{WEEK: max(plan.weeks)})
    reasons = pd.Series(missing_reasons(plan, gone, intercurrent), gone.index, dtype="str")
    return [
        *_by_arm("lost to follow-up", gone[ARM], reasons.fillna(NOT_RECORDED)),
        *_by_arm("completed", people.loc[completed, ARM]),
    ]


def _analysed(plan: Plan, people: pd.DataFrame) -> list[dict]:
    return [
        row | {"population": key}
        for key in plan.populations
        for row in _by_arm("analysed", people.loc[people[f"in_{key}"], ARM])
    ]


def _by_arm(step: str, arm: pd.Series, reason: pd.Series | None = None) -> list[dict]:
    """The count of every arm, then of every reason that occurs, commonest first.

    Args:
        step: the words of the step.
        arm: the arm of each person counted, a categorical of all arms.
        reason: why, for each person counted.
    """
    totals = arm.value_counts(sort=False)
    rows = [{"step": step, ARM: key, "n": int(n)} for key, n in totals.items()]
    if reason is None or arm.empty:
        return rows
    pairs = pd.DataFrame({ARM: arm, "reason": reason}).value_counts([ARM, "reason"]).reset_index()
    pairs = pairs.sort_values([ARM, "count", "reason"], ascending=[True, False, True])
    named = zip(pairs[ARM], pairs["reason"], pairs["count"], strict=True)
    return rows + [{"step": step, ARM: a, "reason": why, "n": int(n)} for a, why, n in named if n]
