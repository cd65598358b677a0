"""Who the participants were: the baseline table, without tests."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.link import NOT_AVAILABLE, cell
from analysis.show.numbers import count, decimals_of, fixed, percent
from analysis.show.select import arms_of, maybe, none_if_missing, one_key, records, some, where
from analysis.show.tables.dress import dress
from analysis.show.words import arm_label, sentence_case, variable_label
from analysis.terms import SMALL_GROUP, Labels

_ORDER = ["median", "lower_quartile", "upper_quartile", "minimum", "maximum"]
STATISTICS = ["mean", "sd", *_ORDER, "count", "percent", "missing"]
_ALL = "all"


def baseline(rows: pd.DataFrame, labels: Labels) -> GT:
    """Numbers as mean (SD), median (quartiles) and range, categories as n (%), by arm.

    Args:
        rows: result rows of one question with the variable in `measure` and categories in `level`.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions.
    """
    own = some(
        rows[rows["statistic"].isin(STATISTICS) & rows["measure"].notna() & rows["week"].isna()],
        "<question>.mean.<variable>.<arm>",
    )
    one_key(own, "question")
    arms: list[str | None] = list(arms_of(own, labels))
    arms += [None] if own["arm"].isna().any() else []
    table = _Lines(labels=labels, arms=arms)
    for variable in dict.fromkeys(own["measure"]):
        table.add(where(own, measure=variable), str(variable))
    headings = {"row": "Variable"} | {
        arm or _ALL: _heading(own, arm, labels, table.used) for arm in arms
    }
    return dress(
        table.cells,
        table.used,
        labels,
        name="baseline",
        title="Participants at the start",
        headings=headings,
        group="group",
        notes=[f"{_what(own)}.{_no_test(labels)}", *_few(table)],
    )


@dataclass
class _Lines:
    """The lines of the table as they grow, and the result rows used."""

    labels: Labels
    arms: list[str | None]
    cells: list[dict[str, str]] = field(default_factory=list)
    used: list[Any] = field(default_factory=list)
    few: bool = False

    def add(self, rows: pd.DataFrame, variable: str) -> None:
        """The lines of one variable."""
        group = variable_label(self.labels, variable)
        decimals = decimals_of(self.labels.measures.get(variable))
        found = {
            (row.statistic, none_if_missing(row.arm), none_if_missing(row.level)): row
            for row in records(rows)
        }
        for words, pair, write in _numbers(decimals, _order_decimals(rows, decimals)):
            self._line(found, group, words, pair, write, level=None)
        if where(rows, statistic="percent").empty:
            self._withhold(found, group)
        for level in dict.fromkeys(rows["level"].dropna()):
            self._line(found, group, str(level), ("count", "percent"), _share, level=level)
        if where(rows, statistic="missing")["value"].gt(0).any():
            self._line(found, group, "Missing", ("missing", "missing"), _missing, level=None)

    def _withhold(self, found: dict[tuple, Any], group: str) -> None:
        """Note that an arm has too few people with a value; its empty cells read not available."""
        lines = [line for line in self.cells if line["group"] == group]
        for arm in self.arms:
            seen = found.get(("missing", arm, None))
            if seen is None or pd.isna(seen.n_observed) or seen.n_observed >= SMALL_GROUP:
                continue
            self.few = True
            if not lines:
                lines = [{"group": group, "row": "Mean (SD)"}]
                self.cells += lines
            if ("mean", arm, None) in found and ("sd", arm, None) not in found:
                mean = next(line for line in lines if line["row"] == "Mean (SD)")
                mean[arm or _ALL] += f" ({NOT_AVAILABLE})"

    def _line(
        self,
        found: dict[tuple, Any],
        group: str,
        words: str,
        pair: tuple[str, str],
        write: Callable[[Any, Any], str],
        level: str | None,
    ) -> None:
        line = {"group": group, "row": words}
        for arm in self.arms:
            first, second = (found.get((statistic, arm, level)) for statistic in pair)
            if first is not None:
                line[arm or _ALL] = write(first, second)
                self.used.extend([first, *([] if second is None else [second])])
        if len(line) > 2:
            self.cells.append(line)


def _numbers(
    decimals: int, of_order: int
) -> list[tuple[str, tuple[str, str], Callable[[Any, Any], str]]]:
    def mean(first: Any, second: Any) -> str:
        spread = "" if second is None else f" {cell(second, f'({fixed(second.value, decimals)})')}"
        return cell(first, fixed(first.value, decimals)) + spread

    def pair(first: Any, second: Any) -> str:
        # Two rows stand in one cell, so each number leads to its own.
        upper = fixed(None if second is None else second.value, of_order)
        end = upper if second is None else cell(second, upper)
        return f"{cell(first, fixed(first.value, of_order))} to {end}"

    return [
        ("Mean (SD)", ("mean", "sd"), mean),
        ("Median", ("median", "median"), lambda row, _: cell(row, fixed(row.value, of_order))),
        ("Quartiles", ("lower_quartile", "upper_quartile"), pair),
        ("Minimum to maximum", ("minimum", "maximum"), pair),
    ]


def _order_decimals(rows: pd.DataFrame, decimals: int) -> int:
    """Whole years stay whole: medians and extremes need no decimals that the data do not have."""
    values = rows.loc[rows["statistic"].isin(_ORDER), "value"].dropna()
    return 0 if (values % 1 == 0).all() else decimals


def _share(first: Any, second: Any) -> str:
    shown = cell(first, count(first.value))
    if second is None:
        return shown
    return f"{shown} {cell(second, f'({percent(second.value, second.n_observed)})')}"


def _missing(first: Any, _: Any) -> str:
    return cell(first, count(first.value))


def _heading(rows: pd.DataFrame, arm: str | None, labels: Labels, used: list[Any]) -> str:
    words = "All" if arm is None else html.escape(arm_label(labels, arm))
    row = maybe(rows, statistic="missing", arm=arm)
    if row is None or pd.isna(row.n):
        return words
    used.append(row)
    return f"{words}<br>n = {cell(row, count(row.n))}"


def _few(table: _Lines) -> list[str]:
    if not table.few:
        return []
    return [
        "Not available: where fewer than five people of a group have a value, its spread, median, "
        "quartiles and range are left out, since they could tell the value of one of them."
    ]


def _what(rows: pd.DataFrame) -> str:
    """What the lines of this table hold."""
    kinds = {
        "mean": "mean (standard deviation)",
        "median": "median",
        "lower_quartile": "lower to upper quartile",
        "count": "count (percent of those with a value)",
    }
    present = set(rows["statistic"])
    return sentence_case("; ".join(words for key, words in kinds.items() if key in present))


def _no_test(labels: Labels) -> str:
    if not labels.design.startswith("randomised"):
        return ""
    return " Chance made the groups, so differences between them are not tested."
