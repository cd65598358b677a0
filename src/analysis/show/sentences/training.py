"""At what dose, in words: how much was taken up, when the score moved, what a session did."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.link import link, prose
from analysis.show.means import interval_words
from analysis.show.numbers import count, fixed, percent, size, span
from analysis.show.select import arms_of, in_order, maybe, one_key, records, where
from analysis.show.sentences.phrase import (
    amount,
    another_way,
    arm_words,
    bounds_in,
    departures,
    measure_words,
    paragraph,
)
from analysis.show.unknown_arms import unknown_arms
from analysis.show.words import begin, joined, measure_label, people_word, sentence_case, with_unit
from analysis.terms import Labels

_ASSUMES = (
    "This holds for people who trained because it was offered to them, and only if the offer acts "
    "through the sessions alone, keeps nobody from training, and each session does the same; the "
    "data cannot show that it does"
)
_INTERVAL = "95\N{NO-BREAK SPACE}% interval"
_WEAK = "The offer moved attendance so little that this number is not to be trusted"


def attendance(rows: pd.DataFrame, labels: Labels) -> str:
    """How many of the planned sessions were attended by arm, and how that went over the weeks.

    Args:
        rows: result rows of a question about adherence.
        labels: the study's words.

    Returns:
        A paragraph of inline HTML.
    """
    parts = []
    for share in in_order(where(rows, statistic="attended_share"), labels):
        place = {"arm": share.arm}
        planned = maybe(rows, statistic="planned_sessions", **place)
        mean = maybe(rows, statistic="attended_sessions", **place)
        said = (
            f"people offered {arm_words(labels, share.arm)} attended on average "
            f"{link(mean, fixed(mean.value, 1))} of {link(planned, count(planned.value))} planned "
            f"sessions ({link(share, percent(share.value, share.n))}, {_INTERVAL} "
            f"{link(share, f'{span(share.lower, share.upper, 1)} %')})"
        )
        weeks = in_order(where(rows, arm=share.arm, statistic="attended_by_week"), labels)
        first, last = weeks[0], weeks[-1]
        parts.append(f"{said}, {_in_week(first)} and {_in_week(last)}")
    if not parts:
        return ""
    return paragraph(
        [
            begin(labels, "; ".join(parts)),
            *unknown_arms(rows, labels),
            *_enough(rows, labels),
            *_late(rows, labels),
        ]
    )


def _in_week(row: Any) -> str:
    return f"{link(row, percent(row.value, row.n))} in week {link(row, str(row.week))}"


def _late(rows: pd.DataFrame, labels: Labels) -> list[str]:
    """Sessions that the log tells of people who had left: one of the two records is wrong."""
    said = [
        f"{link(row, count(row.value))} with {arm_words(labels, row.arm)}"
        for row in in_order(where(rows, statistic="sessions_after_withdrawal"), labels)
    ]
    if not said:
        return []
    return [
        f"Sessions that the log tells after their person had withdrawn: {joined(said)}. One of the "
        "two records must be wrong; these sessions are counted nowhere"
    ]


def _enough(rows: pd.DataFrame, labels: Labels) -> list[str]:
    found = where(rows, statistic="attended_enough")
    said = []
    for key in dict.fromkeys(found["level"]):
        people = [
            f"{link(row, count(row.value))} of {link(row, count(row.n))} "
            f"{people_word(row.n)} with {arm_words(labels, row.arm)}"
            for row in in_order(where(found, level=key, statistic="attended_enough"), labels)
        ]
        said.append(f"{prose(labels.populations.get(key, key))}: {joined(people)}")
    return [sentence_case(words) for words in said]


def falls(rows: pd.DataFrame, labels: Labels) -> str:
    """Between which visits the score moved most towards better, by arm."""
    own = where(rows, statistic="fall_per_week")
    if own.empty:
        return ""
    measure = measure_label(labels, one_key(own, "measure"))
    name = interval_words(rows, one_key(own, "question"))
    said = []
    for arm in arms_of(own, labels):
        steps = records(where(own, arm=arm))
        best = min(steps, key=lambda row: row.value if measure.lower_is_better else -row.value)
        way = "lower" if best.value < 0 else "higher"
        amount = with_unit(link(best, size(best.value, 2)), prose(measure.unit))
        said.append(
            f"with {arm_words(labels, arm)} in {link(best, str(best.level))} "
            f"({amount} {way} each week, {name} {bounds_in(best, 2, 'lower', 'higher')})"
        )
    what = f"{measure_words(measure)} moved most towards better {'; '.join(said)}"
    closing = (
        "Which step is largest was looked for in the data, so it is a description: intervals of "
        "neighbouring steps that overlap do not set one apart from the next"
    )
    return paragraph([begin(labels, what), closing])


def received(rows: pd.DataFrame, labels: Labels) -> str:
    """What the offer did, spread over its weeks, and what a session received did; apart.

    Returns:
        HTML that stands by itself: a list of both answers by arm, each with what it rests on.
    """
    own = where(rows, statistic="received_per_session")
    if own.empty:
        return ""
    measure = measure_label(labels, one_key(own, "measure"))
    name = interval_words(rows, one_key(own, "question"))
    found = in_order(own, labels)
    offered = [_offered(rows, row, labels, measure, name) for row in found]
    sessions = [_received(rows, row, labels, measure, name) for row in found]
    listed = "".join(
        f"<li>{paragraph([head + '; '.join(items), *closing])}</li>"
        for head, items, closing in (
            (
                "As offered: ",
                offered,
                [*_length(rows), *_whole_offer(rows, found, measure, labels)],
            ),
            ("As received: ", sessions, [_ASSUMES, *_weak(rows)]),
        )
    )
    week = link(found[0], str(found[0].week))
    start = begin(labels, f"{measure_words(measure)} at week {week}, by two questions")
    closing = [*departures(found), *unknown_arms(rows, labels)]
    closing = f"<p>{paragraph(closing)}</p>" if closing else ""
    return f"<p>{start}:</p><ul>{listed}</ul>{closing}"


def _amount(row: Any, measure: Any) -> str:
    way = "lower" if row.value < 0 else "higher"
    return f"{with_unit(link(row, size(row.value, 2)), prose(measure.unit))} {way}"


def _offered(rows: pd.DataFrame, row: Any, labels: Labels, measure: Any, name: str) -> str:
    each = maybe(rows, statistic="offered_per_week", arm=row.arm)
    return (
        f"being offered {arm_words(labels, row.arm)} rather than "
        f"{arm_words(labels, row.comparator)}, {_amount(each, measure)} for each planned week "
        f"({name} {bounds_in(each, 2, 'lower', 'higher')})"
    )


def _whole_offer(rows: pd.DataFrame, found: list[Any], measure: Any, labels: Labels) -> list[str]:
    """The differences behind it, and why other sections have other figures for them."""
    every = [maybe(rows, statistic="offered_difference", arm=row.arm) for row in found]
    whole = [row for row in every if row is not None]
    if not whole:
        return []
    numbers = joined([link(row, count(row.n)) for row in whole])
    how = f"of people with a score at that week alone ({numbers})"
    return [another_way(whole, [amount(row, measure) for row in whole], how, labels)]


def _received(rows: pd.DataFrame, row: Any, labels: Labels, measure: Any, name: str) -> str:
    more = maybe(rows, statistic="received_sessions", arm=row.arm)
    return (
        f"{_amount(row, measure)} for each session of {arm_words(labels, row.arm)} attended "
        f"({name} {bounds_in(row, 2, 'lower', 'higher')}; the offer brought "
        f"{link(more, fixed(more.value, 1))} sessions more)"
    )


def _length(rows: pd.DataFrame) -> list[str]:
    if where(rows, statistic="offered_per_week", level="length not randomised").empty:
        return []
    return [
        "The length of the programme was not randomised, so this spreads one difference over the "
        "weeks and says nothing of longer or shorter programmes"
    ]


def _weak(rows: pd.DataFrame) -> list[str]:
    weak = where(rows, statistic="received_f", level="weak")
    return [_WEAK] if len(weak) else []
