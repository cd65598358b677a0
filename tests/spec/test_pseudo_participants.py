"""Pseudo-participants: what describes made-up rows is not made, and said to be unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.data.derive import derive
from analysis.estimate import estimate
from analysis.plan.as_run import write_as_run
from analysis.plan.labels import labels_of
from analysis.plan.schema_questions import Question
from analysis.result import to_frame
from analysis.show.descriptions import DESCRIPTIONS
from analysis.show.figures import FIGURES
from analysis.show.link import plain
from analysis.show.sentences import SENTENCES
from analysis.show.tables import TABLES
from analysis.show.unknown import unknown
from analysis.study import open_chapter
from analysis.terms import PSEUDO_PARTICIPANTS_NOTE
from tests.spec.show_rows import frame, labels, row
from tests.spec.small_trial import small_trial
from tests.spec.trial_records import plan_of, raw_of

TABLE = """
person arm     w0  w8  w16
a      barbell 6.0 4.0 3.0
b      barbell 7.5 3.5 4.5
c      barbell 5.0 4.5 2.0
d      barbell 8.0 6.0 3.5
e      barbell 6.5 2.5 1.0
"""
KNOWN = {"simulated": False, "pseudo_participants": True}


def declared(plan):
    """The plan of the same study, known by its published figures only."""
    return replace(plan, study=replace(plan.study, **KNOWN))


def rows_of(question: str, *, pseudo: bool = True):
    trial = small_trial(TABLE, covariates=(), methods=("mmrm",), variables=("pain_vas",))
    trial = replace(trial, plan=declared(trial.plan)) if pseudo else trial
    return to_frame(estimate(trial, question, chapter="x")), labels_of(trial.plan)


def statistics(question: str, *, pseudo: bool) -> set[str]:
    return set(rows_of(question, pseudo=pseudo)[0]["statistic"])


@pytest.mark.parametrize(
    ("question", "left_out"),
    [
        ("baseline", {"median", "lower_quartile", "upper_quartile", "minimum", "maximum"}),
        (
            "primary",
            {
                "diagnostic_residual_skewness",
                "diagnostic_largest_residual",
                "diagnostic_outliers",
                "missing_percent",
            },
        ),
    ],
)
def test_what_describes_single_rows_is_left_out(question, left_out):
    real = statistics(question, pseudo=False)
    assert statistics(question, pseudo=True) == real - left_out
    assert left_out < real


def test_what_is_published_stays_as_it_is():
    made, real = (rows_of("primary", pseudo=each)[0] for each in (True, False))
    place = "primary.change.pain_vas.week16.barbell"
    numbers = ["value", "se", "df", "lower", "upper", "n"]
    assert made.set_index("id").loc[place, numbers].equals(real.set_index("id").loc[place, numbers])


def flow_of(pseudo: bool):
    question = {"flow": Question(label="Who was there?", estimate="flow")}
    plan = replace(plan_of((0, (-14, 0)), (8, (-10, 10)), assessed=3), questions=question)
    plan = declared(plan) if pseudo else plan
    trial = derive(plan, raw_of("A | care\nB | bands", "A | 56 | pain | 40"))
    return to_frame(estimate(trial, "flow", chapter="x")), labels_of(trial.plan)


def test_nothing_is_counted_of_a_follow_up_that_nobody_saw():
    made, real = (flow_of(pseudo)[0] for pseudo in (True, False))
    steps = {level.partition(": ")[0] for level in made["level"].dropna()}
    assert steps == {"assessed", "excluded", "randomised"}
    assert {"observed", "missing", "lost to follow-up", "completed"} <= set(real["level"])
    assert "missing_percent" in set(real["statistic"]) - set(made["statistic"])


def test_the_flow_says_that_who_left_is_unknown():
    rows, words = flow_of(True)
    for told in (
        plain(SENTENCES["flow"](rows, words)),
        DESCRIPTIONS["flow"](rows, words),
        TABLES["flow"](rows, words).as_raw_html(),
    ):
        assert "Who left the study, and why, cannot be told from these rows" in told
    figure = FIGURES["flow"](rows, words)
    words = " ".join(text.get_text() for text in figure.axes[0].texts)
    assert words.count("Who left the study: unknown") == 2
    rows, words = flow_of(False)
    assert "unknown" not in SENTENCES["flow"](rows, words)
    assert "Lost to follow-up" in SENTENCES["flow"](rows, words)


def test_the_assumptions_are_said_to_be_unchecked():
    told = plain(SENTENCES["diagnostics"](*rows_of("primary")))
    assert told.startswith(
        "In pseudo-participants made from published figures, the model's assumptions cannot be "
        "checked: how the scores of the real people spread, and whether some lie far away, is "
        "unknown. Single people's scores vary about the model with a standard deviation of"
    )
    assert "reasonable" not in told
    assert "cannot be checked" not in SENTENCES["diagnostics"](*rows_of("primary", pseudo=False))


def test_how_many_had_a_score_is_said_to_be_unknown():
    change = row("change", -3.4, week=16, arm="barbell", lower=-4.4, upper=-2.5)
    entered = row("count", 24, level="randomised", question="flow", measure=None)
    told = SENTENCES["people"](frame(change, entered), labels(1, pseudo_participants=True))
    assert plain(told) == (
        "In pseudo-participants made from published figures, 24 people were included. How many had "
        "a score of pain intensity at week 16 cannot be told from these rows: pseudo-participants "
        "are complete because they were made so."
    )


@pytest.mark.parametrize("name", ["differences", "observed"])
def test_no_table_counts_who_had_a_score(name):
    assert "With a score" not in TABLES[name](*rows_of("primary")).as_raw_html()
    assert "With a score" in TABLES[name](*rows_of("primary", pseudo=False)).as_raw_html()
    assert "with a value at this week" not in SENTENCES["for_statisticians"](*rows_of("primary"))


def test_only_what_cannot_be_known_is_unknown():
    _, made = rows_of("primary")
    _, simulated = rows_of("primary", pseudo=False)
    assert "cannot be told" in unknown("missing", made)
    assert unknown("missing", simulated) == unknown("course", made) == ""


@pytest.fixture
def shown(monkeypatch):
    """What a chapter displays, as text."""
    seen: list[str] = []
    monkeypatch.setattr(
        "analysis.show.display.display",
        lambda what, **_: seen.append(str(getattr(what, "data", what))),
    )
    return seen


@pytest.mark.parametrize("how", ["show", "draw"])
def test_a_chapter_says_what_is_unknown_in_its_place(
    how, tiny_study, tiny_plan, monkeypatch, shown
):
    write_as_run(declared(tiny_plan), tiny_study / "plans" / "tiny.yaml")
    monkeypatch.chdir(tiny_study)
    chapter = open_chapter("tiny", None, "x")
    assert shown[1] == f"> **{PSEUDO_PARTICIPANTS_NOTE}**"
    getattr(chapter, how)(chapter.ask("flow"), "missing")
    assert shown[2].startswith("> How many people have no score cannot be told from these rows")
    assert len(shown) == 3
