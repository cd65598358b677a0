"""The majority claim in plain words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.link import link, prose
from analysis.show.majority import Share, shares
from analysis.show.means import interval_words
from analysis.show.numbers import count, decimals_of, fixed, size
from analysis.show.select import maybe, one_key, records, where
from analysis.show.sentences.phrase import (
    arm_words,
    bounds_in,
    departures,
    direction,
    measure_words,
    paragraph,
)
from analysis.show.unknown_arms import unknown_arms
from analysis.show.words import begin, joined, measure_label, sentence_case, with_unit
from analysis.terms import Labels, MeasureLabel

_MEAN = "regression to the mean"


def majority_in_words(rows: pd.DataFrame, labels: Labels) -> str:
    """Who improved, beside those who would have without the programme.

    Args:
        rows: result rows of one question about the majority.
        labels: the study's words.

    Raises:
        ClaimError: no shares.
    """
    found = shares(rows, labels)
    name = interval_words(rows, one_key(rows, "question"))
    first = found[0]
    measure = measure_label(labels, str(first.arms[0].measure))
    week = link(first.arms[0], str(int(first.arms[0].week)))
    start = begin(
        labels,
        f"At week {week}, {measure_words(measure)} had improved at all in {_arms(first, labels)}",
    )
    parts = [start, *_alone(rows, first, measure), *_benchmark(rows)]
    for share in found[1:]:
        size = fixed(share.needed.value, decimals_of(measure))
        points = with_unit(link(share.needed, size), prose(measure.unit))
        parts.append(
            f"{sentence_case(share.words)} ({points}) was seen in "
            f"{_arms(share, labels)}{_beside(share)}"
        )
    parts += [_difference(row, labels, name) for row in found[-1].differences]
    used = [row for share in found for row in share.arms]
    return paragraph([*parts, *unknown_arms(rows, labels), *departures(used)])


def _arms(share: Share, labels: Labels) -> str:
    return joined(
        [
            f"{link(row, fixed(row.value, 0))} % of the {link(row, count(row.n_observed))} people "
            f"seen in {arm_words(labels, row.arm)}"
            for row in share.arms
        ]
    )


def _alone(rows: pd.DataFrame, share: Share, measure: MeasureLabel) -> list[str]:
    if share.expected is None:
        lacking = maybe(rows, statistic="not_compared")
        return (
            [] if lacking is None else [f"What {_MEAN} alone gives is not known: {lacking.method}"]
        )
    percent = link(share.expected, fixed(share.expected.value, 0))
    words = f"If nothing but {_MEAN} were at work, {percent} % would have improved"
    entry = maybe(rows, statistic="entry_score")
    if entry is None:
        return [
            f"{words}: the plan gives no score that was needed to enter, so as many scores are "
            "taken to fall as to rise"
        ]
    change = maybe(rows, statistic="expected_change")
    moved = with_unit(link(change, size(change.value, decimals_of(measure))), prose(measure.unit))
    way = direction(change.value, decimals_of(measure))
    cut = with_unit(link(entry, fixed(entry.value, 0)), prose(measure.unit))
    bad = "at least" if measure.lower_is_better else "at most"
    return [
        f"{words}, and the mean would be {moved} {way}: a score of {bad} {cut} was needed to "
        "enter, and scores picked for being bad are, on average, worse than those that follow"
    ]


def _beside(share: Share) -> str:
    if share.expected is None:
        return ""
    return f"; {_MEAN} alone would give {link(share.expected, fixed(share.expected.value, 0))} %"


def _benchmark(rows: pd.DataFrame) -> list[str]:
    least, most = (maybe(rows, statistic=f"benchmark_{end}") for end in ("least", "most"))
    if least is None or most is None:
        return []
    return [
        "In arms of real trials that did not have the treatment, "
        f"{link(least, fixed(least.value, 0))} % to {link(most, fixed(most.value, 0))} % had any "
        "decrease, so a majority with less pain does not by itself show that a programme helped"
    ]


def _difference(row: Any, labels: Labels, name: str) -> str:
    more = "more" if row.value >= 0 else "fewer"
    ends = bounds_in(row, 0, "fewer", "more")
    return (
        f"Beside {arm_words(labels, row.comparator)}, {link(row, fixed(abs(row.value), 0))} {more} "
        f"of every hundred people in {arm_words(labels, row.arm)} had such a change ({name} "
        f"{ends})"
    )


def shares_in_words(rows: pd.DataFrame, labels: Labels) -> str:
    """A published share with its bounds, beside real trials without the treatment.

    Args:
        rows: result rows `published_low`, `published_high` of one question.
        labels: the study's words.
    """
    lows = records(where(rows, statistic="published_low"))
    if not lows:
        return ""
    low, high = lows[0], maybe(rows, statistic="published_high", level=lows[0].level)
    counts = [maybe(rows, statistic=f"count_{end}", level=low.level) for end in ("low", "high")]
    ends = [maybe(rows, statistic=f"chance_{end}", level=low.level) for end in ("low", "high")]
    parts = [
        f"The paper states that between {link(low, fixed(low.value, 0))} % and "
        f"{link(high, fixed(high.value, 0))} % reported a decrease, over all its groups, outcomes "
        "and times, and prints no count of any of them in the text that was read",
        f"If all {link(low, count(low.n))} people of a group were asked, that is between "
        f"{link(counts[0], count(counts[0].value))} and {link(counts[1], count(counts[1].value))}; "
        f"with chance, shares from {link(ends[0], fixed(ends[0].value, 0))} % to "
        f"{link(ends[1], fixed(ends[1].value, 0))} % are compatible with it",
        *_benchmark(rows),
    ]
    gap = maybe(rows, statistic="difference_bound")
    if gap is not None:
        parts.append(
            "The paper found no difference between its two programmes. From the bounds alone that "
            f"difference could be up to {link(gap, fixed(gap.value, 0))} percentage points either "
            "way, and neither group went without a programme: what is printed cannot show an effect"
        )
    return paragraph(parts)
