"""Relapses in plain words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.link import link, prose
from analysis.show.means import interval_words
from analysis.show.numbers import count, fixed, span
from analysis.show.relapses import LATE, relapse_word, rule_words
from analysis.show.select import in_order, maybe, one_key, records, where
from analysis.show.sentences.phrase import arm_words, bounds_in, departures, paragraph
from analysis.show.words import begin, joined, sentence_case
from analysis.terms import Labels


def relapse_in_words(rows: pd.DataFrame, labels: Labels) -> str:
    """How many relapsed, how soon and how often, beside the comparator.

    Args:
        rows: result rows of one question about relapse.
        labels: the study's words.

    Raises:
        ClaimError: no such rows.
    """
    followed = records(where(rows, statistic="people_followed"))
    if not sum(row.value for row in followed):
        words = f"nobody was followed ({link(followed[0], count(0))} people), so nothing is known"
        return paragraph([begin(labels, sentence_case(words)), *_aside(rows, labels)])
    name = interval_words(rows, one_key(rows, "question"))
    week, what = link(followed[0], str(int(followed[0].week))), relapse_word(rows)
    said = [_first(row, rows, labels, name) for row in followed if row.value]
    while_seen = " while they were followed" if _late(rows, labels) else ""
    parts = [begin(labels, f"By week {week}, {joined(said)} had a {what}{while_seen}")]
    parts += _elsewhere(rows, labels)
    if not any(row.value for row in records(where(rows, statistic="first_relapses"))):
        parts.append(
            "Nobody had one, so groups cannot be compared. That none was recorded does not show "
            "that none happened"
        )
    parts += _rates(rows, labels, name, what)
    parts += [
        _ratio(row, labels, name, what)
        for row in records(where(rows, statistic="rate_ratio", level=None))
    ]
    parts += [
        _weeks(row, labels, name) for row in records(where(rows, statistic="free_weeks_difference"))
    ]
    used = [*followed, *records(where(rows, statistic="rate_ratio"))]
    rest = [*rule_words(rows, labels), *_leaving(rows), *_aside(rows, labels), *departures(used)]
    return paragraph([*parts, *rest])


def _first(row: Any, rows: pd.DataFrame, labels: Labels, name: str) -> str:
    relapsed = maybe(rows, statistic="first_relapses", arm=row.arm)
    share = maybe(rows, statistic="relapsed_percent", arm=row.arm)
    said = (
        f"{link(relapsed, count(relapsed.value))} of {link(row, count(row.value))} people in "
        f"{arm_words(labels, row.arm)}"
    )
    if share is None:
        return said
    ends = link(share, f"{span(share.lower, share.upper, 0)} %")
    # The count divided is another number, so what this one allows for stands beside it.
    percent = f"{link(share, fixed(share.value, 0))} % where leaving is allowed for"
    return f"{said} ({percent}, {name} {ends})"


def _rates(rows: pd.DataFrame, labels: Labels, name: str, what: str) -> list[str]:
    """All of them by person-time, first and later ones."""
    said = [
        f"{link(row, fixed(row.value, 2))}{f' {what}s a person-year' if not place else ''} in "
        f"{arm_words(labels, row.arm)} ({name} {link(row, span(row.lower, row.upper, 2))})"
        for place, row in enumerate(records(where(rows, statistic="rate_per_year")))
    ]
    return [f"Counting every one of them, there were {joined(said)}"] if said else []


def _leaving(rows: pd.DataFrame) -> list[str]:
    """Without a table of events nobody is known to have left."""
    row = maybe(rows, statistic="not_available", level="leaving not recorded")
    if row is None:
        return []
    who = link(row, "Who withdrew or died was not recorded")
    return [f"{who}: everybody counts as followed until they were seen last"]


def _ratio(row: Any, labels: Labels, name: str, what: str) -> str:
    ends = link(row, span(row.lower, row.upper, 2))
    words = (
        f"{sentence_case(arm_words(labels, row.arm))} had {link(row, fixed(row.value, 2))} times "
        f"the rate of {what}s of {arm_words(labels, row.comparator)} ({name} {ends})"
    )
    if row.lower <= 1 <= row.upper:
        return f"{words}, which is compatible with no difference"
    return words


def _weeks(row: Any, labels: Labels, name: str) -> str:
    more = "later" if row.value > 0 else "earlier"
    value = link(row, fixed(abs(row.value), 1))
    ends = bounds_in(row, 1, "earlier", "later")
    return (
        f"The first one came on average {value} weeks {more} in {arm_words(labels, row.arm)} than "
        f"in {arm_words(labels, row.comparator)}, counted up to the horizon ({name} "
        f"{ends})"
    )


def _late(rows: pd.DataFrame, labels: Labels) -> list[Any]:
    """By arm, what came after the follow-up of its person."""
    return in_order(where(rows, statistic="set_aside", level=LATE), labels)


def _elsewhere(rows: pd.DataFrame, labels: Labels) -> list[str]:
    """Why harms by people tell of more people: they count what came after follow-up too."""
    late = _late(rows, labels)
    if not late:
        return []
    counts = [f"{link(row, count(row.value))} in {arm_words(labels, row.arm)}" for row in late]
    return [
        f"Flare-ups after the end of a person's follow-up, {joined(counts)}, are not counted here; "
        "the chapter on harm counts them, so that more people can have one there"
    ]


def _aside(rows: pd.DataFrame, labels: Labels) -> list[str]:
    """What was not counted, by reason."""
    found = where(rows, statistic="set_aside")
    said = []
    for reason in dict.fromkeys(found["level"]):
        of = in_order(where(found, level=reason), labels)
        counts = [f"{link(row, count(row.value))} in {arm_words(labels, row.arm)}" for row in of]
        said.append(f"{prose(str(reason))}: {joined(counts)}")
    return [f"Not counted: {'; '.join(said)}"] if said else []
