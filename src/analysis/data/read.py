"""The raw data of a study, read and checked: typed tables, or every problem at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis import terms
from analysis.data.checks.asked import check_asked
from analysis.data.checks.rules import check_gaps, check_rules
from analysis.data.columns import TABLES, Column, arm_order
from analysis.data.dictionary import Key, dictionary_frame
from analysis.data.files.formats import table_files
from analysis.data.files.integrity import check_integrity, hashes_of, read_folder
from analysis.data.files.table import Table
from analysis.data.problems import DataProblems, Problem, errors_of, notes_of
from analysis.data.published import find_published_problems
from analysis.data.tables import read_columns, read_tables
from analysis.plan.read import line_of_key
from analysis.plan.schema import Plan
from analysis.plan.schema_trial import EVIDENCE

ROW = "row"


@dataclass(frozen=True)
class RawStudy:
    """The raw tables of a study, typed and checked; what was derived from them is a `Trial`.

    Attributes:
        participants: a row a participant: ``participant``, ``arm`` (ordered categorical, the
            reference first), ``randomised`` (date, missing where not told) and the columns of the
            dictionary (categories in the dictionary's order of levels).
        visits: a row a value: ``participant``, ``day`` (float, days since randomisation),
            ``measure`` (categorical), ``value`` (float, in the measure's unit), columns of the
            dictionary, and ``row``, the line of the raw file. Rows without a value are left out.
        sessions: the training log, all columns; no rows where the study has none.
        events: the events, all columns; no rows where the study has none, or none happened.
        dictionary: a row a column; ``levels`` is a tuple.
        hashes: SHA-256 of every raw file by name, SHA256SUMS left out.
        notes: what was noticed and does not stop the analysis.
        events_recorded: whether there is a table of events, be it without rows.
    """

    participants: pd.DataFrame
    visits: pd.DataFrame
    sessions: pd.DataFrame
    events: pd.DataFrame
    dictionary: pd.DataFrame
    hashes: dict[str, str]
    notes: tuple[Problem, ...] = ()
    events_recorded: bool = False


def read_study(plan: Plan, root: Path) -> RawStudy:
    """The raw tables of a study, typed and checked against dictionary and plan.

    Args:
        plan: the analysis plan; its study's name is the name of the raw folder.
        root: the project root; ``data/raw/<study>`` is read.

    Returns:
        The tables.

    Raises:
        DataProblems: anything is wrong with the data; all problems at once.
    """
    study, problems = _examine(plan, root)
    if study is None:
        raise DataProblems(problems, plan.study.name)
    return study


def find_problems(plan: Plan, root: Path) -> list[Problem]:
    """All problems of a study's raw data, errors first; none where the data are in order.

    Of a plan that asks of published studies, also those of ``data/raw/published``.
    """
    problems = [] if plan.study.design == EVIDENCE else _examine(plan, root)[1]
    problems += find_published_problems(root) if plan.asks_of_studies else []
    return [*errors_of(problems), *notes_of(problems)]


def _examine(plan: Plan, root: Path) -> tuple[RawStudy | None, list[Problem]]:
    folder = root / "data" / "raw" / plan.study.name
    if not folder.is_dir():
        do = "put the tables of the study into this folder, or correct the study's name in the plan"
        rule = "the folder of the raw data is missing"
        return None, [Problem(f"data/raw/{plan.study.name}", None, "", rule, do)]
    files = read_folder(folder)
    hashes = hashes_of(files)
    chosen, problems = table_files(files)
    problems += check_integrity(files, hashes)
    columns, found = read_columns(plan, files, chosen)
    problems += found
    # A column that the dictionary does not tell rightly is told there, not once more here.
    problems += [] if errors_of(found) else _asked(columns, plan, root)
    tables, found = read_tables(files, chosen, columns)
    problems += found
    tables, found = check_rules(tables, columns, plan)
    problems += found
    # Gaps are counted only where every cell could be read.
    problems += [] if errors_of(problems) else check_gaps(tables, plan)
    problems = [*errors_of(problems), *notes_of(problems)]
    if errors_of(problems):
        return None, problems
    frames = {name: _typed(tables[name], columns, plan) for name in TABLES}
    frames["visits"] = _values(tables["visits"], frames["visits"])
    return RawStudy(
        **frames,
        dictionary=dictionary_frame(columns),
        hashes=hashes,
        notes=tuple(problems),
        events_recorded="events" in chosen,
    ), problems


def _asked(columns: dict[Key, Column], plan: Plan, root: Path) -> list[Problem]:
    lines = line_of_key(root / "plans" / f"{plan.study.name}.yaml")
    return check_asked(columns, plan, lines)


def _typed(table: Table, columns: dict[Key, Column], plan: Plan) -> pd.DataFrame:
    """A checked table whose categories are categoricals in the order of their levels."""
    levels = {
        column.column: pd.CategoricalDtype(column.levels)
        for column in columns.values()
        if column.table == table.name and column.type == "category"
    }
    if table.name == "participants":
        levels[terms.ARM] = pd.CategoricalDtype(arm_order(plan), ordered=True)
    return table.data.astype(levels)


def _values(table: Table, visits: pd.DataFrame) -> pd.DataFrame:
    """The rows of the visits that hold a value, with a day and the line they came from."""
    visits = visits.drop(columns=terms.WEEK).assign(**{ROW: table.lines})
    return visits[visits[terms.VALUE].notna()].reset_index(drop=True)
