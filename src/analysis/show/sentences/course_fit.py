"""Where the curve of the course misses what was seen, in words, and what to read instead."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.curve_fit import furthest, told_from_chance
from analysis.show.link import link, prose
from analysis.show.numbers import decimals_of, is_missing, p_statement, size
from analysis.show.select import records, where
from analysis.show.sentences.phrase import amount, arm_words
from analysis.show.words import with_unit
from analysis.terms import Labels, MeasureLabel

_HOLDS = (
    "a distance that chance can make; that does not show what happened between visits, where "
    "nobody was asked"
)
_NO_SHAPE = (
    "No shape of the plan holds all visits: read the visits by themselves (visits as categories), "
    "and nothing between them"
)


def fit_words(rows: pd.DataFrame, labels: Labels, measure: MeasureLabel) -> list[str]:
    """How far the main curve lies from the visits, and what to read where chance cannot do that.

    Args:
        rows: result rows of one question about the course; without `lack_of_fit` nothing is said.
        labels: the study's words.
        measure: what the scores measure.
    """
    tests = records(where(rows, statistic="lack_of_fit"))
    main = next((row for row in tests if is_missing(row.level)), None)
    if main is None:
        return []
    far = furthest(rows, main)
    p = link(main, p_statement(main.p))
    where_ = f"at week {link(far, str(int(far.week)))} in {arm_words(labels, far.arm)}"
    if not told_from_chance(rows, main):
        return [
            f"The curve lies furthest from the visits taken by themselves {where_}, by "
            f"{_away(far, measure)} (over all visits and groups {p}): {_HOLDS}"
        ]
    missed = (
        f"The curve misses what was seen: {where_} it lies {amount(far, measure)} than that visit "
        f"by itself (over all visits and groups {p}, so chance is a poor explanation)"
    )
    return [missed, _instead(rows, tests, labels, measure)]


def _instead(rows: pd.DataFrame, tests: list[Any], labels: Labels, measure: MeasureLabel) -> str:
    """What to read: the visits, and between them the shape that keeps closest to all of them."""
    held = [test for test in tests if not told_from_chance(rows, test)]
    if not held:
        return _NO_SHAPE
    best = min(held, key=lambda test: abs(furthest(rows, test).value))
    far = furthest(rows, best)
    return (
        "Read a visit from the visits as categories, in the table of shapes below, and the weeks "
        f"between from the {prose(str(best.level))}, which lies at most {_away(far, measure)} away "
        f"(week {link(far, str(int(far.week)))}, {arm_words(labels, far.arm)}; "
        f"{link(best, p_statement(best.p))})"
    )


def _away(row: Any, measure: MeasureLabel) -> str:
    return with_unit(link(row, size(row.value, decimals_of(measure))), prose(measure.unit))
