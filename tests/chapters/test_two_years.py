"""The chapter of two years runs by plain papermill, for the study that ships and a tiny one."""

from __future__ import annotations

import csv
from pathlib import Path

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
    assert {"lack_of_fit", "curve_miss"} <= set(rows["statistic"])
    pictures = outputs(notebook, "image/png")
    assert all(len(metadata["image/png"]["alt"]) > 80 for _, metadata in pictures)
    said = " ".join(words for words, _ in outputs(notebook, "text/markdown"))
    assert "In simulated data" in said
    # Nobody of the study is named among the few whose course is shown.
    assert not rows["level"].dropna().str.match(r"P\d+").any()


def test_an_arm_that_nobody_saw_again_is_named_and_the_others_are_answered(
    shipped_project, run_chapter
):
    """Every visit after the start, session and event of one arm is gone."""
    project = shipped_project("demo")
    silence(project / "data/raw/demo", "bands")
    notebook = run_chapter(project, CHAPTER, study="demo", run="main")
    rows = read_results(project / f"reports/demo/main/chapters/{CHAPTER}.parquet")
    silent = rows[(rows["statistic"] == "not_available") & (rows["arm"] == "bands")]
    assert list(silent["question"]) == ["course", "durability", "majority"]
    answered = rows[rows["statistic"].isin(["course_change", "gain", "free_percent"])]
    assert set(answered["arm"]) == {"usual_care", "free_weights"}
    said = " ".join(words for words, _ in outputs(notebook, "text/markdown"))
    assert said.count("in resistance bands has a score") == 3


def silence(folder: Path, arm: str) -> None:
    """Leave of an arm's people the start alone; the sums of the files no longer hold."""
    with (folder / "participants.csv").open(newline="") as file:
        people = {line["participant"] for line in csv.DictReader(file) if line["arm"] == arm}
    for name in ("visits", "sessions", "events"):
        with (folder / f"{name}.csv").open(newline="") as file:
            head, *lines = csv.reader(file)
        kept = [
            line
            for line in lines
            if line[0] not in people or (name == "visits" and float(line[1]) <= 0)
        ]
        assert len(kept) < len(lines)
        with (folder / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([head, *kept])
    (folder / "SHA256SUMS").unlink()


def test_a_study_that_asks_nothing_of_it_says_so(tiny_project, run_chapter):
    notebook = run_chapter(tiny_project, CHAPTER, study="tiny", run="main")
    said = " ".join(words for words, _ in outputs(notebook, "text/markdown"))
    assert "asks no question of the kind course" in said
    assert not outputs(notebook, "image/png")
