"""The CONSORT flow of participants, counted from the same flags that the analyses filter by."""

from __future__ import annotations

import pandas as pd

from analysis.data.intercurrent import leaving
from analysis.data.populations import attended_sessions
from analysis.data.trial import Trial
from analysis.errors import DataError
from analysis.plan.schema import Plan
from analysis.terms import ARM, MEASURE, OBSERVED, PARTICIPANT, STATUS, WEEK

COLUMNS = ["order", "step", ARM, WEEK, MEASURE, "population", "reason", "n"]
NOT_STATED = "reason not stated"


def count_flow(trial: Trial) -> pd.DataFrame:
    """How many were assessed, randomised, trained, left, were seen and are in each population.

    Args:
        trial: derived but for its flow. The plan's study section says how many were assessed and
            why some were excluded; where there is no training log, nothing is said of training, and
            where there is no table of events, nothing of leaving.

    Returns:
        A row a count, in reading order; the columns are described in `analysis.data.trial.Trial`.

    Raises:
        DataError: assessed, excluded and randomised do not add up.
    """
    counts = [
        *_enrolment(trial.plan, trial.people),
        *_programme(trial),
        *_left("stopped programme", trial),
        *_left("withdrew", trial),
        *_left("death", trial),
        *_seen(trial.visits),
        *_lost(trial),
        *_inside(trial),
    ]
    flow = pd.DataFrame(counts, columns=COLUMNS[1:])
    flow.insert(0, "order", range(1, len(flow) + 1))
    types = {"order": "int64", WEEK: "Int64", "n": "int64", ARM: trial.people[ARM].dtype}
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


def _programme(trial: Trial) -> list[dict]:
    """Who began the programme of the arm, in arms that have one; nothing without a log."""
    if trial.sessions.empty:
        return []
    people = trial.people
    started = attended_sessions(trial.plan, people, trial.sessions) >= 1
    rows = [
        *_by_arm("started programme", people.loc[started, ARM]),
        *_by_arm("did not start programme", people.loc[~started, ARM]),
    ]
    return [row for row in rows if trial.plan.arms[row[ARM]].programme]


def _left(event: str, trial: Trial) -> list[dict]:
    """People with the event, each counted once with the reason of the first; deaths only if any."""
    found = trial.intercurrent[trial.intercurrent["event"] == event]
    if not trial.has_events or (event == "death" and found.empty):
        return []
    first = found.drop_duplicates(PARTICIPANT)[[PARTICIPANT, "reason"]]
    who = trial.people[[PARTICIPANT, ARM]].merge(first, on=PARTICIPANT)
    rows = _by_arm({"death": "died"}.get(event, event), who[ARM], who["reason"])
    # An arm without a programme has nothing to stop, unless someone there did.
    offered = {key for key, arm in trial.plan.arms.items() if arm.programme}
    return [r for r in rows if r["n"] or event != "stopped programme" or r[ARM] in offered]


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


def _lost(trial: Trial) -> list[dict]:
    """Lost: no value of any measure at the last planned visit; completed: at least one."""
    people, visits, last_week = trial.people, trial.visits, max(trial.plan.weeks, default=0)
    if not last_week:
        return []
    last = visits[(visits[WEEK] == last_week) & (visits[STATUS] == OBSERVED)]
    completed = people[PARTICIPANT].isin(last[PARTICIPANT])
    gone = people.loc[~completed, [PARTICIPANT, ARM]].assign(**{WEEK: last_week})
    reasons = leaving(trial.plan, gone, trial.intercurrent)["reason"]
    return [
        *_by_arm("lost to follow-up", gone[ARM], reasons),
        *_by_arm("completed", people.loc[completed, ARM]),
    ]


def _inside(trial: Trial) -> list[dict]:
    """Members of each population; how many of them a model can hold is told by its estimator."""
    return [
        row | {"population": key}
        for key in trial.plan.populations
        for row in _by_arm("in the population", trial.people.loc[trial.people[f"in_{key}"], ARM])
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
