"""The crosswalk between our column names and those of CDISC ADaM goes both ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.terms import (
    ADAM,
    PLAIN,
    PSEUDO_PARTICIPANTS_NOTE,
    SIMULATED_NOTE,
    from_adam,
    to_adam,
)
from tests.spec.show_rows import labels


def test_the_crosswalk() -> None:
    plain = ["participant", "arm", "visit", "week", "measure", "value", "baseline", "change"]
    adam = ["USUBJID", "TRT01P", "AVISIT", "AVISITN", "PARAMCD", "AVAL", "BASE", "CHG"]
    assert to_adam(plain) == adam
    assert from_adam(adam) == plain


def test_no_two_of_our_names_become_one() -> None:
    assert len(set(ADAM.values())) == len(ADAM)
    assert {v: k for k, v in PLAIN.items()} == ADAM


def test_other_names_stay_as_they_are() -> None:
    assert to_adam(["site", "change"]) == ["site", "CHG"]
    assert from_adam(["SITE", "CHG"]) == ["SITE", "change"]


@given(st.lists(st.sampled_from([*ADAM, "site", "age"])))
def test_there_and_back_is_the_same(columns: list[str]) -> None:
    assert from_adam(to_adam(columns)) == columns


@pytest.mark.parametrize(
    ("made", "stamp", "note", "start"),
    [
        ({}, "", "", ""),
        ({"simulated": True}, "Simulated data", SIMULATED_NOTE, "In simulated data"),
        (
            {"pseudo_participants": True},
            "Pseudo-participants",
            PSEUDO_PARTICIPANTS_NOTE,
            "In pseudo-participants made from published figures",
        ),
    ],
)
def test_what_shows_that_rows_are_no_real_people(made, stamp, note, start) -> None:
    words = labels(**made)
    assert (words.stamp, words.note, words.start) == (stamp, note, start)


def test_the_notes_say_that_nobody_was_treated() -> None:
    assert SIMULATED_NOTE.startswith("Simulated data")
    assert "not treated" in SIMULATED_NOTE
    assert PSEUDO_PARTICIPANTS_NOTE.startswith("Pseudo-participants")
    assert "not real people" in PSEUDO_PARTICIPANTS_NOTE
