"""How long until a first flare-up or relapse, how many there are, and how arms differ in that."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.asked import Asked, understand
from analysis.estimate.flares import FLARE_UP
from analysis.estimate.relapse_data import LEFT, RELAPSED, FollowUp, follow_up
from analysis.estimate.relapse_rates import hazard_rows, rate_rows
from analysis.result.record import Result
from analysis.stats.survival import cumulative_incidence, kaplan_meier, restricted_mean
from analysis.terms import ARM, DAYS_A_WEEK

STEP = 2  # weeks between the points of a curve
KINDS = {RELAPSED: "relapsed_percent", LEFT: "left_percent"}


def estimate_relapse(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """The time to a first relapse by arm, and the number of relapses, up to the week asked about.

    A relapse is a flare-up among the events, or a score that gets worse again by the plan's rule.
    People who leave are followed until then: in `free_percent` as if they might have gone on, in
    `relapsed_percent` beside `left_percent` as people who cannot have a relapse any more.

    Args:
        trial: the study.
        question: key of a question of the plan whose estimate is `relapse`.
        chapter: the notebook that asks.
        week: the horizon, in weeks after the start; None as planned.
        measure: key of a measure of the plan (for a relapse by scores); None as planned.

    Returns:
        `relapse_rule`, the event as its level. By arm: `people_followed`, `first_relapses`,
        `free_percent` (at every second week, with the people at risk as n_observed), `free_weeks`
        (restricted mean), `relapsed_percent` and `left_percent` (at the horizon), and of flare-ups
        `relapses`, `person_years`, `rate_per_year`. Against the comparator:
        `free_weeks_difference`, `hazard_ratio`, `rate_ratio` (and by a further method as level),
        `proportional_p`. `set_aside` by reason and arm: events or people that do not count.
        `not_compared` with its reason where a comparison cannot be had. With nobody followed only
        the counts are there. `not_available` where the study has no table of events, so that
        flare-ups, or who left, cannot be known.

    Raises:
        UsageError: an unknown question, week or measure.
        PlanError: the plan asks for what the data do not have.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    by_events = asked.relapse.event == FLARE_UP
    if by_events and not trial.has_events:
        return [asked.row("not_available", 0, week=asked.week, level="no events for relapses")]
    found = follow_up(trial, asked)
    rows = [_rule(trial, asked), *_counts(found, asked), *_aside(found, asked)]
    rows.append(asked.row("interval_level", 100 * asked.question.options.level, week=asked.week))
    if not trial.has_events:
        rows.append(asked.row("not_available", 0, week=asked.week, level="leaving not recorded"))
    for arm in found.arms:
        own = found.people[found.people[ARM] == arm]
        if len(own):
            rows += _free(own, arm, found, asked)
            rows += _incidence(own, arm, found, asked) if trial.has_events else []
    rows += _free_differences(found, asked)
    if len(found.people):
        rows += hazard_rows(found, asked)
        # A score that stays worse is seen at every later visit: it is no relapse each time.
        rows += rate_rows(found, asked) if by_events else []
    return rows


def _rule(trial: Trial, asked: Asked) -> Result:
    """What counts as a relapse: days within which records are one flare-up, or points of a rise."""
    relapse = asked.relapse
    size = trial.plan.study.flare_up_gap if relapse.event == FLARE_UP else relapse.rise
    return asked.row("relapse_rule", size, week=asked.week, level=relapse.event)


def _counts(found: FollowUp, asked: Asked) -> list[Result]:
    rows = []
    for arm in found.arms:
        own = found.people[found.people[ARM] == arm]
        relapsed = int((own["outcome"] == RELAPSED).sum())
        for statistic, value in (("people_followed", len(own)), ("first_relapses", relapsed)):
            rows.append(
                asked.row(statistic, value, week=asked.week, arm=arm, n=len(own), method="counted")
            )
    return rows


def _aside(found: FollowUp, asked: Asked) -> list[Result]:
    return [
        asked.row(
            "set_aside", line.n, week=asked.week, arm=line.arm, level=line.reason, method="counted"
        )
        for line in found.aside.itertuples()
    ]


