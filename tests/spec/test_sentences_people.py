"""The people, the model and the rules of all sentences: rows in, words out."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from analysis.errors import ClaimError
from analysis.show.link import plain
from analysis.show.sentences import SENTENCES
from tests.spec.show_people import baseline_rows, flow_rows
from tests.spec.show_rows import diagnostic_rows, frame, labels, row, trial_rows


def said(name: str, *rows, arms: int = 3, **words) -> str:
    """A sentence without its links, with ordinary spaces."""
    sentence = SENTENCES[name](frame(*rows), labels(arms, **words))
    return plain(sentence).replace("\N{NO-BREAK SPACE}", " ")


def test_the_flow():
    words = said("flow", *flow_rows())
    assert words.startswith(
        "Assessed: 312. Excluded: 72 (pain too low 41, red flags 9, declined 22). Randomised: 240 "
        "(80 in usual care, 80 in resistance bands and 80 in free weights). Started the programme: "
        "76 in resistance bands and 78 in free weights."
    )
    assert words.endswith(
        "per protocol 80 in usual care, 55 in resistance bands and 61 in free weights."
    )


def test_nobody_is_called_randomised_in_a_study_of_one_group():
    counts = [row("count", 24, question="flow", measure=None, level="randomised")]
    assert said("flow", *counts, arms=1) == "Entered the study: 24."


def test_the_baseline():
    assert said("baseline", *baseline_rows()) == (
        "At the start there were 80 people in usual care and 80 people in resistance bands. Age: "
        "mean 46.3 (SD 12.1) in usual care and 45.1 (SD 11.6) in resistance bands. Sex: female "
        "55 % in usual care and 51 % in resistance bands. Pain intensity (mm): mean 54.3 (SD 15.2) "
        "in usual care and 53.9 (SD 14.8) in resistance bands. Chance made the groups, so "
        "differences between them at the start are not tested; they are looked at for their size."
    )


def test_diagnostics_that_look_well():
    assert said("diagnostics", *diagnostic_rows()) == (
        "The model's assumptions look reasonable: what the model leaves unexplained is spread "
        "about evenly to both sides (skewness 0.12), and 0 of 1432 values lie very far from what "
        "it expects (the farthest by 3.41 standard deviations). Single people's scores vary about "
        "the model with a standard deviation of 14.2 mm at week 16."
    )


@pytest.mark.parametrize(
    ("skewness", "outliers", "words"),
    [
        (1.2, 0, "reaches far further to higher scores (skewness 1.20)"),
        (-1.2, 0, "reaches far further to lower scores (skewness −1.20)"),
        (0.1, 1, "1 of 1432 values lies very far"),
    ],
)
def test_diagnostics_that_deserve_a_second_look(skewness, outliers, words):
    told = said("diagnostics", *diagnostic_rows(skewness, outliers))
    assert "deserve a second look" in told
    assert words in told
    assert "Compare the answer with that of the second method." in told


def test_missing_diagnostics_are_named():
    with pytest.raises(ClaimError, match=r"primary.diagnostic_outliers.pain_vas"):
        said("diagnostics", *diagnostic_rows()[:2])


ALL = [*trial_rows(), *flow_rows(), *baseline_rows()]
SPOKEN = [name for name in SENTENCES if name != "one_arm_caution"]


@pytest.mark.parametrize("name", SPOKEN)
def test_simulated_data_are_called_simulated(name):
    assert "simulated" in said(name, *ALL, simulated=True)
    assert "simulated" not in said(name, *ALL)


@pytest.mark.parametrize("name", SPOKEN)
def test_every_number_leads_to_a_row_that_exists(name):
    rows = frame(*ALL)
    sentence = SENTENCES[name](rows, labels(3))
    targets = re.findall(r'href="#r-([^"]+)"', sentence)
    assert targets
    assert {unquote(target) for target in targets} <= set(rows["id"])
    without = re.sub(r"<a .*?</a>", "", sentence)
    assert not re.search(r"\d", re.sub(r"&#\d+;|&#x\d+;", "", without)), without


def test_no_sentence_speaks_of_significance_or_proof():
    for name in SENTENCES:
        assert not re.search(r"significan|prove|caus|effective", said(name, *ALL))
