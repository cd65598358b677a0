"""A run without kernels: the stages of a real one, with the chapters asked in this process."""

from __future__ import annotations

import itertools
import os
import shutil
from pathlib import Path

import pytest

from analysis.plan.as_run import write_as_run
from analysis.plan.places import RUN_FOLDER
from analysis.report.record import ChapterRecord
from analysis.run.finished import note_chapter
from analysis.run.folder import put_in_place, run_folder, start_building
from analysis.run.stages import bind, prepare
from analysis.study import open_chapter
from tests import conftest
from tests.spec.run_books import write_chapter

# No two runs took equally long: a chapter noted with the time of another run is a kept one.
_SECONDS = itertools.count(1.5, 0.001)
# What each chapter asks: a kind of question, None for the main one.
ASKED = {"01_people": "baseline", "02_effect": None}
STARTED = "2026-01-01T10:00:00+00:00"


def calculating_project(root: Path) -> Path:
    """The study `tiny` and two chapters that calculate."""
    root = conftest.tiny_study.__wrapped__(root)
    write_as_run(conftest.tiny_plan.__wrapped__(), root / "plans" / "tiny.yaml")
    for name in ASKED:
        write_chapter(root, name, f"ask({ASKED[name]!r})")
    return root


def quick_run(root: Path, run: str = "main", **parameters: int | None) -> Path:
    """Runs the study `tiny` into ``reports/tiny/<run>``; returns that folder."""
    good = run_folder(root, "tiny", run)
    building = start_building(good, keep_chapters=False)
    (building / "chapters").mkdir()
    assert prepare("tiny", building, root).failure is None
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setitem(os.environ, RUN_FOLDER, building.relative_to(root).as_posix())
        for name, question in ASKED.items():
            chapter = open_chapter("tiny", run, name, **parameters)
            chapter.ask(question)
            chapter.save()
            shutil.copy(root / "notebooks" / f"{name}.ipynb", building / "chapters")
            note_chapter(building, name, {}, started=STARTED, seconds=1.5)
    records = [
        ChapterRecord(
            name=name,
            notebook=root / "notebooks" / f"{name}.ipynb",
            parameters=parameters,
            started=STARTED,
            seconds=next(_SECONDS),
        )
        for name in ASKED
    ]
    outcome = bind("tiny", run, building, root, records)
    assert outcome.failure is None, outcome.failure
    put_in_place(building, good)
    return good
