"""Imputation and tipping points for statisticians: each assumption with its precision."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.assumed import MODEL, full_name, side_by_side
from analysis.show.link import link, prose
from analysis.show.numbers import (
    DF_DECIMALS,
    SE_DECIMALS,
    count,
    decimals_of,
    fixed,
    is_missing,
    p_statement,
    span,
)
from analysis.show.select import arms_of, column_values, maybe, records, where
from analysis.show.sentences.phrase import arm_words, departures, measure_words, paragraph
from analysis.show.tables.tipping import conclusion, tipping_rows
from analysis.show.words import begin, compared, joined, measure_label, sentence_case, with_unit
from analysis.terms import Labels

_CHANCE_DECIMALS = 3


def depends_for_statisticians(rows: pd.DataFrame, labels: Labels) -> str:
    """Each comparison under each assumption: estimate, precision, method; and the Monte Carlo error
    where scores are drawn at random.

    Args:
        rows: result rows of a question `missing`.
        labels: the study's words.

    Returns:
        HTML that stands by itself: a line, a list with an item a comparison, and the methods.

    Raises:
        ClaimError: no effects under assumptions, or several questions.
    """
    found = side_by_side(rows, labels)
    used = [row for each in found.values() for row in each]
    first = used[0]
    measure = measure_label(labels, first.measure)
    what = "Difference in means" if first.statistic == "difference" else "Mean change"
    week = link(first, str(int(first.week)))
    intro = begin(labels, f"{what} in {measure_words(measure)} at week {week}, by assumption")
    own = where(rows, question=first.question)
    items = []
    for each in found.values():
        items += [f"{_whose(row, labels)}, {_numbers(row, own, labels)}" for row in each]
    items += [f"Method: {prose(words)}" for words in column_values(used, "method")]
    items += [prose(words) for words in compared(used)]
    return _listed(f"{intro}:", items, departures(used))


def tipping_words(rows: pd.DataFrame, labels: Labels) -> str:
    """Where the conclusion of each comparison changes, and what returned people really scored.

    Args:
        rows: result rows of a question `tipping`.
        labels: the study's words.

    Returns:
        HTML that stands by itself.

    Raises:
        ClaimError: no rows of a tipping point, or several questions or measures.
    """
    own = tipping_rows(rows)
    starts = where(own, statistic="tipping_start")
    first = records(starts)[0]
    measure = measure_label(labels, first.measure)
    items = [_tips(own, row, labels) for row in records(starts)]
    for level in dict.fromkeys(where(own, statistic="returned_shift")["level"]):
        items.append(_returned(where(own, statistic="returned_shift", level=level), labels))
    week = link(first, str(int(first.week)))
    intro = begin(
        labels, f"Points added to absent scores of {measure_words(measure)} at week {week}"
    )
    return _listed(f"{intro}:", items, departures(records(starts)))


def _listed(intro: str, items: list[str], closing: list[str]) -> str:
    listed = "".join(f"<li>{paragraph([item])}</li>" for item in items if item)
    return f"<p>{intro}</p><ul>{listed}</ul>" + "".join(f"<p>{words}</p>" for words in closing)


def _whose(row: Any, labels: Labels) -> str:
    arm = sentence_case(arm_words(labels, row.arm))
    if is_missing(row.comparator):
        return arm
    return f"{arm} minus {arm_words(labels, row.comparator)}"


def _numbers(row: Any, own: pd.DataFrame, labels: Labels) -> str:
    measure = measure_label(labels, row.measure)
    decimals = decimals_of(measure)
    # The plan's words for an assumption may hold numbers, so they lead to the row too.
    name = link(row, "mixed model" if row.level == MODEL else full_name(row, labels))
    parts = [
        f"{name}: {with_unit(link(row, fixed(row.value, decimals)), prose(measure.unit))}",
        f"standard error {link(row, fixed(row.se, SE_DECIMALS))}",
        f"interval {link(row, span(row.lower, row.upper, decimals))}",
    ]
    if not is_missing(row.df) and row.df != float("inf"):
        parts.append(f"{link(row, fixed(row.df, DF_DECIMALS))} degrees of freedom")
    if not is_missing(row.p):
        parts.append(link(row, p_statement(row.p)))
    chance = maybe(own, statistic="monte_carlo_error", arm=row.arm, level=row.level)
    # The jackknife draws nothing at random: there is no error to tell, not one of nought.
    if chance is not None and chance.value:
        parts.append(f"Monte Carlo error {link(chance, fixed(chance.value, _CHANCE_DECIMALS))}")
    sets = maybe(own, statistic="imputations", level=row.level)
    if sets is not None:
        parts.append(f"{link(sets, count(sets.value))} data sets")
    return ", ".join(parts) + f"; {link(row, count(row.n))} people in the analysis"


def _tips(own: pd.DataFrame, start: Any, labels: Labels) -> str:
    """Where one comparison changes its conclusion with nothing added in the comparator."""
    measure = measure_label(labels, start.measure)
    decimals = decimals_of(measure)
    total = maybe(own, statistic="tipped", arm=start.arm)
    first = f"without added points the interval {_lies(start)}"
    if not total.value:
        return f"{_whose(start, labels)}: {first}, and it does at every point of the grid"
    edges = records(where(own, statistic="tipping_point", arm=start.arm))
    alone = [row for row in edges if str(row.level).endswith(" with comparator 0")]
    at = f"{link(total, count(total.value))} of {link(total, count(total.n))} points of the grid"
    words = f"{_whose(start, labels)}: {first}; the conclusion changes at {at}"
    for row in alone:
        number = with_unit(link(row, fixed(row.value, decimals)), prose(measure.unit))
        words += (
            f"; with nothing added in {arm_words(labels, row.comparator)} it changes when "
            f"{number} are added in {arm_words(labels, row.arm)}"
        )
    return words


def _lies(row: Any) -> str:
    told = {"below zero": "lies below zero", "above zero": "lies above zero"}
    return told.get(conclusion(row), "includes zero")


def _returned(rows: pd.DataFrame, labels: Labels) -> str:
    """How far returned people's scores lay from their prediction."""
    measure = measure_label(labels, str(rows["measure"].iloc[0]))
    decimals = decimals_of(measure)
    level = prose(str(rows["level"].iloc[0]))
    said = []
    for arm in arms_of(rows, labels):
        (row,) = records(where(rows, arm=arm))
        said.append(
            f"{with_unit(link(row, fixed(row.value, decimals)), prose(measure.unit))} (quartiles "
            f"{link(row, span(row.lower, row.upper, decimals))}, {link(row, count(row.n))} people) "
            f"in {arm_words(labels, arm)}"
        )
    return (
        f"What people really scored beside their expectation from before ({level}): mean "
        f"{joined(said)}"
    )
