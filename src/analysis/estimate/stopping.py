"""The plan's stopping rule held against the training log: new pain, or pain that grew worse."""

from __future__ import annotations

import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.asked import Asked
from analysis.estimate.training_log import ended, logged, programmes, unlogged_rows, weeks_of
from analysis.plan.schema_trial import Stopping
from analysis.result.record import Result
from analysis.stats.counts import share
from analysis.terms import ARM, DAY, PARTICIPANT, START_DAY

EITHER, NEW, WORSE = "either", "new pain", "worsening pain"
_SHARE = "people with at least one such session of those with a scored session; exact interval"


def stopping_rows(trial: Trial, asked: Asked) -> list[Result]:
    """The sessions after which the rule said stop, by arm, kind and week, and what came next.

    New pain: none before the session, and afterwards at least the plan's size. Worsening: a rise of
    at least the plan's size in a session that began with pain, or without where new pain has no
    size of its own. Sessions without both scores cannot be judged and are counted as such.

    Returns:
        By arm: `stopping_scored` and `stopping_unscored` (sessions attended with and without both
        scores), `stopping_sessions` and `stopping_people` by level, `stopping_share` (percent of
        people), `stopping_sessions` of the level `either` by week of the programme, and
        `stopping_next` by what followed. `stopping_size` by arm and level is the rule itself.
        `not_available` where there is no log, of the study or of an arm, or no arm has the rule
        in numbers.
    """
    rules = {arm: each.stopping for arm, each in programmes(trial).items() if each.stopping}
    told = {arm: rule for arm, rule in rules.items() if arm in logged(trial)}
    if trial.sessions.empty or (rules and not told):
        return [asked.row("not_available", 0, level="no training log for the stopping rule")]
    if not rules:
        return [asked.row("not_available", 0, level="no stopping rule in numbers")]
    log = trial.sessions.merge(trial.people[[PARTICIPANT, ARM]], on=PARTICIPANT)
    log = log[log[DAY] >= START_DAY].sort_values([PARTICIPANT, DAY], kind="stable")
    log["attended"] = log["attended"].fillna(False).astype(bool)
    rows = [
        row
        for arm, rule in told.items()
        for row in _arm_rows(trial, asked, log[log[ARM] == arm], arm, rule)
    ]
    return [*rows, *unlogged_rows(trial, asked)]


def triggers(log: pd.DataFrame, rule: Stopping) -> pd.Series:
    """What the rule says of each session: `NEW`, `WORSE`, or missing where it says nothing."""
    before, after = (log[c].astype("float64") for c in ("pain_before", "pain_after"))
    worse = (after - before >= rule.rise) & log["attended"]
    found = pd.Series(None, index=log.index, dtype="object").mask(worse, WORSE)
    if rule.new_pain is None:
        return found
    started_without = (before == 0) & log["attended"]
    found = found.mask(started_without, None)
    return found.mask(started_without & (after >= rule.new_pain), NEW)


def _arm_rows(
    trial: Trial, asked: Asked, log: pd.DataFrame, arm: str, rule: Stopping
) -> list[Result]:
    scored = log[["pain_before", "pain_after"]].notna().all(axis=1) & log["attended"]
    people = log.loc[scored, PARTICIPANT].nunique()
    rows = [
        asked.row("stopping_size", rule.rise, arm=arm, level=WORSE, measure=rule.measure),
        asked.row("stopping_scored", scored.sum(), arm=arm, n=people),
        asked.row("stopping_unscored", (log["attended"] & ~scored).sum(), arm=arm),
    ]
    if rule.new_pain is not None:
        size = asked.row("stopping_size", rule.new_pain, arm=arm, level=NEW, measure=rule.measure)
        rows.append(size)
    if not people:
        return rows
    said = triggers(log, rule)
    kinds = {EITHER: said.notna(), NEW: said == NEW, WORSE: said == WORSE}
    for kind, hit in kinds.items():
        place = {"arm": arm, "level": kind, "n": people}
        who = log.loc[hit, PARTICIPANT].nunique()
        part = share(who, people, level=asked.question.harms.level)
        rows += [
            asked.row("stopping_sessions", hit.sum(), **place),
            asked.row("stopping_people", who, **place),
            _percent(asked, part, **place),
        ]
    hit = kinds[EITHER]
    return rows + _by_week(asked, log[hit], arm) + _next(trial, asked, log, hit, arm)


def _percent(asked: Asked, part: tuple, **place: object) -> Result:
    value, lower, upper = (100 * each for each in part)
    return asked.row("stopping_share", value, lower=lower, upper=upper, method=_SHARE, **place)


def _by_week(asked: Asked, hits: pd.DataFrame, arm: str) -> list[Result]:
    """Triggers by week of the programme, the first week being 1."""
    weeks = weeks_of(hits[DAY])
    return [
        asked.row("stopping_sessions", count, week=int(week), arm=arm, level=EITHER)
        for week, count in weeks.value_counts().sort_index().items()
    ]


def _next(trial: Trial, asked: Asked, log: pd.DataFrame, hit: pd.Series, arm: str) -> list[Result]:
    """What the log tells next of the person: a session attended, one missed, or nothing more."""
    following = log.groupby(PARTICIPANT)["attended"].shift(-1)
    came = following[hit].map({True: "next session attended", False: "next session missed"})
    gone = log[PARTICIPANT].isin(ended(trial).index)
    last = gone[hit].map({True: "no further session: left or stopped", False: "no further session"})
    counts = came.fillna(last).value_counts()
    return [
        asked.row("stopping_next", count, arm=arm, level=str(what), n=int(hit.sum()))
        for what, count in counts.items()
    ]
