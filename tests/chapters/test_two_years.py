"""The chapter of two years runs by plain papermill, for the study that ships and a tiny one."""

from __future__ import annotations

from analysis.result.store import read_results
from tests.chapters.conftest import outputs

CHAPTER = "06_two_years"


def test_demo(shipped_project, run_chapter):
    project = shipped_project("demo")
    notebook = run_chapter(project, CHAPTER, study="demo", run="main")
    rows = read_results(project / f"reports/demo/main/chapters/{CHAPTER}.parquet")
    assert rows["id"].is_unique
    assert rows["planned"].all()
    assert {"course_difference", "gain_kept", "trajectory_shrunken"} <= set(rows["statistic"])
    pictures = outputs(notebook, "image/png")
    assert all(len(metadata["image/png"]["alt"]) > 80 for _, metadata in pictures)
    said = " ".join(words for words, _ in outputs(notebook, "text/markdown"))
    assert "In simulated data" in said
    # Nobody of the study is named among the few whose course is shown.
    assert not rows["level"].dropna().str.match(r"P\d+").any()


def test_a_study_that_asks_nothing_of_it_says_so(tiny_project, run_chapter):
    notebook = run_chapter(tiny_project, CHAPTER, study="tiny", run="main")
    said = " ".join(words for words, _ in outputs(notebook, "text/markdown"))
    assert "asks no question of the kind course" in said
    assert not outputs(notebook, "image/png")
