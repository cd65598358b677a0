"""The people, the model and the rules of all sentences: rows in, words out."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

import pytest

from analysis.errors import ClaimError
from analysis.show.link import plain
from analysis.show.sentences import SENTENCES
from tests.spec.show_book import OF_STUDIES, spoken
from tests.spec.show_people import baseline_rows, flow_rows, seen_rows
from tests.spec.show_rows import diagnostic_rows, frame, labels, parse, row, trial_rows


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
        "Stopped the programme: 9 in resistance bands (pain got worse 5, no time 4) and 11 in free "
        "weights (pain got worse 6, moved away from the region 5). Lost to follow-up: 24 in usual "
        "care (no reason given 17, wanted other treatment 7), 17 in resistance bands (no reason "
        "given 17) and 18 in free weights (no reason given 12, illness in the family 6). Completed "
        "follow-up: 56 in usual care, 63 in resistance bands and 62 in free weights. In the "
        "population: all randomised 80 in usual care, 80 in resistance bands and 80 in free "
        "weights; per protocol 80 in usual care, 55 in resistance bands and 61 in free weights. "
        "Not analysed for the main question: 3 in usual care (no score after baseline 3). Analysed "
        "for the main question: 77 in usual care, 80 in resistance bands and 80 in free weights."
    )


def test_those_who_withdrew_are_told_where_nothing_tells_who_was_lost():
    counts = [each for each in flow_rows() if "lost" not in each.level]
    assert "Withdrew: 21 in usual care" in said("flow", *counts)


def test_populations_are_called_by_their_words():
    words = replace(labels(), populations={"per_protocol": "people who trained enough"})
    counts = [
        replace(r, level=r.level.replace("per protocol", "per_protocol")) for r in flow_rows()
    ]
    told = plain(SENTENCES["flow"](frame(*counts), words))
    assert "people who trained enough 80 in usual care" in told
    assert "all randomised 80 in usual care" in told


def test_the_people_of_the_front_page():
    rows = [*flow_rows(), *seen_rows(), *seen_rows(week=26), *seen_rows(measure="balance")]
    assert said("people", *rows, *trial_rows()) == (
        "240 people were randomised: 80 to usual care, 80 to resistance bands and 80 to free "
        "weights. At week 16, 64 in usual care, 72 in resistance bands and 71 in free weights had "
        "a score of pain intensity."
    )


def test_the_people_of_a_study_of_one_group():
    place = {"question": "flow", "estimand": None}
    change = row("change", -3.4, week=16, arm="barbell", lower=-4.4, upper=-2.5)
    rows = [
        row("count", 24, level="randomised", **(place | {"measure": None})),
        row("count", 24, level="randomised", arm="barbell", **(place | {"measure": None})),
        row("count", 21, level="observed", arm="barbell", week=16, **place),
    ]
    assert said("people", *rows, change, arms=1) == (
        "24 people were included. At week 16, 21 had a score of pain intensity."
    )


@pytest.mark.parametrize(
    ("left_out", "named"),
    [
        ("randomised", r"count\.randomised"),
        ("observed", r"count\.pain_vas\.week16\.<arm>\.observed"),
    ],
)
def test_people_who_were_not_counted_are_named(left_out, named):
    rows = [r for r in [*flow_rows(), *seen_rows()] if r.level != left_out]
    with pytest.raises(ClaimError, match=named):
        said("people", *rows, *trial_rows())


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


TOLD = [name for name in SENTENCES if name != "one_arm_caution"]
OF_PEOPLE = [name for name in TOLD if name not in OF_STUDIES]


FIRST_CHAPTERS = ("for_clinicians", "for_statisticians", "headline", "people", "flow", "baseline")
# What an interval and a frequency are called; the level itself is in the rows.
NAMES_OF_NUMBERS = r"\d+(\.\d+)?\s% interval|\bof 100\b|100 people"


def spoken_words(name: str, **words) -> str:
    """A sentence of the rows that it is tried with, without its links."""
    return plain(SENTENCES[name](spoken(name), labels(3, **words)))


@pytest.mark.parametrize("name", OF_PEOPLE)
def test_simulated_data_are_called_simulated(name):
    assert spoken_words(name, simulated=True).startswith("In simulated data, ")
    assert "simulated" not in spoken_words(name)


@pytest.mark.parametrize("name", OF_PEOPLE)
def test_pseudo_participants_are_called_so(name):
    start = "In pseudo-participants made from published figures, "
    assert spoken_words(name, pseudo_participants=True).startswith(start)
    assert "seudo" not in spoken_words(name)


@pytest.mark.parametrize("name", OF_STUDIES)
def test_published_figures_are_not_called_simulated(name):
    assert spoken_words(name, simulated=True) == spoken_words(name)
    assert spoken_words(name)


@pytest.mark.parametrize("name", TOLD)
def test_every_number_leads_to_a_row_that_exists(name):
    rows = spoken(name)
    sentence = SENTENCES[name](rows, labels(3))
    targets = re.findall(r'href="#r-([^"]+)"', sentence)
    assert targets
    assert {unquote(target) for target in targets} <= set(rows["id"])
    without = re.sub(r"<a .*?</a>", "", sentence)
    without = re.sub(r"&#\d+;|&#x\d+;", "", without)
    if name not in FIRST_CHAPTERS:
        without = re.sub(NAMES_OF_NUMBERS, "", without)
    assert not re.search(r"\d", without), without


DIRECTED = ("course_in_words", "falls", "received", "harms", "majority_in_words")
DIRECTED += ("relapse_in_words",)


@pytest.mark.parametrize("name", DIRECTED)
def test_an_interval_has_the_direction_of_its_value_in_words(name):
    assert "\N{MINUS SIGN}" not in spoken_words(name)
    assert re.search(r"interval.* (lower|fewer|more|later|earlier)\b|more\)", spoken_words(name))


@pytest.mark.parametrize("name", ["course_in_words", "received", "subgroups"])
def test_every_difference_that_other_sections_tell_too_is_named(name):
    told = spoken_words(name).partition("The differences at week")[2].partition("Other sections")[0]
    assert re.search(r"with resistance bands than with usual care and .*", told)
    assert "with free weights than with usual care" in told


@pytest.mark.parametrize("name", TOLD)
def test_no_sentence_speaks_of_significance_or_proof(name):
    assert not re.search(r"significan|\bprove|\bcaus|effective", spoken_words(name))


def test_one_person_is_a_person():
    alone = parse(
        """
        statistic measure arm        value n n_observed
        missing   age     usual_care 0     1 1
        missing   age     bands      0     2 2
        """,
        question="baseline",
        estimand=None,
    )
    words = "At the start there was 1 person in usual care and 2 people in resistance bands."
    assert said("baseline", *alone).startswith(words)
    change = row("change", -3.4, week=16, arm="barbell", n=1, n_observed=1)
    assert "1 person in the analysis" in said("for_statisticians", change, arms=1)
