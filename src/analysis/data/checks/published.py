"""Published facts that contradict themselves or name no source."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.data.files.table import Table
from analysis.data.problems import Problem

# A printed figure is rounded, so an estimate may lie this share of the interval outside it.
ROUNDING = 0.02
KEYS = {"effects": ("row_id",), "study_contrasts": ("row_id",), "pooled_targets": ("target_id",)}


def check_published(tables: dict[str, Table]) -> list[Problem]:
    """Every problem of the published tables that one table or two side by side can show.

    Args:
        tables: typed tables by name; those that the folder lacks have no rows.
    """
    problems: list[Problem] = []
    for table in tables.values():
        problems += [*_keys(table), *_sources(table), *_intervals(table)]
    problems += _spreads(tables["effects"])
    return problems + _targets(tables["pooled_targets"], tables["effects"])


def _keys(table: Table) -> list[Problem]:
    found = []
    for column in KEYS.get(table.name, ()):
        if table.has(column):
            do = "give every row a key of its own; one effect that stands twice is counted twice"
            found += table.error(
                table.data[column].duplicated(), column, "the key stands twice", do
            )
    return found


def _sources(table: Table) -> list[Problem]:
    """A figure without a source cannot be checked by anybody."""
    told = [column for column in ("doi", "source_url", "citation") if table.has(column)]
    if not told:
        return []
    rule, do = "no source is named", "write the DOI, or the address where the figure was read"
    return table.error(table.data[told].isna().all(axis=1), told[0], rule, do)


def _intervals(table: Table) -> list[Problem]:
    centre = next((c for c in ("estimate", "effect", "mean_change") if table.has(c)), None)
    names = (
        ("change_ci_low", "change_ci_high") if centre == "mean_change" else ("ci_low", "ci_high")
    )
    if centre is None or not table.has(*names):
        return []
    low, high, value = (table.data[name].astype(float) for name in (*names, centre))
    do = "compare with the source: a sign was turned, or two figures exchanged"
    slack = ROUNDING * (high - low).abs()
    outside = (value < low - slack) | (value > high + slack)
    return [
        *table.error(low > high, names[0], "the interval ends before it begins", do),
        *table.error(outside & (low <= high), centre, "the estimate is outside its interval", do),
    ]


def _spreads(effects: Table) -> list[Problem]:
    """A standard deviation of 0, and a standard error typed where a deviation belongs."""
    found: list[Problem] = []
    for spread, people in (("sd_e", "n_exercise"), ("sd_c", "n_control")):
        if effects.has(spread):
            do = "look the figure up; nobody's pain is the same as everybody's"
            found += effects.error(effects.data[spread] == 0, spread, "a deviation of 0", do)
        if effects.has(spread, people, "scale_max"):
            sd, n = effects.data[spread].astype(float), effects.data[people].astype(float)
            # Pain spreads over about a fifth of its scale; a sixtieth is a standard error.
            small = (sd < effects.data["scale_max"].astype(float) / 60) & (n >= 10)
            do = "compare with the source; an SD is the standard error times the root of n"
            rule = "so small for its scale that it may be a standard error"
            found += effects.note(small, spread, rule, do)
    return found


def _targets(targets: Table, effects: Table) -> list[Problem]:
    if not targets.has("row_ids") or not effects.has("row_id"):
        return []
    known = set(effects.data["row_id"].dropna())
    named = targets.data["row_ids"].fillna("").str.split(";")
    strange = pd.Series([bool(set(rows) - known - {""}) for rows in named], dtype=bool)
    do = "correct the keys, or add the rows to effects"
    return targets.error(np.asarray(strange), "row_ids", "rows that effects does not have", do)
