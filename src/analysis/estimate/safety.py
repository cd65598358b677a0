"""At what harm: adverse events by arm, with people and person-time as denominators."""

from __future__ import annotations

import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.asked import Asked, understand
from analysis.estimate.flare_ups import flare_up_rows
from analysis.estimate.flares import FLARE_UP
from analysis.estimate.followed import follow_up, horizons, person_years, while_followed
from analysis.estimate.harm_events import ANY, harm_events, headings
from analysis.estimate.stopping import stopping_rows
from analysis.result.record import Result
from analysis.stats.binary import counted, hybrid_difference
from analysis.stats.counts import rate, share
from analysis.terms import ARM, DAY, DAYS_A_WEEK, PARTICIPANT, START_DAY

_SHARE = "people with at least one event of all people randomised; exact interval (Clopper-Pearson)"
_RATE = (
    "events while people were followed, in 100 person-years; exact interval (Poisson), repeated "
    "events counted as unrelated"
)
_DIFFERENCE = "difference in shares, in percentage points; hybrid interval (Newcombe)"
_TIME = "time from randomisation until the person withdrew or died, else the last visit or session"


def estimate_safety(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """How many people were harmed in each arm, in what way, and how many more than without.

    Everyone randomised is counted in the arm of randomisation, also those who never trained, up to
    the end of the longest programme and up to the last planned visit; these weeks stand in `week`.

    Args:
        trial: the study.
        question: key of a question whose estimate is `safety`.
        chapter: the notebook that asks.
        week: has no place in this question; anything but None is refused.
        measure: as week.

    Returns:
        By week, arm and heading (in `level`): `harm_people`, `harm_events`, `harm_risk` (percent,
        exact interval), `harm_events_followed` (those of them while the person was followed),
        `harm_rate` (of these in 100 person-years, exact interval) and, against the reference arm,
        `risk_difference` (percentage points). `person_years` by arm and week. `flare_up_gap`: days
        within which records are one flare-up. `events_before_start`: counted for nobody;
        `events_after_follow_up` by week and arm: counted among people, and in no rate.
        `not_followed` by arm: people of whom nothing is known after randomisation; an arm of which
        nobody was followed has no risk, rate or difference: no harm could have been seen there.
        `flare_ups`, `flare_days` and `flare_ratio` by days since the last session; `stopping_*`
        where the plan gives the stopping rule in numbers. `not_available` where the study cannot
        tell, with the reason as its level. `interval_level` in percent.

    Raises:
        UsageError: an unknown question, or a week or measure.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    return [
        asked.row("interval_level", 100 * asked.question.harms.level),
        *_harm_rows(trial, asked),
        *flare_up_rows(trial, asked),
        *stopping_rows(trial, asked),
    ]


def _harm_rows(trial: Trial, asked: Asked) -> list[Result]:
    """All counts; only that nothing was recorded where the study has no table of events."""
    if not trial.has_events:
        return [asked.row("not_available", 0, level="no events")]
    harms = asked.question.harms
    counted = harm_events(trial, harms)
    followed = follow_up(trial)
    counted["followed"] = while_followed(counted, followed)
    if counted.empty and not (followed["end"] > 0).any():
        return [asked.row("not_available", 0, level="nobody followed for harms")]
    levels = headings(counted, harms)
    early = int((trial.events[DAY] < START_DAY).sum())
    rows = [
        asked.row("events_before_start", early, method="counted for nobody"),
        asked.row("flare_up_gap", trial.plan.study.flare_up_gap, method="study.flare_up_gap"),
    ]
    rows += _not_followed(trial, asked, followed)
    for until in horizons(trial):
        here = counted[counted[DAY] <= DAYS_A_WEEK * until]
        years = person_years(trial, followed, until)
        rows += [_time_row(asked, until, arm, years[arm]) for arm in trial.plan.arms]
        rows += _late_rows(trial, asked, here, until)
        for level in levels:
            rows += _level_rows(trial, asked, here[here["level"] == level], level, until, years)
    return rows


def _time_row(asked: Asked, week: int, arm: str, years: float) -> Result:
    return asked.row("person_years", years, week=week, arm=arm, method=_TIME)


def _not_followed(trial: Trial, asked: Asked, followed: pd.DataFrame) -> list[Result]:
    """People of whom nothing is known after randomisation: a harm could not have been seen."""
    never = trial.people[PARTICIPANT].map(followed["end"]) <= 0
    everyone = trial.people[ARM].value_counts()
    counts = trial.people.loc[never, ARM].value_counts()
    how = "no visit with a value, session or leaving after randomisation"
    return [
        asked.row("not_followed", counts[arm], arm=arm, n=int(everyone[arm]), method=how)
        for arm in trial.plan.arms
        if counts.get(arm, 0)
    ]


def _late_rows(trial: Trial, asked: Asked, here: pd.DataFrame, week: int) -> list[Result]:
    """Events of after the follow-up of their person: they count among people and in no rate."""
    late = here[here["level"].isin((ANY, FLARE_UP)) & ~here["followed"]]
    counts = late[ARM].value_counts()
    how = "adverse events and flare-ups after the last day on which their person was followed"
    return [
        asked.row("events_after_follow_up", int(counts.get(arm, 0)), week=week, arm=arm, method=how)
        for arm in trial.plan.arms
    ]


def _level_rows(
    trial: Trial, asked: Asked, here: pd.DataFrame, level: str, week: int, years: pd.Series
) -> list[Result]:
    """One heading up to one week: counts, shares and rates by arm, and differences.

    Of an arm that nobody followed only what was recorded all the same is told, never a nought.
    """
    sure = asked.question.harms.level
    people = trial.people[ARM].value_counts()
    hit = here.drop_duplicates(PARTICIPANT)[ARM].value_counts()
    events, seen = (each[ARM].value_counts() for each in (here, here[here["followed"]]))
    rows = []
    for arm in trial.plan.arms:
        n, x, e = int(people[arm]), int(hit.get(arm, 0)), int(events.get(arm, 0))
        place = {"week": week, "arm": arm, "level": level, "n": n}
        followed = years[arm] > 0
        if not (followed or e):
            continue
        rows.append(asked.row("harm_people", x, **place))
        rows.append(asked.row("harm_events", e, **place))
        if not followed:
            continue
        found = share(x, n, level=sure)
        rows.append(_percent(asked, "harm_risk", found, _SHARE, **place))
        e = int(seen.get(arm, 0))
        rows.append(asked.row("harm_events_followed", e, **place))
        found = rate(e, years[arm], level=sure)
        rows.append(_percent(asked, "harm_rate", found, _RATE, **place))
        other = trial.plan.reference
        if other not in (None, arm) and years[other] > 0:
            found = _difference((x, n), (int(hit.get(other, 0)), int(people[other])), sure)
            place |= {"comparator": other, "n": n + int(people[other])}
            rows.append(_percent(asked, "risk_difference", found, _DIFFERENCE, **place))
    return rows


def _difference(first: tuple[int, int], second: tuple[int, int], level: float) -> tuple:
    found = hybrid_difference(counted(*first, level), counted(*second, level))
    return float(found.estimate), float(found.lower), float(found.upper)


def _percent(asked: Asked, statistic: str, found: tuple, method: str, **place: object) -> Result:
    """A share in percent, or a rate in 100 years."""
    value, lower, upper = (100 * each for each in found)
    return asked.row(statistic, value, lower=lower, upper=upper, method=method, **place)
