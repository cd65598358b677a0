"""Every chapter runs by plain papermill, for a tiny study and for those that ship."""

from __future__ import annotations

import pytest

from analysis.result.store import read_results
from tests.chapters.conftest import CHAPTERS, outputs


def text_of(notebook) -> str:
    """Everything that the chapter shows, as one text."""
    kinds = ("text/html", "text/markdown", "text/plain")
    return "\n".join(str(words) for kind in kinds for words, _ in outputs(notebook, kind))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_tiny(chapter, tiny_project, run_chapter):
    notebook = run_chapter(tiny_project, chapter, study="tiny", run="main")
    rows = read_results(tiny_project / f"reports/tiny/main/chapters/{chapter}.parquet")
    assert len(rows)
    assert rows["id"].is_unique
    assert set(rows["chapter"]) == {chapter}
    assert rows["planned"].all()
    assert str(tiny_project) not in str(notebook.cells[2:])
    assert "made by a computer" in text_of(notebook)
    pictures = outputs(notebook, "image/png")
    assert len(pictures) == {"01_data_and_flow": 2, "02_baseline": 0, "03_week_16": 2}[chapter]
    assert all(len(metadata["image/png"]["alt"]) > 40 for _, metadata in pictures)
    tables = [html for html, _ in outputs(notebook, "text/html") if "<details>" in html]
    assert len(tables) == len(pictures)
    assert all("<table" in html for html in tables)


def test_a_departure_is_allowed_and_marked(tiny_project, run_chapter):
    notebook = run_chapter(tiny_project, "03_week_16", study="tiny", run="main", week=8)
    rows = read_results(tiny_project / "reports/tiny/main-week_8/chapters/03_week_16.parquet")
    assert not rows.set_index("id").loc["primary.difference.pain_vas.week8.bands", "planned"]
    assert "Not as planned" in text_of(notebook)


@pytest.mark.parametrize("chapter", CHAPTERS[:2])
def test_one_arm(chapter, shipped_project, run_chapter):
    project = shipped_project("tjosvoll_2020")
    notebook = run_chapter(project, chapter, study="tjosvoll_2020", run="main")
    assert "pseudo-participants" in text_of(notebook)


def test_one_arm_gets_the_caution_and_the_published_change(shipped_project, run_chapter):
    """Tjøsvoll et al. 2020, BMC Sports Sci Med Rehabil 12:30: a fall of 3.4 (2.5 to 4.4)."""
    project = shipped_project("tjosvoll_2020")
    notebook = run_chapter(project, "03_week_16", study="tjosvoll_2020", run="main")
    assert "cannot show an effect of the programme" in text_of(notebook)
    rows = read_results(project / "reports/tjosvoll_2020/main/chapters/03_week_16.parquet")
    assert not rows["statistic"].eq("difference").any()
    row = rows.set_index("id").loc["primary.change.worst_pain_nrs.week16.barbell"]
    assert [round(-row[c], 1) for c in ("value", "upper", "lower")] == [3.4, 2.5, 4.4]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_demo(chapter, shipped_project, run_chapter):
    project = shipped_project("demo")
    notebook = run_chapter(project, chapter, study="demo", run="main")
    rows = read_results(project / f"reports/demo/main/chapters/{chapter}.parquet")
    assert rows["id"].is_unique
    assert "Simulated data" in text_of(notebook)
    assert "cannot show an effect" not in text_of(notebook)


def test_another_measure_of_demo(shipped_project, run_chapter):
    project = shipped_project("demo")
    run_chapter(project, "03_week_16", study="demo", run="main", measure="balance_stance", week=26)
    rows = read_results(
        project / "reports/demo/main-week_26-measure_balance_stance/chapters/03_week_16.parquet"
    )
    assert set(rows["measure"]) == {"balance_stance"}
    assert not rows["planned"].any()
