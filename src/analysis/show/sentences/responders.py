"""Responders in words: of a hundred people, how many; and for statisticians, how it was found."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.link import link, prose
from analysis.show.numbers import count, fixed, is_missing, p_statement, size
from analysis.show.responding import (
    Responders,
    linked_at_least,
    needed_words,
    points_words,
    ratio_words,
    responders,
    share_words,
)
from analysis.show.select import arms_of, column_values, maybe, records, where
from analysis.show.sentences.caution import CAUTION
from analysis.show.sentences.phrase import arm_words, departures, measure_words, paragraph
from analysis.show.words import begin, joined, left_out_label, measure_label, sentence_case
from analysis.terms import SMALL_GROUP, Labels

_HUNDRED = 100


def responders_for_clinicians(rows: pd.DataFrame, labels: Labels) -> str:
    """Natural frequencies: of 100 people of each group how many respond, and how many more.

    Args:
        rows: result rows of one question about responders.
        labels: the study's words.

    Returns:
        A paragraph a threshold of inline HTML, the main one first.

    Raises:
        ClaimError: a row that the words need is not there; names its id.
    """
    found = responders(rows)
    said = [_of_hundred(found, labels, threshold) for threshold in found.thresholds]
    base = _rows(found, found.thresholds[0], "responder_percent")
    alone = where(found.rows, statistic="responder_difference").empty
    measure = measure_words(measure_label(labels, found.measure))
    caution = CAUTION.format(measure=measure) if alone else ""
    closing = paragraph([_few(base), caution, *departures(base)])
    return "".join(f"<p>{words}</p>" for words in [*said, closing] if words)


def _of_hundred(found: Responders, labels: Labels, threshold: str) -> str:
    """One threshold: the shares of all groups, then what each programme adds."""
    shares = _rows(found, threshold, "responder_percent")
    arms = arms_of(where(found.rows, statistic="responder_percent"), labels)
    ordered = [row for arm in arms for row in shares if row.arm == arm]
    who = "people offered" if labels.design.startswith("randomised") else "people in"
    told = [
        f"{link(row, fixed(row.value, 0))} ({_span(row)}) of {_HUNDRED} {who} "
        f"{arm_words(labels, row.arm)}"
        for row in ordered
    ]
    week = link(ordered[0], str(found.week))
    what = f"After {week} weeks, {linked_at_least(found, labels, threshold)} was reached by about "
    more = [
        _added(row, found, labels, threshold)
        for row in _rows(found, threshold, "responder_difference")
    ]
    return paragraph([begin(labels, what) + joined(told), *more])


def _added(row: Any, found: Responders, labels: Labels, threshold: str) -> str:
    """`With bands that is 19 more of 100 than with usual care (from 5 more to 34 more): ...`."""
    arm, other = arm_words(labels, row.arm), arm_words(labels, row.comparator)
    start = sentence_case(
        f"with {arm} that is {link(row, _more(row.value))} of {_HUNDRED} than with {other} "
        f"({link(row, f'from {_more(row.lower)} to {_more(row.upper)}')})"
    )
    needed = found.at_week("responder_nnt", threshold, row.arm)
    if needed is None or is_missing(needed.lower):
        return start
    return f"{start}: {_one_more(needed, arm, other)}"


def _more(value: float) -> str:
    if size(value, 0) == "0":
        return "none more"
    return f"{size(value, 0)} {'more' if value > 0 else 'fewer'}"


def _one_more(row: Any, arm: str, other: str) -> str:
    """The number needed to treat as it must be read, with both sides where 0 is inside."""
    value, lower, upper = (size(x, 1) for x in (row.value, row.lower, row.upper))
    if row.lower > 0 and row.upper > 0:
        bounds = link(row, f"{lower} to {upper}")
        return f"one more person responds for every {link(row, value)} offered {arm} ({bounds})"
    if row.lower < 0 and row.upper < 0:
        bounds = link(row, f"{upper} to {lower}")
        return f"one fewer responds for every {link(row, value)} offered {arm} ({bounds})"
    return (
        f"the data are compatible with one more for every {link(row, lower)} offered {arm}, with "
        f"no difference from {other}, and with one fewer for every {link(row, upper)}"
    )


def _span(row: Any) -> str:
    return link(row, f"{fixed(row.lower, 0)} to {fixed(row.upper, 0)}")


def _rows(found: Responders, threshold: str, statistic: str) -> list[Any]:
    return records(where(found.of(statistic, threshold), week=found.week))


def _few(base: list[Any]) -> str:
    if any(row.n_observed < SMALL_GROUP for row in base):
        group = "The group" if len(base) == 1 else "One of the groups"
        return (
            f"{group} has fewer than five people with a score at this week: a single person can "
            "turn the result"
        )
    return ""


def responders_for_statisticians(rows: pd.DataFrame, labels: Labels) -> str:
    """Every comparison of the main threshold with its precision, Monte Carlo error and method.

    Takes and raises as `responders_for_clinicians`; a line and a list of inline HTML.
    """
    found = responders(rows)
    main = found.thresholds[0]
    shares = _rows(found, main, "responder_percent")
    week = link(shares[0], str(found.week))
    what = f"Responders at week {week} ({linked_at_least(found, labels, main)})"
    items = [_compared(found, labels, row) for row in _rows(found, main, "responder_difference")]
    if not items:
        items = [f"{_name(labels, row.arm)}: {link(row, share_words(row))}" for row in shares]
    items += [_lost(found, labels)]
    methods = {str(row.method): row for row in reversed(shares)}
    items += [f"Method: {link(methods[m], m)}" for m in column_values(shares, "method")]
    listed = "".join(f"<li>{paragraph([item])}</li>" for item in items if item)
    closing = "".join(f"<p>{words}</p>" for words in departures(shares))
    return f"<p>{begin(labels, what)}:</p><ul>{listed}</ul>{closing}"


def _name(labels: Labels, arm: str) -> str:
    return sentence_case(arm_words(labels, arm))


def _compared(found: Responders, labels: Labels, row: Any) -> str:
    main = found.thresholds[0]
    parts = [f"difference {link(row, points_words(row))} percentage points"]
    if not is_missing(row.se):
        parts.append(f"standard error {link(row, fixed(row.se, 1))}")
    if not is_missing(row.p):
        parts.append(link(row, p_statement(row.p)))
    error = found.at_week("responder_difference_mc_error", main, row.arm)
    if error is not None:
        parts.append(f"Monte Carlo error {link(error, fixed(error.value, 2))}")
    for statistic, words in (("ratio", "ratio"), ("odds_ratio", "odds ratio")):
        beside = found.at_week(f"responder_{statistic}", main, row.arm)
        if beside is not None:
            parts.append(f"{words} {link(beside, ratio_words(beside))}")
    needed = found.at_week("responder_nnt", main, row.arm)
    if needed is not None:
        parts.append(f"number needed to treat {link(needed, needed_words(needed))}")
    who = f"{link(row, count(row.n))} people, {link(row, count(row.n_observed))} with a score"
    names = f"{_name(labels, row.arm)} minus {arm_words(labels, row.comparator)}"
    return f"{names}: {', '.join(parts)}; {who}"


def _lost(found: Responders, labels: Labels) -> str:
    said = [
        f"{link(row, count(row.value))} in {arm_words(labels, row.arm)} "
        f"({prose(left_out_label(labels, str(row.level)))})"
        for row in records(where(found.rows, statistic="left_out"))
    ]
    return f"Not in the analysis: {joined(said)}" if said else ""


def sustained_for_clinicians(rows: pd.DataFrame, labels: Labels) -> str:
    """How many of 100 respond and stay responders; empty where the plan does not ask for it.

    Takes and raises as `responders_for_clinicians`; a paragraph.
    """
    found = responders(rows)
    main = found.thresholds[0]
    first = maybe(found.rows, statistic="sustained_from", level=main)
    if first is None:
        return ""
    shares = records(found.of("sustained_percent", main))
    told = [
        f"{link(row, fixed(row.value, 0))} ({_span(row)}) of {_HUNDRED} with "
        f"{arm_words(labels, row.arm)}"
        for row in shares
    ]
    weeks = link(first, f"{first.value:g}"), link(shares[0], str(first.week))
    what = (
        f"At every visit from week {weeks[0]} to week {weeks[1]}, "
        f"{linked_at_least(found, labels, main)} was kept by about "
    )
    return paragraph([begin(labels, what) + joined(told), *departures(shares)])
