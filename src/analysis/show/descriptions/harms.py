"""Figures of harms, in words."""

from __future__ import annotations

import pandas as pd

from analysis.show.descriptions.closed import closed
from analysis.show.headings import MAIN, at_week, harm_rows, heading, levels_of
from analysis.show.means import interval_words
from analysis.show.numbers import count, fixed, percent, span
from analysis.show.select import arms_of, maybe, one_key, records, some, weeks_of, where
from analysis.show.words import arm_label, inside, joined
from analysis.terms import Labels


def harms(rows: pd.DataFrame, labels: Labels) -> str:
    """The dot plot of harms in words: the shares and differences of the main headings."""
    own = harm_rows(rows)
    week = weeks_of(own)[-1]
    here = at_week(own, week)
    name = interval_words(rows, one_key(own, "question"))
    parts = [
        f"Dot plot of harms up to week {week}: the share of people of each group with at least "
        f"one, and beside it differences between groups in percentage points with {name}"
    ]
    for level in levels_of(here, MAIN):
        shares = [
            maybe(here, statistic="harm_risk", arm=a, level=level) for a in arms_of(here, labels)
        ]
        said = [
            f"{inside(arm_label(labels, row.arm))} {percent(row.value, row.n)}" for row in shares
        ]
        differences = [
            f"{inside(arm_label(labels, row.arm))} minus "
            f"{inside(arm_label(labels, row.comparator))} {fixed(row.value, 1)} "
            f"({span(row.lower, row.upper, 1)})"
            for row in records(where(here, statistic="risk_difference", level=level))
        ]
        parts.append("; ".join([f"{heading(level)}: {joined(said)}", *differences]))
    return closed(parts, labels, records(here))


def flare_days(rows: pd.DataFrame, labels: Labels) -> str:
    """Flare-ups by days since a session in words: counts of every group of days."""
    own = some(where(rows, statistic="flare_rate"), "<question>.flare_rate.<arm>.day 0")
    name = interval_words(rows, one_key(own, "question"))
    parts = [
        "Interval chart: flare-ups in 1000 days of the programme by days since the last attended "
        f"session, with {name}"
    ]
    for arm in arms_of(own, labels):
        events = where(rows, statistic="flare_ups", arm=arm)
        said = [f"{row.level} {count(row.value)}" for row in records(events)]
        parts.append(f"{arm_label(labels, arm)}, flare-ups: {', '.join(said)}")
    return closed(parts, labels, records(own))
