"""The training of a few people drawn by lot, week by week: nobody is picked for looking good."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.asked import Asked
from analysis.estimate.flares import flare_ups
from analysis.estimate.training_log import ended, log_of, logged, people_of, weeks_of
from analysis.result.record import Result
from analysis.terms import DAY, DAYS_A_WEEK, PARTICIPANT, SMALL_GROUP, START_DAY, WEEK

SHOWN = 10
TO_THE_END = "to the end"


def swimmer_rows(trial: Trial, asked: Asked) -> list[Result]:
    """Sessions attended in each week by people drawn by lot from each arm, and how it ended.

    The lot is the plan's seed, so that a rerun shows the same people and nobody chose them. They
    are numbered by how long they trained; their identifiers stay in the data. Arms of fewer than
    `SMALL_GROUP` people, or without a row in the log, are not shown.

    Returns:
        By arm and level `person 01` ...: `swim_sessions` by week, `swim_end` (the last week in the
        programme; its method says why) and `swim_flare_up` by week.
    """
    rows, last, flares = [], ended(trial), flare_ups(trial)
    for arm, programme in logged(trial).items():
        people = people_of(trial, arm).to_numpy()
        if len(people) < SMALL_GROUP:
            continue
        lot = np.random.default_rng([trial.plan.seed, crc32(f"swimmers {arm}".encode())])
        drawn = lot.permutation(people)[:SHOWN]
        log = log_of(trial, arm)
        ends = {who: _end(who, last, programme.weeks) for who in drawn}
        order = sorted(drawn, key=lambda who: (-ends[who][0], -_attended(log, who), str(who)))
        for number, who in enumerate(order, start=1):
            place = {"arm": arm, "level": f"person {number:02d}"}
            rows += _person(asked, log[log[PARTICIPANT] == who], ends[who], place)
            rows += _flare_ups(flares, asked, who, ends[who][0], place)
    return rows or [asked.row("not_available", 0, level="too few people to draw from")]


def _end(who: str, last: pd.DataFrame, weeks: int) -> tuple[int, str]:
    """The last week in the programme, and what ended it."""
    if who not in last.index or last.loc[who, DAY] > DAYS_A_WEEK * weeks:
        return weeks, TO_THE_END
    day = max(float(last.loc[who, DAY]), 1)
    return int((day - 1) // DAYS_A_WEEK + 1), str(last.loc[who, "event"])


def _attended(log: pd.DataFrame, who: str) -> int:
    return int(log.loc[log[PARTICIPANT] == who, "attended"].sum())


def _person(asked: Asked, log: pd.DataFrame, end: tuple[int, str], place: dict) -> list[Result]:
    came = log[log["attended"]][WEEK].value_counts()
    weeks = range(1, max([end[0], *came.index]) + 1)
    return [
        asked.row("swim_end", end[0], method=end[1], **place),
        *(asked.row("swim_sessions", came.get(week, 0), week=week, **place) for week in weeks),
    ]


def _flare_ups(flares: pd.DataFrame, asked: Asked, who: str, end: int, place: dict) -> list[Result]:
    days = flares.loc[(flares[PARTICIPANT] == who) & (flares[DAY] >= START_DAY), DAY]
    weeks = weeks_of(days)
    counts = weeks[weeks <= end].value_counts().sort_index()
    return [asked.row("swim_flare_up", n, week=int(week), **place) for week, n in counts.items()]
