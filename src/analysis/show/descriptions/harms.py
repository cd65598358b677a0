"""Figures of harms, in words."""

from __future__ import annotations

import pandas as pd

from analysis.show.descriptions.closed import closed
from analysis.show.headings import MAIN, at_week, harm_rows, heading, levels_of
from analysis.show.means import interval_words
from analysis.show.numbers import fixed, percent, span
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
            f"{inside(arm_label(labels, row.arm))} {percent(row.value, row.n)}"
            for row in shares
            if row is not None
        ]
        differences = [
            f"{inside(arm_label(labels, row.arm))} minus "
            f"{inside(arm_label(labels, row.comparator))} {fixed(row.value, 1)} "
            f"({span(row.lower, row.upper, 1)})"
            for row in records(where(here, statistic="risk_difference", level=level))
        ]
        parts.append("; ".join([f"{heading(level)}: {joined(said)}", *differences]))
    for row in records(where(rows, statistic="not_followed")):
        if row.value == row.n:
            parts.append(f"Nobody in {inside(arm_label(labels, row.arm))} was followed")
    return closed(parts, labels, records(here))


def flare_days(rows: pd.DataFrame, labels: Labels) -> str:
    """Flare-ups by days since a session in words: how often against a person's other days."""
    own = some(where(rows, statistic="flare_ratio"), "<question>.flare_ratio.<arm>.day 0")
    name = interval_words(rows, one_key(own, "question"))
    parts = [
        "Interval chart on a logarithmic axis: how many times as often flare-ups came so many days "
        f"after a session as later in the same person, with {name}; above 1 is more often"
    ]
    for arm in arms_of(own, labels):
        said = [
            f"{row.level} {fixed(row.value, 2)} ({span(row.lower, row.upper, 2)})"
            for row in records(where(own, arm=arm))
        ]
        parts.append(f"{arm_label(labels, arm)}: {'; '.join(said)}")
    return closed(parts, labels, records(own))
