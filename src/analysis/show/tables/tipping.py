"""Where a conclusion tips: the difference at each point of the grid, and the edges."""

from __future__ import annotations

import html
from typing import Any, NamedTuple

import pandas as pd
from great_tables import GT

from analysis.show.link import cell
from analysis.show.numbers import decimals_of, fixed
from analysis.show.select import arms_of, one_key, records, some, where
from analysis.show.tables.dress import dress, source
from analysis.show.words import arm_label, inside, measure_label, week_label
from analysis.terms import Labels

BELOW, OPEN, ABOVE = "below zero", "open", "above zero"
# Where an interval lies, as readers say it; rows keep the words above.
_LIES = {BELOW: "below zero", OPEN: "across zero", ABOVE: "above zero"}
_ADDED_OURS = "Added in the programme's group"
_ADDED_THEIRS = "Added in the comparator's group"


class Place(NamedTuple):
    """A point of the grid: points added on either side, and the result row there."""

    arm: float
    comparator: float
    row: Any


def places(rows: pd.DataFrame, arm: str) -> list[Place]:
    """The grid of one arm, from the level `<points> with comparator <points>` of its rows."""
    found = records(where(rows, statistic="tipping_difference", arm=arm))
    split = [(str(row.level).partition(" with comparator "), row) for row in found]
    return [Place(float(own), float(other), row) for (own, _, other), row in split]


def conclusion(row: Any) -> str:
    """Where the interval of a row lies."""
    return BELOW if row.upper < 0 else ABOVE if row.lower > 0 else OPEN


def tipping_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of one tipping question.

    Raises:
        ClaimError: none, or several questions or measures.
    """
    found = some(
        where(rows, statistic="tipping_difference"),
        "<question>.tipping_difference.<measure>.<week>.<arm>.<points>",
    )
    one_key(found, "measure")
    return where(rows, question=one_key(found, "question"))


def tipping(rows: pd.DataFrame, labels: Labels) -> GT:
    """The difference at every pair of points, marked where the conclusion is another one.

    Args:
        rows: result rows of a question `tipping`.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    own = tipping_rows(rows)
    used, cells, columns = [], [], {}
    for arm in arms_of(where(own, statistic="tipping_difference"), labels):
        (start,) = records(where(own, statistic="tipping_start", arm=arm))
        first = conclusion(start)
        lines: dict[float, dict[str, str]] = {}
        for place in places(own, arm):
            key = f"{place.comparator:g}"
            columns[place.comparator] = key
            decimals = decimals_of(measure_label(labels, place.row.measure))
            mark = "" if conclusion(place.row) == first else " *"
            shown = cell(place.row, fixed(place.row.value, decimals)) + mark
            lines.setdefault(place.arm, {})[key] = shown
            used.append(place.row)
        words = f"{arm_label(labels, arm)} minus {inside(arm_label(labels, start.comparator))}"
        cells += [
            {"group": words, "row": fixed(points, _digits(points)), **line}
            for points, line in sorted(lines.items())
        ]
    ordered = {columns[c]: fixed(c, _digits(c)) for c in sorted(columns)}
    measure = measure_label(labels, used[0].measure)
    week = week_label(int(used[0].week)).lower()
    return dress(
        cells,
        used,
        labels,
        name="tipping",
        title=f"Difference in {inside(measure.label)} at {week}, by points added to absent scores",
        headings={"row": f"{_ADDED_OURS} ({measure.unit})"} | ordered,
        group="group",
        spanners={f"{_ADDED_THEIRS} ({html.escape(measure.unit)})": list(ordered)},
        notes=[
            f"In {html.escape(measure.unit)}. * The interval leads to another conclusion than it "
            "does without added points.",
            *source(used, labels),
        ],
    )


def tipping_points(rows: pd.DataFrame, labels: Labels) -> GT:
    """The points at which each comparison's conclusion changes.

    Args:
        rows: result rows of a question `tipping`.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    own = tipping_rows(rows)
    used, cells = [], []
    for arm in arms_of(where(own, statistic="tipped"), labels):
        (total,) = records(where(own, statistic="tipped", arm=arm))
        words = f"{arm_label(labels, arm)} minus {inside(arm_label(labels, total.comparator))}"
        edges = records(where(own, statistic="tipping_point", arm=arm))
        decimals = decimals_of(measure_label(labels, total.measure))
        for row in edges:
            change, _, other = str(row.level).partition(" with comparator ")
            line = {"row": fixed(float(other), _digits(float(other))), "change": _moves(change)}
            cells.append({"group": words} | line | {"value": cell(row, fixed(row.value, decimals))})
        if not edges:
            line = {"row": "any on the grid", "change": "it does not change"}
            cells.append({"group": words} | line)
        used += [*edges, total]
    measure = measure_label(labels, used[0].measure)
    return dress(
        cells,
        used,
        labels,
        name="tipping-points",
        title="Where the conclusion changes",
        headings={
            "row": f"{_ADDED_THEIRS} ({measure.unit})",
            "value": f"{_ADDED_OURS} ({html.escape(measure.unit)})",
            "change": "Where the interval lies, before and after",
        },
        group="group",
        texts=["change"],
        notes=[
            f"Points of {html.escape(inside(measure.label))} ({html.escape(measure.unit)}) added "
            "to absent scores. An interval across zero holds zero: the data then leave open which "
            "group did better.",
            *source(used, labels),
        ],
    )


def _moves(change: str) -> str:
    """`below zero, then across zero`, from the `below zero to open` of a row."""
    before, _, after = change.partition(" to ")
    return f"{_LIES[before]}, then {_LIES[after]}"


def _digits(points: float) -> int:
    return 0 if float(points).is_integer() else 1
