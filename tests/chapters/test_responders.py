"""The chapter about responders, run as a researcher runs it."""

from __future__ import annotations

from analysis.result.store import read_results
from tests.chapters.conftest import outputs


def text_of(notebook) -> str:
    kinds = ("text/html", "text/markdown", "text/plain")
    return "\n".join(str(words) for kind in kinds for words, _ in outputs(notebook, kind))


def test_demo(shipped_project, run_chapter):
    project = shipped_project("demo")
    notebook = run_chapter(project, "05_responders", study="demo", run="main", week=26)
    rows = read_results(project / "reports/demo/main-week_26/chapters/05_responders.parquet")
    assert rows["id"].is_unique
    assert set(rows["question"]) == {"responders"}
    assert not rows[rows["statistic"].eq("responder_difference")]["planned"].any()
    words = text_of(notebook)
    assert "Simulated data" in words
    assert "of 100 people offered" in words
    assert "Not as planned" in words
    pictures = outputs(notebook, "image/png")
    assert len(pictures) == 2
    for _, metadata in pictures:
        alt = metadata["image/png"]["alt"]
        assert "Simulated data" in alt
        assert "At least 30" in alt or "at least 30" in alt
