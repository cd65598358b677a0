"""The door for notebooks: what a researcher types, and what comes back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.errors import PlanError, UsageError
from analysis.plan.as_run import write_as_run
from analysis.plan.places import RUN_FOLDER
from analysis.result.store import read_results
from analysis.study import open_chapter
from analysis.study.chapter import Answer
from analysis.study.injected import refuse_undeclared


@pytest.fixture
def project(tiny_study, tiny_plan, monkeypatch):
    """A project with the study `tiny`, and the current folder two levels inside."""
    write_as_run(tiny_plan, tiny_study / "plans" / "tiny.yaml")
    (tiny_study / "notebooks").mkdir()
    monkeypatch.chdir(tiny_study / "notebooks")
    monkeypatch.delenv(RUN_FOLDER, raising=False)
    return tiny_study


def test_nothing_named_is_the_main_question(project):
    assert open_chapter("tiny", None, "x").ask().question == "primary"


@pytest.mark.parametrize(("word", "question"), [("flow", "flow"), ("change", "primary")])
def test_a_question_by_its_key_or_by_its_kind(project, word, question):
    assert open_chapter("tiny", None, "x").ask(word).question == question


def test_all_answers_are_saved_in_one_table(project):
    chapter = open_chapter("tiny", "trial-1", "x")
    chapter.ask("flow")
    chapter.ask("baseline")
    chapter.save()
    rows = read_results(project / "reports/tiny/trial-1/chapters/x.parquet")
    assert set(rows["question"]) == {"flow", "baseline"}


def test_asked_twice_is_saved_once(project):
    chapter = open_chapter("tiny", "main", "x")
    chapter.ask("flow")
    chapter.ask("flow")
    chapter.save()
    assert read_results(project / "reports/tiny/main/chapters/x.parquet")["id"].is_unique


def test_while_a_run_is_being_built_chapters_save_into_it(project, monkeypatch):
    monkeypatch.setenv(RUN_FOLDER, "reports/tiny/.main.building")
    chapter = open_chapter("tiny", "main", "x")
    chapter.ask("flow")
    chapter.save()
    assert (project / "reports/tiny/.main.building/chapters/x.parquet").is_file()
    assert not (project / "reports/tiny/main").exists()


def _saved(chapter, question="flow"):
    chapter.ask(question)
    chapter.save()
    return chapter.folder / "chapters" / f"{chapter.name}.parquet"


@pytest.mark.parametrize("given", [{}, {"week": 8}])
def test_by_hand_a_chapter_does_not_save_into_a_finished_run(project, given):
    kept = _saved(open_chapter("tiny", "main", "x"))
    (kept.parents[1] / "status.json").write_text("{}")
    before = kept.read_bytes()
    with pytest.raises(UsageError) as caught:
        open_chapter("tiny", "main", "x", **given)
    assert "`main` of `tiny` is finished" in caught.value.what
    assert caught.value.where == "reports/tiny/main"
    assert "leave `run` out" in caught.value.do
    assert "analysis run tiny --run main" in caught.value.do
    assert kept.read_bytes() == before


def test_a_run_that_was_finished_while_a_chapter_was_open_is_not_saved_into(project):
    chapter = open_chapter("tiny", "main", "x")
    kept = _saved(chapter)
    (chapter.folder / "status.json").write_text("{}")
    before = kept.read_bytes()
    with pytest.raises(UsageError, match="finished"):
        _saved(chapter, "baseline")
    assert kept.read_bytes() == before


def test_by_hand_other_values_have_a_folder_of_their_own(project):
    opened = [
        open_chapter("tiny", None, "x"),
        open_chapter("tiny", None, "x", week=8),
        open_chapter("tiny", None, "x", week=16, measure="pain_vas"),
        open_chapter("tiny", "mine", "x", week=8, measure=None),
    ]
    assert [chapter.folder.name for chapter in opened] == [
        "by-hand",
        "by-hand-week_8",
        "by-hand-week_16-measure_pain_vas",
        "mine-week_8",
    ]
    weeks = [read_results(_saved(chapter, "primary"))["planned"].all() for chapter in opened]
    assert weeks == [True, False, True, False]


def test_what_took_the_place_of_other_results_is_said(project, monkeypatch):
    shown = []
    monkeypatch.setattr("analysis.show.display.display", lambda what, **_: shown.append(what.data))
    _saved(open_chapter("tiny", None, "x"))
    _saved(open_chapter("tiny", None, "x"))
    assert "reports/tiny/by-hand/chapters/x.parquet" in shown[-1]
    assert "in place of" not in shown[-1]
    _saved(open_chapter("tiny", None, "x"), "baseline")
    assert "in place of other results" in shown[-1]


DECLARED = 'study: str = "demo"\nrun: str or None = None\nweek: int or None = None  # weeks'


def test_what_papermill_gives_and_the_chapter_does_not_declare_is_refused():
    with pytest.raises(UsageError) as caught:
        refuse_undeclared(["", DECLARED, '# Parameters\nstudy = "tiny"\nweak = 8\n'])
    assert "'weak'" in caught.value.what
    assert "Did you mean 'week'? There are: study, run, week." in caught.value.do


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [DECLARED, "# Parameters\nweek = 8\n"],
        ["# Parameters\nweak = 8\n"],
        [DECLARED, "weak = 8"],
        [DECLARED, "# Parameters\nweak = 8\n", "not Python", DECLARED],
        ["%matplotlib inline", DECLARED, "# Parameters\nweak = 8\n", "# Parameters\nweek = 8\n"],
    ],
)
def test_a_person_at_a_notebook_may_run_cells_as_they_like(cells):
    refuse_undeclared(cells)


def test_a_wrong_study_names_those_that_are_there(project):
    with pytest.raises(PlanError) as caught:
        open_chapter("demmo", None, "x")
    assert "tiny" in caught.value.do


@pytest.mark.parametrize(
    ("opened", "words"),
    [
        ({"weak": 16}, "Did you mean 'week'?"),
        ({"covariance": "us"}, "week, measure"),
    ],
)
def test_an_unknown_parameter_is_refused(project, opened, words):
    with pytest.raises(UsageError) as caught:
        open_chapter("tiny", None, "x", **opened)
    assert words in caught.value.do


@pytest.mark.parametrize("week", ["16", 16.0, True])
def test_a_week_is_a_whole_number(project, week):
    with pytest.raises(UsageError, match="no week"):
        open_chapter("tiny", None, "x", week=week).ask()


@pytest.mark.parametrize("run", ["../out", "a/b", ".hidden"])
def test_a_run_cannot_leave_its_folder(project, run):
    with pytest.raises(UsageError):
        open_chapter("tiny", run, "x")


@pytest.mark.parametrize(
    ("what", "kind", "near"),
    [("show", "diferences", "differences"), ("draw", "corse", "course"), ("say", "flo", "flow")],
)
def test_what_cannot_be_shown_names_what_can(project, what, kind, near):
    chapter = open_chapter("tiny", None, "x")
    answer = chapter.ask("flow")
    with pytest.raises(UsageError) as caught:
        getattr(chapter, what)(answer, kind)
    assert near in caught.value.do


def test_readers_see_the_words_of_the_dictionary(project, monkeypatch):
    shown = []
    monkeypatch.setattr("analysis.show.display.display", lambda what, **_: shown.append(what.data))
    chapter = open_chapter("tiny", None, "x")
    chapter.show(chapter.ask("baseline"), "baseline")
    assert "Age (years)" in shown[-1]
    chapter.show(chapter.ask("flow"), "flow")
    assert "Analysed for the main question" in shown[-1]
    assert "Everyone randomised" in shown[-1] or "everyone randomised" in shown[-1]
    assert "seen after baseline" not in shown[-1]
    assert "any follow up" not in shown[-1]


def test_the_estimand_is_told_in_its_five_parts(project, capsys, monkeypatch):
    shown = []
    monkeypatch.setattr("analysis.show.display.display", lambda what, **_: shown.append(what.data))
    open_chapter("tiny", None, "x", week=8).estimand()
    table = shown[-1]
    for words in (
        "Everyone randomised",
        "Resistance bands (resistance bands, 16 weeks, 0.5 sessions a week, supervised); "
        "compared with Usual care (advice to stay active)",
        "change from baseline at week 8. Not as planned: the plan asks about week 16",
        "If someone withdrew",
        "Difference in means, programme minus comparator",
    ):
        assert words in table


@pytest.fixture
def notes(monkeypatch):
    """What is displayed, of whatever kind."""
    shown = []
    monkeypatch.setattr("analysis.show.display.display", lambda what, **_: shown.append(what))
    return shown


KINDS = [
    ("flow", "show", "flow"),
    ("flow", "draw", "flow"),
    ("baseline", "show", "baseline"),
    ("baseline", "say", "baseline"),
    ("change", "draw", "course"),
    ("change", "say", "for_clinicians"),
]


@pytest.mark.parametrize(("kind", "what", "name"), KINDS)
def test_a_kind_that_the_plan_does_not_ask_is_said_once(
    project, tiny_plan, notes, kind, what, name
):
    others = {k: q for k, q in tiny_plan.questions.items() if q.estimate != kind}
    write_as_run(replace(tiny_plan, questions=others), project / "plans" / "tiny.yaml")
    chapter = open_chapter("tiny", "main", "x")
    notes.clear()
    answer = chapter.ask(kind)
    assert len(answer.rows) == 0
    (note,) = notes
    assert note.data == (
        f"> The plan asks no question of the kind {kind}; add one under questions to see it here."
    )
    getattr(chapter, what)(answer, name)
    assert notes == [note]
    with pytest.raises(UsageError):
        getattr(chapter, what)(answer, "no such thing")
    chapter.save()
    assert read_results(project / "reports/tiny/main/chapters/x.parquet").empty


def test_why_something_is_lacking_is_said_in_full_once(project, notes, monkeypatch):
    """Then in short, and once a cell."""
    chapter = open_chapter("tiny", "main", "x")
    rows = chapter.ask("flow").rows.iloc[:1].assign(statistic="not_available", level="no events")
    answer = Answer("safety", "At what harm?", rows)
    notes.clear()
    for cell, kinds in (
        (1, ["harms"]),
        (2, ["harms_in_programme", "harm_rates"]),
        (3, ["serious"]),
    ):
        monkeypatch.setattr("analysis.study.chapter.current_cell", lambda cell=cell: cell)
        for kind in kinds:
            chapter.show(answer, kind)
    full, *short = [note.data for note in notes]
    assert "no evidence that nothing happened" in full
    assert short == ["> Not known, for the reason given above."] * 2


def test_without_a_main_question_the_chapter_says_so(project, tiny_plan, notes):
    others = {k: q for k, q in tiny_plan.questions.items() if q.estimate != "change"}
    write_as_run(replace(tiny_plan, questions=others), project / "plans" / "tiny.yaml")
    chapter = open_chapter("tiny", None, "x")
    notes.clear()
    assert chapter.ask().rows.empty
    chapter.estimand()
    (note,) = notes
    assert "of the kind change" in note.data


def test_a_word_that_is_neither_question_nor_kind_is_refused(project):
    with pytest.raises(UsageError) as caught:
        open_chapter("tiny", None, "x").ask("flw")
    assert "Did you mean 'flow'?" in caught.value.do
