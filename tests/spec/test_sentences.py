"""What result rows say, word by word: rows in, the sentence out."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

import pytest

from analysis.errors import ClaimError
from analysis.show.link import plain
from analysis.show.sentences import SENTENCES
from tests.spec.show_rows import (
    effect,
    frame,
    labels,
    level,
    row,
    threshold,
)

WEIGHTS = effect("free_weights", -14.1, -18.9, -9.3)


def said(name: str, *rows, arms: int = 3, **words) -> str:
    """A sentence without its links, with ordinary spaces."""
    sentence = SENTENCES[name](frame(*rows), labels(arms, **words))
    return plain(sentence).replace("\N{NO-BREAK SPACE}", " ")


def test_the_answer_for_clinicians():
    assert said("for_clinicians", WEIGHTS, level(), threshold()) == (
        "After 16 weeks, pain intensity was on average 14.1 mm lower in people offered free "
        "weights than in people offered usual care (95 % interval 9.3 to 18.9 lower). On this "
        "scale lower is better. The smallest worthwhile effect is 10.9 mm: the interval includes "
        "it, so the data favour free weights and are compatible with a difference of this size "
        "and with a smaller one."
    )


def test_a_week_within_the_programme_is_not_told_as_its_length():
    early = [effect("free_weights", -14.1, -18.9, -9.3, week=12), level(week=12), threshold()]
    for name in ("for_clinicians", "headline"):
        start = "At week 12, before the end of the programme, pain intensity"
        assert said(name, *early).startswith(start)
        assert said(name, *early, programme_weeks=12).startswith("After 12 weeks, pain")
        assert said(name, *early, programme_weeks=None).startswith("After 12 weeks, pain")


# A line of numbers (difference, bounds), the interval as said, and what it means beside 10.9 mm.
VERDICTS = """
-15 -18.9 -11 | 11.0 to 18.9 lower
the whole interval lies beyond it, in favour of free weights

-5 -9 -1 | 1.0 to 9.0 lower
the whole interval favours free weights but lies short of it

-5 -12 2 | from 12.0 lower to 2.0 higher
the interval includes both it and no difference, so the data are compatible with a difference
of this size and with none

-1 -5 3 | from 5.0 lower to 3.0 higher
the interval includes no difference and lies short of it on both sides, so the data speak
against a difference of this size

0 -12 12 | from 12.0 lower to 12.0 higher
the interval includes it in both directions, so the data are compatible with a difference of
this size in favour of free weights, with none, and with one in favour of usual care: they do
not settle the question

5 -2 12 | from 2.0 lower to 12.0 higher
the interval includes no difference, lies short of it in favour of free weights, and is
compatible with a difference of this size in favour of usual care

5 1 9 | 1.0 to 9.0 higher
the whole interval favours usual care, by less than this size

8 1 15 | 1.0 to 15.0 higher
the whole interval favours usual care, and the data are compatible with a disadvantage of this
size

