"""Figures of the time after the programme, in words."""

from __future__ import annotations

import pandas as pd

from analysis.show.descriptions.closed import closed
from analysis.show.effects import week_asked
from analysis.show.gains import gains_of
from analysis.show.link import plain
from analysis.show.majority import shares
from analysis.show.means import interval_words
from analysis.show.numbers import count, decimals_of, fixed, interval
from analysis.show.relapses import relapse_word
from analysis.show.select import arms_of, by_week, maybe, one_key, records, weeks_of, where
from analysis.show.unknown_arms import unknown_arms
from analysis.show.words import arm_label, better, inside, joined, measure_label, sentence_case
from analysis.terms import Labels


def curves(rows: pd.DataFrame, labels: Labels) -> str:
    """The course in words: what is drawn, and the changes at the programme's end and at last."""
    own = where(by_week(rows, "course_change"), level=None)
    measure = measure_label(labels, one_key(own, "measure"))
    name = interval_words(rows, one_key(own, "question"))
    decimals = decimals_of(measure)
    parts = [
        f"Curves with bands over weeks, and hollow marks for the means of people seen at a visit: "
        f"mean change in {inside(measure.label)} since the start, {measure.unit}, with {name}; "
        f"{better(measure)}"
    ]
    used = []
    weeks = sorted({labels.programme_weeks or 0, week_asked(rows, own, labels)} - {0})
    for week in weeks:
        found = records(where(own, week=week))
        used += found
        seen = where(rows, statistic="observed_change", week=week)
        said = [
            f"{inside(arm_label(labels, row.arm))} {fixed(row.value, decimals)} "
            f"{interval(row.lower, row.upper, decimals)}{_met(seen, row.arm, decimals)}"
            for row in found
        ]
        parts += [f"Week {week}: {joined(said)}"] if said else []
    parts += [plain(words) for words in unknown_arms(rows, labels)]
    return closed(parts, labels, used)


def _met(seen: pd.DataFrame, arm: str, decimals: int) -> str:
    row = maybe(seen, arm=arm)
    return "" if row is None else f", people seen {fixed(row.value, decimals)}"


def trajectories(rows: pd.DataFrame, labels: Labels) -> str:
    """The few people's courses in words."""
    seen = by_week(rows, "trajectory_seen")
    measure = measure_label(labels, one_key(seen, "measure"))
    arms = arms_of(seen, labels)
    counts = [where(seen, arm=arm)["level"].nunique() for arm in arms]
    told = [f"{n} in {inside(arm_label(labels, arm))}" for arm, n in zip(arms, counts, strict=True)]
    low, high = seen["value"].min(), seen["value"].max()
    return closed(
        [
            f"A panel a group: scores of {inside(measure.label)} ({measure.unit}) of single people "
            f"over weeks, with the course that the model gives each of them: {joined(told)}",
            f"Scores run from {fixed(low, 0)} to {fixed(high, 0)}; {better(measure)}",
        ],
        labels,
    )


def kept(rows: pd.DataFrame, labels: Labels) -> str:
    """What is left of the gains, in words."""
    found = gains_of(rows, labels)
    name = interval_words(rows, one_key(found[0].rows, "question"))
    parts = [f"Interval chart: percent of the gain at the end of the programme left, with {name}"]
    for gain in found:
        words = arm_label(labels, gain.arm)
        if gain.comparator is not None:
            words += f" beyond {inside(arm_label(labels, gain.comparator))}"
        said = [
            f"week {int(row.week)} {fixed(row.value, 0)} % "
            f"({fixed(row.lower, 0)} to {fixed(row.upper, 0)})"
            for row in gain.kept
        ]
        parts += [f"{words}: {joined(said)}"] if said else []
    return plain(closed(parts, labels, [row for gain in found for row in gain.kept]))


def relapse_free(rows: pd.DataFrame, labels: Labels) -> str:
    """The curves of people without a relapse, in words."""
    own = by_week(rows, "free_percent")
    name = interval_words(rows, one_key(own, "question"))
    parts = [
        f"Falling step curves over weeks: percent of people without a {relapse_word(rows)} so far, "
        f"with {name}, and the people still at risk below"
    ]
    weeks = weeks_of(own)
    told = sorted({labels.programme_weeks or 0, weeks[-1]} & set(weeks) - {0})
    used = []
    for week in told:
        found = [maybe(own, week=week, arm=arm) for arm in arms_of(own, labels)]
        used += [row for row in found if row is not None]
        said = [
            f"{inside(arm_label(labels, row.arm))} {fixed(row.value, 0)} % "
            f"({fixed(row.lower, 0)} to {fixed(row.upper, 0)}), {count(row.n_observed)} at risk"
            for row in found
            if row is not None
        ]
        parts.append(f"Week {week}: {'; '.join(said)}")
    return closed(parts, labels, used)


def majority(rows: pd.DataFrame, labels: Labels) -> str:
    """The shares of people who improved, in words."""
    found = shares(rows, labels)
    name = interval_words(rows, one_key(rows, "question"))
    week = int(found[0].arms[0].week)
    parts = [
        f"Interval chart: percent of the people seen who had improved by week {week}, with {name}"
    ]
    for share in found:
        said = [
            f"{inside(arm_label(labels, row.arm))} {fixed(row.value, 0)} % "
            f"({fixed(row.lower, 0)} to {fixed(row.upper, 0)})"
            for row in share.arms
        ]
        if share.expected is not None:
            said.append(f"regression to the mean alone {fixed(share.expected.value, 0)} %")
        parts.append(f"{sentence_case(share.words)}: {joined(said)}")
    least, most = (maybe(rows, statistic=f"benchmark_{end}") for end in ("least", "most"))
    if least is not None and most is not None:
        parts.append(
            "A grey band marks any improvement in real trials without the treatment, "
            f"{fixed(least.value, 0)} % to {fixed(most.value, 0)} %"
        )
    return closed(parts, labels, [row for share in found for row in share.arms])
