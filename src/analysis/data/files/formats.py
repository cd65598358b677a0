"""Which file of a raw folder holds which table, and its text cells."""

from __future__ import annotations

from difflib import get_close_matches

from analysis.data.columns import REQUIRED_TABLES, TABLES
from analysis.data.files.from_csv import from_csv
from analysis.data.files.from_parquet import from_parquet
from analysis.data.files.from_xlsx import from_xlsx
from analysis.data.files.integrity import SOURCE, SUMS
from analysis.data.files.sniff import check_content
from analysis.data.files.table import Table
from analysis.data.problems import Problem

FORMATS = {"csv": from_csv, "xlsx": from_xlsx, "parquet": from_parquet}
DICTIONARY = "dictionary"
OTHER_FILES = (SOURCE, SUMS)


def table_files(
    files: dict[str, bytes],
    tables: tuple[str, ...] = TABLES,
    required: tuple[str, ...] = REQUIRED_TABLES,
) -> tuple[dict[str, str], list[Problem]]:
    """File name by table, and problems: tables missing, given twice or in a format not read.

    Args:
        files: content by name.
        tables: the tables that the folder may hold; those of a trial unless others are named.
        required: those that it must hold.
    """
    found: list[Problem] = []
    chosen: dict[str, str] = {}
    for table in (*tables, DICTIONARY):
        formats = ("csv",) if table == DICTIONARY else tuple(FORMATS)
        own = [name for name in files if name.rpartition(".")[0] == table]
        readable = [name for name in own if _ending(name) in formats]
        if len(readable) > 1:
            do = f"keep one of {', '.join(readable)}; nothing tells which of them is right"
            found.append(Problem(readable[1], None, "", "two files of one table", do))
        if readable:
            chosen[table] = readable[0]
        elif own:
            do = f"save the table as {table}.csv" + ("" if table == DICTIONARY else " or XLSX")
            found.append(Problem(own[0], None, "", "a format that is not read", do))
        elif table in required or table == DICTIONARY:
            found.append(_missing(table, files, (*tables, DICTIONARY), table in required))
    return chosen, found + _strangers(files, (*tables, DICTIONARY))


def read_cells(
    table: str, file: str, content: bytes, known: tuple[str, ...]
) -> tuple[Table | None, list[Problem]]:
    """The text cells of one file; None where its content cannot be read at all."""
    problems = check_content(file, content)
    if problems:
        return None, problems
    return FORMATS[_ending(file)](table, file, content, known)


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _missing(
    table: str, files: dict[str, bytes], known: tuple[str, ...], is_required: bool
) -> Problem:
    severity = "error" if is_required else "note"
    near = get_close_matches(f"{table}.csv", [n for n in files if _stem(n) not in known], n=1)
    hint = f"; is it {near[0]}?" if near else ""
    formats = "" if table == DICTIONARY else f", {table}.xlsx or {table}.parquet"
    do = f"put {table}.csv{formats} into the folder{hint}"
    return Problem(f"{table}.csv", None, "", "the file is missing", do, severity)


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def _strangers(files: dict[str, bytes], known: tuple[str, ...]) -> list[Problem]:
    """Files of no known name are told, lest somebody believes that they were analysed."""
    source = files.get(SOURCE, b"").decode("utf-8", errors="replace")
    do = f"name it after its table ({', '.join(known[:-1])}), or say in {SOURCE} what it is"
    return [
        Problem(name, None, "", "a file that is not read", do, "note")
        for name in files
        if _stem(name) not in known and name not in OTHER_FILES and name not in source
    ]
