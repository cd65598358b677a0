"""A batch file is read as strictly as a plan, and laid out as runs; all problems come at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

from analysis.errors import UsageError
from analysis.run.batch.layout import lay_out
from analysis.run.batch.read import batch_path
from tests.spec.run_books import write_book, write_chapter

GRID = """\
label: Weeks
grids:
  weeks:
    label: Other weeks
    chapters: [02_effect]
    each: {week: [8, 16], measure: [pain_vas]}
    listed:
      - {week: null}
"""


@pytest.fixture
def project(tiny_study, tiny_plan):
    return write_book(tiny_study, tiny_plan)


def laid_out(project, text):
    path = project / "plans" / "batches" / "night.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return lay_out(path, project)


def test_every_combination_is_a_run_of_its_own(project):
    runs = {run.place: run.chapters for run in laid_out(project, GRID).runs}
    assert runs == {
        "tiny/main": {"01_people": {}, "02_effect": {}},
        "tiny/main-week_8-measure_pain_vas": {"02_effect": {"week": 8, "measure": "pain_vas"}},
        "tiny/main-week_16-measure_pain_vas": {"02_effect": {"week": 16, "measure": "pain_vas"}},
        "tiny/main-week_as_planned": {"02_effect": {"week": None}},
    }


def test_the_same_values_in_another_order_are_one_run(project):
    listed = "listed:\n      - {measure: pain_vas, week: 8}\n      - {week: 8, measure: pain_vas}"
    text = GRID.partition("    each:")[0] + "    " + listed + "\n"
    places = [run.place for run in laid_out(project, text).runs]
    assert places == ["tiny/main", "tiny/main-week_8-measure_pain_vas"]


def test_a_short_file_runs_every_study_as_planned(project):
    layout = laid_out(project, "label: All\n")
    assert [run.place for run in layout.runs] == ["tiny/main"]
    assert (layout.batch.timeout.cell, layout.batch.retries) == (1800, 0)


def test_all_problems_come_at_once_with_their_lines(project):
    text = """\
label: Weeks
studys: [tiny]
retries: two
grids:
  weeks:
    label: Other weeks
    chapter: [02_effect]
    each: {week: [8]}
