"""Binds a run: all result rows in one table, the plan as run, provenance, page and status."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from analysis.errors import ClaimError
from analysis.plan.as_run import as_run_text
from analysis.plan.labels import labels_of
from analysis.plan.read import defaults_used
from analysis.plan.schema import Plan
from analysis.report.appendix import appendix
from analysis.report.chapters import read_chapters
from analysis.report.crate import write_run_crate
from analysis.report.front import front_page
from analysis.report.moved import RESULTS, Former, note_moves
from analysis.report.page import report_page
from analysis.report.provenance import ChapterRecord, note_chapters
from analysis.result.files import replace_file
from analysis.result.record import to_frame
from analysis.result.store import read_results, write_results
from analysis.show.link import plain


def write_report(
    folder: Path,
    plan: Plan,
    run: str,
    records: Sequence[ChapterRecord],
    source: Path,
    former: Former | None = None,
) -> None:
    """Writes everything of a run beside its executed chapters.

    Args:
        folder: the run folder, with ``chapters/`` and a ``provenance.json`` that notes the inputs.
        plan: the analysis plan.
        run: the name of the run.
        records: the chapters that were run now; others in the folder are kept from before.
        source: the plan's file; names which keys were left to their defaults.
        former: the run that this one takes the place of, to say what moved since.

    Raises:
        ClaimError: two chapters give the same result different values, or a number on the front
            page has no row.
        DataError: a file cannot be read or written.
    """
    noted = note_chapters(folder, run, records)
    rows = collect_rows(folder / "chapters")
    write_results(rows, folder / RESULTS, write_csv=True)
    plan_text = as_run_text(plan, defaults_used(source))
    replace_file(folder / "plan_as_run.yaml", plan_text.encode())
    front = front_page(plan, rows, noted)
    answer = plain(front.answer) if front.answer else None
    moved = note_moves(former, folder, rows, noted, answer=answer, anew=bool(records))
    chapters = read_chapters(folder / "chapters")
    behind = appendix(rows, plan_text, noted)
    page = report_page(front, moved, chapters, behind, run, noted["times"])
    replace_file(folder / "report.html", page.encode())
    status = {
        "study": plan.study.name,
        "title": plan.study.title,
        "run": run,
        "status": "complete",
        "stamp": labels_of(plan).stamp,
        "question": front.question,
        "headline": answer,
        "departures": [departure.text() for departure in front.departures],
        "moved": moved.results.moved,
        "chapters": [chapter.name for chapter in chapters],
        "finished": noted["times"].get("started"),
        "seconds": noted["times"].get("seconds"),
    }
    replace_file(
        folder / "status.json", (json.dumps(status, indent=1, ensure_ascii=False) + "\n").encode()
    )
    write_run_crate(folder, plan, noted)


def collect_rows(chapters: Path) -> pd.DataFrame:
    """The rows of all chapters in book order, each once.

    Raises:
        ClaimError: two chapters give one id different values.
    """
    saved = [read_results(path) for path in sorted(chapters.glob("*.parquet"))]
    if not saved:
        return to_frame([])
    rows = pd.concat(saved, ignore_index=True)
    same = rows.drop(columns="chapter").duplicated()
    rows = rows[~same].reset_index(drop=True)
    twice = rows.loc[rows["id"].duplicated(), "id"].unique()
    if len(twice):
        raise ClaimError(
            f"Chapters give different values for {len(twice)} results, such as {twice[0]}.",
            where="chapters of this run",
            why="a number in the report must have one row behind it",
            do="run all chapters again, without --chapter, so that they share one state",
        )
    return rows
