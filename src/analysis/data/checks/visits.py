"""Visits: when they were, whether one is there twice, and whether the values look measured."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import terms
from analysis.data.files.table import Table
from analysis.data.problems import Problem
from analysis.plan.schema import Plan
from analysis.plan.schema_trial import Measure

DAY, WEEK, MEASURE, VALUE = terms.DAY, terms.WEEK, terms.MEASURE, terms.VALUE
# Fewer rows can be alike by chance, above all on a scale of eleven steps.
MANY = 30
FEW = 10


def with_day(visits: Table, plan: Plan) -> tuple[Table, list[Problem]]:
    """Visits with a day for every row: week times seven where the table tells weeks only."""
    days, weeks = visits.data[DAY], visits.data[WEEK]
    if days.notna().any() or not weeks.notna().any():
        return visits, []
    known = [visit.week for visit in plan.schedule]
    rule = "a week that the plan does not know"
    do = f"write one of the planned weeks ({', '.join(map(str, known))}), or give days"
    found = visits.error(weeks.notna() & ~weeks.isin(known), WEEK, rule, do)
    return visits.with_data(visits.data.assign(day=weeks * 7)), found


def check_when(visits: Table, plan: Plan) -> list[Problem]:
    """Values that no window takes in: told and counted, and left out of the analysis."""
    day = visits.data[DAY]
    inside = pd.Series(False, index=day.index)
    for visit in plan.schedule:
        inside |= day.between(visit.week * 7 + visit.window[0], visit.week * 7 + visit.window[1])
    outside = day.notna() & visits.data[VALUE].notna() & ~inside
    do = "check the day; if it is right nothing is to be done: the value is kept but not analysed"
    rule = "before randomisation and outside the window of the baseline visit"
    found = visits.note(outside & (day < 0), DAY, rule, do)
    return found + visits.note(outside & (day >= 0), DAY, "outside every window of the plan", do)


def check_promised(visits: Table, plan: Plan) -> list[Problem]:
    """Measures of the plan that the table has no row of."""
    there = set(visits.data[MEASURE].dropna())
    do = "add the values, or take the measure out of the plan"
    return [
        Problem(visits.file, None, MEASURE, f"no row of the measure {measure} of the plan", do)
        for measure in plan.measures
        if there and measure not in there
    ]


def check_once(visits: Table) -> list[Problem]:
    """One value for a participant, a measure and a day."""
    keys = [terms.PARTICIPANT, DAY, MEASURE]
    known = visits.data[keys].notna().all(axis=1) & visits.data[VALUE].notna()
    twice = visits.data[known].duplicated(keys).reindex(known.index, fill_value=False)
    do = "keep the right one; nothing in the table tells which"
    rule = "the same participant, day and measure as an earlier row"
    return visits.error(twice, VALUE, rule, do)


def check_empty(visits: Table) -> list[Problem]:
    """Rows without a value: as good as no row; told once, with their number."""
    cells = visits.data[VALUE].isna()
    if not cells.any():
        return []
    rule = f"rows without a value: {int(cells.sum())}"
    do = "nothing if nothing was measured: such rows count as missing"
    line = int(visits.lines[np.flatnonzero(cells)[0]])
    return [Problem(visits.file, line, VALUE, rule, do, "note")]


def check_measured(visits: Table, plan: Plan) -> list[Problem]:
    """Values that look copied or recorded on another scale, one measure at a time."""
    found = []
    for name, measure in plan.measures.items():
        rows = visits.data.loc[visits.data[MEASURE] == name, VALUE].dropna()
        if len(rows) >= FEW and rows.nunique() == 1:
            found.append(_all_alike(visits, name, rows))
        elif len(rows) >= MANY:
            found += _mostly_alike(visits, name, measure, rows)
            found += _run_alike(visits, name, measure, rows)
            found += _other_scale(visits, name, measure, rows)
    return found


def _all_alike(visits: Table, name: str, rows: pd.Series) -> Problem:
    rule = f"all {len(rows)} values of {name} are identical"
    do = "export the values again: a copied cell or a default has taken their place"
    return Problem(visits.file, int(visits.lines[rows.index[0]]), VALUE, rule, do)


def _mostly_alike(visits: Table, name: str, measure: Measure, rows: pd.Series) -> list[Problem]:
    """One value in more than half of the rows; many people at an end of a scale are no surprise."""
    counts = rows.value_counts()
    value, count = counts.index[0], int(counts.iloc[0])
    if count <= len(rows) / 2 or value in measure.range:
        return []
    rule = f"{count} of {len(rows)} values of {name} are identical"
    return [_suspect(visits, rows[rows == value].index[0], rule)]


def _run_alike(visits: Table, name: str, measure: Measure, rows: pd.Series) -> list[Problem]:
    """A value filled down the table: many identical rows in a row, unless it is sorted by value."""
    if rows.is_monotonic_increasing or rows.is_monotonic_decreasing:
        return []
    runs = (rows != rows.shift()).cumsum()
    sizes = runs.map(runs.value_counts())
    starts = rows[(sizes >= MANY) & ~runs.duplicated() & ~rows.isin(measure.range)].index
    return [
        _suspect(visits, start, f"{int(sizes[start])} identical values of {name} one after another")
        for start in starts
    ]


def _other_scale(visits: Table, name: str, measure: Measure, rows: pd.Series) -> list[Problem]:
    low, high = measure.range
    tenth = low + (high - low) / 10
    if rows.max() > tenth:
        return []
    rule = f"all values of {name} lie in the lowest tenth of its range"
    do = "check the scale: a score of 0 to 10 is another measure than one of 0 to 100"
    return [Problem(visits.file, int(visits.lines[rows.index[0]]), VALUE, rule, do, "note")]


def _suspect(visits: Table, index: int, rule: str) -> Problem:
    do = "compare with the source: a value may have been copied down the column"
    return Problem(visits.file, int(visits.lines[index]), VALUE, rule, do, "note")