def _free(own: pd.DataFrame, arm: str, found: FollowUp, asked: Asked) -> list[Result]:
    """Kaplan-Meier at every second week, and the restricted mean where follow-up reaches so far."""
    event = (own["outcome"] == RELAPSED).to_numpy()
    last = int(found.horizon // DAYS_A_WEEK)
    weeks = sorted({*range(0, last + 1, STEP), last})
    level = asked.question.options.level
    days = own["days"].to_numpy()
    table = kaplan_meier(days, event, [float(DAYS_A_WEEK * w) for w in weeks], level=level)
    rows = [
        asked.row(
            "free_percent",
            100 * line.free,
            week=w,
            arm=arm,
            lower=100 * line.lower,
            upper=100 * line.upper,
            n=len(own),
            n_observed=line.at_risk,
            method="Kaplan-Meier, log-log interval",
        )
        for w, line in zip(weeks, table.itertuples(), strict=True)
    ]
    until = _until(found)
    mean, se = restricted_mean(days, event, until)
    half = _normal(level) * se
    # Where nobody had an event the error is 0, which is no knowledge: no interval is told.
    ends = (max(0.0, mean - half) / DAYS_A_WEEK, min(until, mean + half) / DAYS_A_WEEK)
    ends = ends if event.any() else (None, None)
    rows.append(
        asked.row(
            "free_weeks",
            mean / DAYS_A_WEEK,
            week=asked.week,
            arm=arm,
            se=se / DAYS_A_WEEK if event.any() else None,
            lower=ends[0],
            upper=ends[1],
            n=len(own),
            method=f"restricted mean over {until / DAYS_A_WEEK:.1f} weeks of follow-up",
        )
    )
    return rows


def _until(found: FollowUp) -> float:
    """The horizon, or as far as every arm's last person was followed."""
    longest = found.people.groupby(ARM, observed=True)["days"].max()
    return float(min(found.horizon, longest.min()))


def _free_differences(found: FollowUp, asked: Asked) -> list[Result]:
    rows = []
    other = found.people[found.people[ARM] == found.arms[0]]
    for arm in found.arms[1:]:
        own = found.people[found.people[ARM] == arm]
        if not (len(own) and len(other)):
            continue
        if not all((each["outcome"] == RELAPSED).any() for each in (own, other)):
            rows.append(_no_difference(arm, found, asked))
            continue
        until = _until(found)
        (mine, a), (theirs, b) = (
            restricted_mean(each["days"], each["outcome"] == RELAPSED, until)
            for each in (own, other)
        )
        difference, se = (mine - theirs) / DAYS_A_WEEK, np.hypot(a, b) / DAYS_A_WEEK
        half = _normal(asked.question.options.level) * se
        rows.append(
            asked.row(
                "free_weeks_difference",
                difference,
                week=asked.week,
                arm=arm,
                comparator=found.arms[0],
                se=se,
                lower=difference - half,
                upper=difference + half,
                n=len(own) + len(other),
                method=f"difference of restricted means over {until / DAYS_A_WEEK:.1f} weeks",
            )
        )
    return rows


def _no_difference(arm: str, found: FollowUp, asked: Asked) -> Result:
    why = "a group has no event, so that its mean has no error that could be told"
    place = {"week": asked.week, "arm": arm, "comparator": found.arms[0]}
    return asked.row("not_compared", 0, level="free_weeks_difference", method=why, **place)


def _incidence(own: pd.DataFrame, arm: str, found: FollowUp, asked: Asked) -> list[Result]:
    """Aalen-Johansen: who relapsed and who left, where leaving keeps from a relapse."""
    level = asked.question.options.level
    table = cumulative_incidence(own["days"], own["outcome"], [found.horizon], level=level)
    return [
        asked.row(
            KINDS[line.kind],
            100 * line.share,
            week=asked.week,
            arm=arm,
            se=100 * line.se,
            lower=100 * line.lower,
            upper=100 * line.upper,
            n=len(own),
            method="Aalen-Johansen, leaving as a competing event",
        )
        for line in table.itertuples()
    ]


def _normal(level: float) -> float:
    return NormalDist().inv_cdf((1 + level) / 2)
