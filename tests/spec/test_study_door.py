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
