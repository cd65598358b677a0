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
SHORT = "the whole interval lies short of it, so the data speak against a worthwhile effect"


@pytest.mark.parametrize(
    ("bounds", "verdict"),
    [
        ((-18.9, -11), BEYOND),
        ((-18.9, -10.9), BEYOND),
        ((-18.9, -10.8), INSIDE),
        ((-12, 12), INSIDE),
        ((-10.9, -1), INSIDE),
        ((-10.8, -1), SHORT),
        ((-5, 3), SHORT),
        ((11, 19), SHORT),
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
        "effect of the programme."
    )