15 11 19 | 11.0 to 19.0 higher
the whole interval lies beyond this size in favour of usual care
"""


@pytest.mark.parametrize("case", VERDICTS.strip().split("\n\n"))
def test_where_the_interval_lies_is_said(case):
    first, verdict = case.split("\n", 1)
    numbers, bounds = first.split(" | ")
    found = effect("free_weights", *(float(number) for number in numbers.split()))
    words = said("for_clinicians", found, level(), threshold())
    assert f"(95 % interval {bounds})" in words
    meant = " ".join(verdict.split())
    assert words.endswith(f"The smallest worthwhile effect is 10.9 mm: {meant}.")


def test_a_bound_on_the_threshold_itself_lies_beyond_it():
    words = said("for_clinicians", effect("bands", -15, -19, -10.9), level(), threshold())
    assert "the whole interval lies beyond it" in words


def test_where_higher_is_better_the_sides_turn():
    better = effect("bands", 3.1, 1.2, 5, measure="balance")
    worse = effect("bands", -1.4, -2.6, -0.2, measure="balance")
    mark = level()
    assert said("for_clinicians", better, mark) == (
        "After 16 weeks, balance was on average 3.1 s higher in people offered resistance bands "
        "than in people offered usual care (interval 1.2 to 5.0 higher). On this scale higher is "
        "better. The whole interval favours resistance bands."
    )
    assert "The whole interval favours usual care." in said("for_clinicians", worse, mark)


def test_each_comparison_is_said_in_the_order_of_the_plan():
    words = said("for_clinicians", WEIGHTS, effect("bands", -8.9, -15, -2), level(), threshold())
    assert words.index("offered resistance bands") < words.index("offered free weights")
    assert words.count("The smallest worthwhile effect is 10.9 mm") == 2


def test_one_group_is_told_its_change_and_why_it_is_no_effect():
    change = row("change", -3.45, week=16, arm="barbell", lower=-4.4, upper=-2.5)
    words = said("for_clinicians", change, level(), arms=1)
    assert words.startswith(
        "After 16 weeks, pain intensity was on average 3.5 mm lower than at the start "
        "(95 % interval 2.5 to 4.4 lower). On this scale lower is better. "
        "One group without a comparator cannot show an effect of the programme:"
    )
    assert "worthwhile" not in words
    assert said("one_arm_caution", change, arms=1).startswith("One group without a comparator")


def test_no_caution_where_there_is_a_comparator():
    assert said("one_arm_caution", WEIGHTS) == ""


@pytest.mark.parametrize("name", ["for_clinicians", "headline", "for_statisticians"])
def test_a_departure_from_the_plan_is_said(name):
    rows = [replace(WEIGHTS, planned=False), level(), threshold()]
    assert said(name, *rows).endswith(
        "Not as planned: this answer departs from what the plan asks."
    )
    assert "Not as planned" not in said(name, WEIGHTS, level(), threshold())


@pytest.mark.parametrize("name", ["for_clinicians", "headline", "for_statisticians"])
@pytest.mark.parametrize("part", ["value", "lower", "upper"])
def test_a_changed_row_changes_the_sentence(name, part):
    other = replace(WEIGHTS, **{part: getattr(WEIGHTS, part) - 0.3})
    rows = [level(), threshold()]
    assert said(name, WEIGHTS, *rows) != said(name, other, *rows)


def test_the_level_of_the_interval_comes_from_its_row():
    assert "(90 % interval 9.3" in said("for_clinicians", WEIGHTS, level(90), threshold())
    assert "(interval 9.3" in said("for_clinicians", WEIGHTS, threshold())


def test_a_missing_threshold_is_named():
    with pytest.raises(ClaimError, match=r"primary.threshold.pain_vas.between_groups:_smallest"):
        said("for_clinicians", WEIGHTS, level())


def test_a_missing_effect_is_named():
    with pytest.raises(ClaimError, match="difference"):
        said("headline", level(), threshold())


def test_a_threshold_may_carry_its_kind_in_its_level():
    full = row("threshold", 10.9, level="between groups: smallest worthwhile effect")
    sentence = SENTENCES["headline"](frame(WEIGHTS, level(), full), labels())
    (target,) = re.findall(r'href="#r-([^"]*threshold[^"]*)"', sentence)
    assert unquote(target) == full.id


def test_a_week_without_a_result_is_named():
    with pytest.raises(ClaimError, match=r"primary.difference.pain_vas.week52"):
        SENTENCES["for_clinicians"](frame(WEIGHTS, level(), threshold()), labels(), week=52)


def test_two_questions_are_not_mixed():
    other = replace(WEIGHTS, question="other", id="other.difference.pain_vas.week16.free_weights")
    with pytest.raises(ClaimError, match="one question"):
        said("headline", WEIGHTS, other, level(), threshold())


def test_the_week_asked_about_is_that_of_the_rows_not_of_the_programme():
    rows = [effect("bands", -9, -15, -3), effect("bands", -5, -12, 2, week=52)]
    assert said("headline", *rows, level(week=52), threshold()).startswith("After 52 weeks")
    assert said("headline", *rows, threshold()).startswith("After 16 weeks")
    with pytest.raises(ClaimError, match="which week"):
        said("headline", *rows, threshold(), programme_weeks=12)


def test_words_of_the_plan_are_escaped():
    words = labels(2)
    words = replace(words, arms={"usual_care": "Usual <care>", "bands": "A *bold* arm"})
    sentence = SENTENCES["headline"](
        frame(effect("bands", -9, -15, -3), level(), threshold()), words
    )
    assert "<care>" not in sentence
    assert "*" not in sentence
    assert "a *bold* arm than with usual <care>" in plain(sentence)
