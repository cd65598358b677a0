"""The course, what is kept and the work, in words and tables: which number is told, and as what."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from analysis.result.record import to_frame
from analysis.show.sentences import SENTENCES
from analysis.show.tables import TABLES
from tests.spec.show_course import WEEKS, course_rows
from tests.spec.show_rows import labels
from tests.spec.show_training import training_rows

NOT_REACHED = "not reached by the end"
ANYWHERE = "anywhere from the end of the programme to"
UNTIL = "Week of the trial at which it is below"


def plain(text):
    words = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))
    return re.sub(r" ([,.;:)])", r"\1", words)


def said(name, rows):
    return plain(SENTENCES[name](to_frame(rows), labels()))


def table(name, rows):
    return plain(TABLES[name](to_frame(rows), labels()).as_raw_html())


def changed(rows, statistic, **values):
    return [replace(row, **values) if row.statistic == statistic else row for row in rows]


def of(rows, question):
    return [row for row in rows if row.question == question]


def test_a_curve_that_misses_a_visit_says_where_by_how_much_and_what_to_read():
    words = said("course_in_words", of(course_rows(), "course"))
    assert (
        "The curve misses what was seen: at week 8 in resistance bands it lies 3.4 mm higher"
        in words
    )
    assert "p = 0.002" in words
    assert "from the natural spline, which lies at most 0.9 mm away (week 104" in words


def test_where_no_shape_holds_nothing_is_read_between_visits():
    rows = changed(of(course_rows(), "course"), "lack_of_fit", p=0.001)
    assert "No shape of the plan holds all visits" in said("course_in_words", rows)


def test_a_curve_that_holds_is_not_praised_for_what_nobody_saw():
    rows = changed(of(course_rows(), "course"), "lack_of_fit", p=0.4)
    words = said("course_in_words", rows)
    assert "misses" not in words
    assert "lies furthest from the visits taken by themselves at week 8" in words
    assert "does not show what happened between visits" in words


@pytest.mark.parametrize(("level", "misses"), [(95, True), (99.9, False)])
def test_the_level_of_the_intervals_decides(level, misses):
    rows = changed(of(course_rows(), "course"), "interval_level", value=level)
    assert ("misses what was seen" in said("course_in_words", rows)) is misses


def test_every_planned_visit_stands_in_the_table_of_shapes():
    shown = table("course_differences", of(course_rows(), "course"))
    told = set(WEEKS) & set(labels().weeks) - {0}
    assert len(told) >= 3
    assert all(f"Week {week} " in shown for week in told)
    assert "visits as categories" in shown
    assert (
        "natural spline at most 0.9 (week 104, resistance bands), F 2.40 on 15 and 387.5" in shown
    )


def durability(**ends):
    rows = of(course_rows(), "durability")
    return changed(changed(rows, "extra_weeks_until_below", **ends), "weeks_until_below", **ends)


@pytest.mark.parametrize(
    ("value", "lower", "upper", "shown"),
    [
        (75.0, 40.0, float("inf"), "week 75 week 40 to beyond week 104"),
        (16.0, 16.0, 16.0, f"{NOT_REACHED} {NOT_REACHED}"),
        (16.0, 16.0, 52.9, f"{NOT_REACHED} {ANYWHERE} week 53"),
        (float("inf"), 93.0, float("inf"), "beyond week 104 week 93 to beyond week 104"),
    ],
)
def test_a_week_of_the_trial_is_told_as_one(value, lower, upper, shown):
    found = table("durability", durability(value=value, lower=lower, upper=upper))
    assert f"{UNTIL} the worthwhile effect {shown}" in found
    assert "∞" not in found


def test_an_end_that_the_data_do_not_bound_is_explained_where_it_stands():
    rows = changed(durability(), "extra_gain_kept", lower=float("-inf"))
    assert "An end of ∞: the data do not bound it." in table("durability", rows)


def test_a_half_life_tells_its_own_clock_and_never_prints_a_sign_for_never():
    rows = of(course_rows(), "durability")
    first = next(row for row in rows if row.statistic == "gain")
    inf = float("inf")
    life = replace(
        first,
        id="durability.half_life",
        statistic="half_life",
        week=None,
        value=94.0,
        lower=54.0,
        upper=inf,
    )
    words = "Half-life: weeks from week 16 on in which half of it is lost"
    assert f"{words} 94 54 and more" in table("durability", [*rows, life])
    never = replace(life, value=inf)
    assert f"{words} does not fade 54 and more" in table("durability", [*rows, never])


def test_the_sentence_tells_the_week_of_the_trial():
    words = said("durability_in_words", durability(value=75.0, lower=16.0, upper=float("inf")))
    assert "fell below it at week 75 of the trial" in words
    assert f"{ANYWHERE} beyond week 104" in words


def test_another_figure_says_which_is_the_planned_answer():
    for name, question in (("course_in_words", "course"), ("durability_in_words", "durability")):
        words = said(name, of(course_rows(), question))
        assert "the planned answer is the one at the front of the report, under The answer" in words


def test_the_work_is_told_by_arm_and_not_by_muscle_group():
    words = said("work_in_words", of(training_rows(), "dose"))
    assert "a person with resistance bands did on average 31.2 sessions" in words
    assert "31.2 sets" in words
    assert "31 kg of volume load (95 % interval 29 to 34)" in words
    assert "glutes" not in words
    assert said("work_in_words", of(course_rows(), "course")) == ""


def test_work_without_any_load_says_nothing_of_loads():
    rows = [row for row in of(training_rows(), "dose") if "load" not in str(row.level)]
    assert "olume" not in said("work_in_words", rows)