"""
    with pytest.raises(UsageError) as caught:
        laid_out(project, text)
    said = str(caught.value)
    assert "has 3 problems" in said
    for words in ("line 2, studys", "nearest is `studies`", "line 3, retries", "line 7"):
        assert words in said


def test_a_bad_value_is_told_beside_a_bad_key(project):
    text = "labl: x\nretries: 99\nstop_after: 0\ntimeout: {cell: -1, notebok: 3}\nplanned: false\n"
    with pytest.raises(UsageError) as caught:
        laid_out(project, text)
    said = str(caught.value)
    for words in ("labl", "99 retries", "0 is not 1 or more", "notebok"):
        assert words in said
    # Grids that cannot be read may be what the batch runs.
    with pytest.raises(UsageError) as caught:
        laid_out(project, "label: x\nplanned: false\ngrid: {}\n")
    assert "runs nothing" not in str(caught.value)


def test_one_value_is_of_one_kind_in_all_chapters_of_a_grid(project):
    for name, kind in (("03_a", "int"), ("04_b", "str")):
        write_chapter(project, name, "1", parameters=f"study = ''\nrun = ''\nn: {kind} = None")
    text = GRID.replace("[02_effect]", "[03_a, 04_b]").replace("measure: [pain_vas]", "n: [1]")
    text = text.replace("week: [8, 16], ", "").replace("week: null", "n: 2")
    with pytest.raises(UsageError, match="declared differently: int in 03_a and str in 04_b"):
        laid_out(project, text)


def test_a_notebook_that_the_batch_does_not_use_may_be_unfinished(project):
    (project / "notebooks" / "13_mine.ipynb").write_text("")
    text = GRID.replace("grids:", "chapters: [02_effect]\ngrids:")
    assert len(laid_out(project, text).runs) == 4
    with pytest.raises(UsageError, match=r"chapters: This is not a notebook.*13_mine"):
        laid_out(
            project, text.replace("chapters: [02_effect]\ngrids", "chapters: [13_mine]\ngrids")
        )


def test_a_grid_of_which_no_chapter_is_known_is_told_like_any_other_mistake(project):
    text = GRID.replace("02_effect", "02_efect").replace("each:", "studies: [tinny]\n    each:")
    with pytest.raises(UsageError) as caught:
        laid_out(project, text)
    said = str(caught.value)
    assert "has 2 problems" in said
    assert "grids.weeks.chapters: There is no chapter `02_efect`." in said
    assert "did you mean `02_effect`?" in said
    assert "Did you mean `tiny`?" in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("label: x\nrun: ../up\n", "run: This name cannot be used"),
        ("label: x\nrun: a.failed\n", "`.failed`"),
        ("label: x\nstudies: [tinny]\n", "Did you mean `tiny`"),
        ("label: x\nchapters: [02_efect]\n", "did you mean `02_effect`"),
        ("label: x\nretries: 99\n", "99 retries"),
        ("label: x\nstop_after: 0\n", "0 is not 1 or more"),
        ("label: x\ntimeout: {cell: 0}\n", "0 is not 1 or more"),
        ("label: x\nplanned: false\n", "runs nothing"),
        ("label: x\nlabel: y\n", "stands twice"),
        ("label: x\na: &b 1\n", "anchor"),
        ("", "The batch file is empty"),
        (GRID.replace("week: [8, 16]", "week: [8, 8]"), "A value stands twice"),
        (GRID.replace("week: [8, 16]", "week: []"), "The list is empty"),
        (GRID.replace("week: [8, 16]", "wek: [8, 16]"), "declares no parameter `wek`"),
        (GRID.replace("week: [8, 16]", "week: [eight]"), "takes int or None, not `eight`"),
        (GRID.replace("week: [8, 16]", "week: [13]"), "has no week 13"),
        (GRID.replace("pain_vas", "pain_nrs"), "has no measure pain_nrs"),
        (GRID.replace("week: [8, 16]", "api_token: [x]"), "looks like a secret"),
        (GRID.replace("week: [8, 16]", "study: [tiny]"), "given by the batch itself"),
        (GRID.split("    each:")[0], "has no values"),
        (GRID.replace("week: null", ""), "The combination has no values"),
        ("label: x\nchapters: []\n", "chapters: The list is empty"),
        ("label: x\nstudies: []\n", "studies: The list is empty"),
        (GRID.replace("    each:", "    studies: []\n    each:"), "studies: The list is empty"),
        (GRID.replace("  weeks:\n", "  we/eks:\n"), "This name cannot be used"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_before_anything_starts(project, text, words, monkeypatch):
    monkeypatch.chdir(project)
    with pytest.raises(UsageError) as caught:
        laid_out(project, text)
    assert words in str(caught.value)


def test_two_grids_cannot_mean_one_folder(project):
    other = "  more:\n    label: x\n    chapters: [01_people]\n"
    other += "    each: {week: [8], measure: [pain_vas]}\n"
    with pytest.raises(UsageError, match="meant twice"):
        laid_out(project, GRID + other)


def test_a_broken_plan_breaks_its_own_runs_only(project):
    (project / "plans" / "other.yaml").write_text("study: {}\n")
    layout = laid_out(project, "label: All\n")
    assert list(layout.broken) == ["other"]
    assert [run.place for run in layout.runs] == ["other/main", "tiny/main"]


def test_a_batch_is_found_by_its_name_and_the_nearest_is_named(project):
    laid_out(project, "label: All\n")
    assert batch_path("night", project).name == "night.yaml"
    with pytest.raises(UsageError, match="Did you mean `night`"):
        batch_path("nigth", project)


def test_the_command_loads_no_tables_before_it_knows_what_is_to_run():
    # A second that every rerun with nothing changed would wait; the workers load what they need.
    heavy = "{'pandas', 'numpy', 'scipy', 'nbformat', 'papermill'} & set(sys.modules)"
    asked = f"import sys; from analysis.run.batch import command; print({heavy} or 'none')"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout == "none\n"
