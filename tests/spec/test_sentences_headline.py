"""The headline of a report: the answer, and how it lies beside the size that matters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.show.link import plain
from analysis.show.sentences import SENTENCES
from tests.spec.show_rows import effect, frame, labels, level, row, threshold

WEIGHTS = effect("free_weights", -14.1, -18.9, -9.3)


def said(name: str, *rows, arms: int = 3) -> str:
    """A sentence without its links, with ordinary spaces."""
    sentence = SENTENCES[name](frame(*rows), labels(arms))
    return plain(sentence).replace("\N{NO-BREAK SPACE}", " ")


def test_the_headline():
    rows = [effect("bands", -8.9, -15.4, -2.5), WEIGHTS, level(), threshold()]
    assert said("headline", *rows) == (
        "After 16 weeks, pain intensity (lower is better) was on average 8.9 mm lower with "
        "resistance bands than with usual care (95 % interval 2.5 to 15.4 lower) and 14.1 mm lower "
        "with free weights than with usual care (95 % interval 9.3 to 18.9 lower). The smallest "
        "worthwhile effect is 10.9 mm: for resistance bands and for free weights it lies inside "
        "the interval, so a worthwhile effect is neither shown nor ruled out."
    )


BEYOND = "the whole interval lies beyond it"
INSIDE = "it lies inside the interval, so a worthwhile effect is neither shown nor ruled out"
BOTH = (
    "the interval includes it in both directions, so neither a worthwhile effect nor a "
    "difference of this size in favour of usual care is ruled out"
)
HARM = (
    "the whole interval favours usual care, and the data are compatible with a disadvantage of "
    "this size"
)
POSSIBLE_HARM = (
    "the whole interval lies short of it, and the data are compatible with a difference of "
    "this size in favour of usual care"
)
SHORT = "the whole interval lies short of it, so the data speak against a worthwhile effect"


@pytest.mark.parametrize(
    ("bounds", "verdict"),
    [
        ((-18.9, -11), BEYOND),
        ((-18.9, -10.9), BEYOND),
        ((-18.9, -10.8), INSIDE),
        ((-12, 12), BOTH),
        ((-10.9, -1), INSIDE),
        ((-10.8, -1), SHORT),
        ((-5, 3), SHORT),
        ((-5, 12), POSSIBLE_HARM),
        ((1, 9), "the whole interval favours usual care, by less than this size"),
        ((8, 15), HARM),
        ((11, 19), "the whole interval lies beyond this size in favour of usual care"),
    ],
)
def test_the_headline_ends_with_the_verdict(bounds, verdict):
    found = effect("free_weights", sum(bounds) / 2, *bounds)
    words = said("headline", found, level(), threshold())
    assert words.endswith(f"The smallest worthwhile effect is 10.9 mm: {verdict}.")


def test_the_headline_has_a_verdict_for_each_comparison():
    rows = [effect("bands", -5, -9, -1), effect("free_weights", -15, -19, -11)]
    words = said("headline", *rows, level(), threshold())
    assert words.endswith(f"for resistance bands {SHORT}; for free weights {BEYOND}.")


def test_without_bounds_the_headline_has_no_verdict():
    words = said("headline", replace(WEIGHTS, lower=None, upper=None), level(), threshold())
    assert words.endswith("The smallest worthwhile effect is 10.9 mm.")


def test_the_headline_of_one_group_carries_the_caution():
    change = row("change", -3.4, week=16, arm="barbell", lower=-4.4, upper=-2.5)
    assert said("headline", change, level(), arms=1) == (
        "After 16 weeks, pain intensity (lower is better) was on average 3.4 mm lower than at the "
        "start (95 % interval 2.5 to 4.4 lower). One group without a comparator cannot show an "
        "effect of the programme: people often seek help when their pain intensity is at its "
        "worst, and many improve with time, with attention or with other treatment."
    )


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ((1, 5), "The whole interval favours resistance bands."),
        ((-5, -1), "The whole interval favours usual care."),
        ((-1, 5), "The interval includes no difference: it is compatible with better and with"),
    ],
)
def test_without_a_size_the_headline_says_whether_no_difference_is_inside(bounds, words):
    found = effect("bands", sum(bounds) / 2, *bounds, measure="balance")
    assert words in said("headline", found, level())


def test_without_a_size_each_comparison_is_told():
    rows = [effect("bands", 2, -1, 5, measure="balance")]
    rows += [effect("free_weights", 3, 1, 5, measure="balance")]
    words = said("headline", *rows)
    assert "For resistance bands the interval includes no difference" in words
    assert "For free weights the whole interval favours free weights." in words


def mean(arm: str, n: int, n_observed: int):
    return row("ls_mean", -5, week=16, arm=arm, n=n, n_observed=n_observed)


@pytest.mark.parametrize("name", ["headline", "for_clinicians"])
@pytest.mark.parametrize(
    ("n", "seen", "words"),
    [
        (4, 4, "One of the groups has fewer than five people: a single person can turn"),
        (9, 4, "fewer than five people with a score at this week: a single person can turn"),
        (5, 5, None),
    ],
)
def test_a_very_small_group_is_told(name, n, seen, words):
    told = said(name, WEIGHTS, mean("free_weights", 9, 9), mean("usual_care", n, seen), threshold())
    assert (words in told) if words else ("fewer than five" not in told)


def test_a_small_group_that_is_not_compared_is_not_told():
    assert "fewer" not in said("headline", WEIGHTS, mean("bands", 2, 2), threshold())


def test_the_caution_speaks_of_the_measure():
    change = row("change", 3.4, week=16, arm="barbell", measure="balance")
    told = said("one_arm_caution", change, arms=1)
    assert "when their balance is at its worst" in told
    assert "pain" not in told
