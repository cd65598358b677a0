"""Every planned value counted: how it stands, and what stands in its place in each analysis."""

from __future__ import annotations

from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.assumed import MODEL, short_name
from analysis.show.link import cell
from analysis.show.numbers import count
from analysis.show.select import arms_of, by_week, one_key, records, where
from analysis.show.tables.dress import dress
from analysis.show.words import arm_label, inside, measure_label, sentence_case, week_label
from analysis.terms import SMALL_GROUP, Labels

ALL = "planned"
_FIRST = ("observed",)
_CAUTION = (
    "A count below {few} is of few people: take care when passing it on, since it may tell of one "
    "of them."
)


def planned_values(rows: pd.DataFrame, labels: Labels) -> GT:
    """Planned values by arm and week: observed, kept out, missing by reason, and all.

    Args:
        rows: result rows `planned_values` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    own = by_week(rows, "planned_values")
    levels = [level for level in dict.fromkeys(own["level"]) if level != ALL]
    levels = sorted(levels, key=lambda level: (level not in _FIRST, level))
    cells = []
    for arm in arms_of(own, labels):
        here = where(own, arm=arm)
        for week in [*sorted(here["week"].dropna().unique()), None]:
            at = {row.level: row for row in records(where(here, week=week))}
            name = "All weeks" if week is None else week_label(int(week))
            line = {"group": arm_label(labels, arm), "row": name}
            # A reason that nobody gave here has no result row, and is shown as an empty cell.
            cells.append(line | {level: cell(at[level], count(at[level].value)) for level in at})
    headings = {"row": "Week", **{level: sentence_case(level) for level in levels}, ALL: "Planned"}
    return _dressed(cells, own, labels, "planned-values", headings, "planned values")


def value_sources(rows: pd.DataFrame, labels: Labels) -> GT:
    """What stands in the place of the planned values of all weeks, by arm and analysis.

    Args:
        rows: result rows `value_source` and `planned_values` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    own = where(by_week(rows, "value_source"), week=None)
    question = one_key(own, "question")
    totals = where(rows, question=question, statistic="planned_values", level=ALL, week=None)
    order = [MODEL, *labels.assumptions.get(question, {})]
    sources = list(dict.fromkeys(level.partition(": ")[2] for level in own["level"]))
    sources = sorted(sources, key=lambda source: (source != "as recorded", source))
    cells = []
    for arm in arms_of(own, labels):
        (total,) = records(where(totals, arm=arm))
        lines: dict[str, dict[str, str]] = {}
        for row in records(where(own, arm=arm)):
            key, _, source = row.level.partition(": ")
            lines.setdefault(key, {})[source] = cell(row, count(row.value))
        for key in sorted(lines, key=order.index):
            line = {"group": arm_label(labels, arm), "row": short_name(key)}
            cells.append(line | lines[key] | {ALL: cell(total, count(total.value))})
    headings = {"row": "Analysis", **{each: _source_words(each) for each in sources}}
    headings |= {ALL: "Planned"}
    title = "what stands in the place of the planned values of all weeks"
    return _dressed(cells, own, labels, "value-sources", headings, title)


def _source_words(source: str) -> str:
    """`J2R`, `Gap, MAR`, `MAR plus delta`, `Left open, missing at random`."""
    known = ("mar", "j2r", "cr", "cir", "lmcf")
    words = [short_name(word) if word in known else word for word in source.split(" ")]
    return sentence_case(" ".join(words))


def _dressed(
    cells: list[dict[str, str]],
    own: pd.DataFrame,
    labels: Labels,
    name: str,
    headings: dict[str, str],
    what: str,
) -> GT:
    used: list[Any] = records(own)
    few = any(0 < row.value < SMALL_GROUP for row in used)
    measure = measure_label(labels, one_key(own, "measure"))
    return dress(
        cells,
        used,
        labels,
        name=name,
        title=f"{measure.label}: {inside(what)}",
        headings=headings,
        group="group",
        notes=[
            "Each line adds up to its last number.",
            *([_CAUTION.format(few=SMALL_GROUP)] if few else []),
        ],
    )
