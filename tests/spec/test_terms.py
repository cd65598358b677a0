"""The crosswalk between our column names and those of CDISC ADaM goes both ways."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analysis.terms import ADAM, PLAIN, SIMULATED_NOTE, from_adam, to_adam


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


def test_the_note_on_simulated_data_says_that_nobody_was_treated() -> None:
    assert SIMULATED_NOTE.startswith("Simulated data")
