"""A chapter in the hands of a researcher: run from its folder, and told plainly what is wrong."""

from __future__ import annotations

import pytest
from papermill.exceptions import PapermillExecutionError

from tests.chapters.conftest import outputs


def test_runs_from_the_notebooks_folder_without_naming_a_run(tiny_project, run_chapter):
    notebook = run_chapter(tiny_project, "02_baseline", cwd="notebooks", study="tiny")
    assert (tiny_project / "reports/tiny/by-hand/chapters/02_baseline.parquet").is_file()
    told = [words for words, _ in outputs(notebook, "text/markdown")]
    assert "reports/tiny/by-hand/chapters/02_baseline.parquet" in told[-1]


def test_runs_of_two_weeks_stand_beside_each_other(tiny_project, run_chapter):
    for week in (8, 16):
        run_chapter(tiny_project, "03_week_16", study="tiny", week=week)
    folders = [path.name for path in sorted((tiny_project / "reports/tiny").iterdir())]
    assert folders == ["by-hand-week_16", "by-hand-week_8"]


@pytest.mark.parametrize(
    ("chapter", "parameters", "kind", "says"),
    [
        ("02_baseline", {"study": "tinny"}, "PlanError", "Did you mean `tiny`?"),
        ("03_week_16", {"study": "tiny", "week": 12}, "UsageError", "8, 16"),
        ("03_week_16", {"study": "tiny", "weak": 8}, "UsageError", "Did you mean 'week'?"),
        ("02_baseline", {"study": "tiny", "week": 8}, "UsageError", "study, run"),
    ],
)
def test_a_mistake_fails_the_cell_with_four_parts_and_no_traceback(
    chapter, parameters, kind, says, tiny_project, run_chapter
):
    with pytest.raises(PapermillExecutionError) as caught:
        run_chapter(tiny_project, chapter, **parameters)
    assert caught.value.ename == kind
    told = "\n".join(caught.value.traceback)
    assert says in told
    assert "What to do:" in told
    assert "Traceback" not in told
    assert "File " not in told
