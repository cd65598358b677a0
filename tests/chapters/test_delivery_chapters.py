"""The chapter on harm runs on the study that ships, and says what a study cannot tell."""

from __future__ import annotations

import pytest

from analysis.result.store import read_results
from tests.chapters.conftest import outputs
from tests.chapters.test_chapters_run import text_of

PICTURES = {"07_dose_and_adherence": 4, "08_safety": 2, "09_subgroups": 2}


@pytest.mark.parametrize("chapter", PICTURES)
def test_demo(chapter, shipped_project, run_chapter):
    project = shipped_project("demo")
    notebook = run_chapter(project, chapter, study="demo", run="main")
    rows = read_results(project / f"reports/demo/main/chapters/{chapter}.parquet")
    assert rows["id"].is_unique
    assert rows["planned"].all()
    assert "Simulated data" in text_of(notebook)
    pictures = outputs(notebook, "image/png")
    assert len(pictures) == PICTURES[chapter]
    assert all(len(metadata["image/png"]["alt"]) > 40 for _, metadata in pictures)
    tables = [html for html, _ in outputs(notebook, "text/html") if "<details>" in html]
    assert len(tables) == len(pictures)
    assert all("<table" in html for html in tables)
