"""Responders counted by hand: thresholds, missing scores, lasting responses, the curve."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analysis.plan.schema_questions import EventStrategy
from analysis.plan.schema_responders import Sustained
from analysis.stats.binary import counted, wilson
from analysis.stats.binary_score import miettinen_nurminen
from tests.spec.responder_people import (
    GAPS,
    PERCENT,
    POINTS,
    WHOLE,
    answer,
    place,
    responder_trial,
)


def near(percent):
    """But for rounding."""
    return pytest.approx(percent, abs=1e-9)


@pytest.fixture(scope="module")
def whole():
    return answer(responder_trial(sustained=Sustained(first=8, last=16)))


@pytest.fixture(scope="module")
def gaps():
    return answer(responder_trial(GAPS))


@pytest.mark.parametrize("handling", ["mar", "j2r", "non-responder", "observed cases"])
def test_with_nothing_missing_every_handling_counts_the_same(whole, handling):
    for threshold, care, bands in (("important", 30, 70), ("moderate", 20, 60)):
        level = f"{threshold}: {handling}, unadjusted"
        assert whole.loc[place("responder_percent", "care", level), "value"] == near(care)
        assert whole.loc[place("responder_percent", "bands", level), "value"] == near(bands)
        difference = whole.loc[place("responder_difference", "bands", level)]
        assert difference["value"] == pytest.approx(bands - care)


def test_unadjusted_intervals_are_the_score_intervals(whole):
    level = "important: non-responder, unadjusted"
    share = wilson(counted(3, 10))
    row = whole.loc[place("responder_percent", "care", level)]
    assert_allclose((row["lower"], row["upper"]), (100 * share.lower, 100 * share.upper))
    for statistic, scale, factor in (
        ("responder_difference", "difference", 100),
        ("responder_ratio", "ratio", 1),
    ):
        made = miettinen_nurminen(7, 10, 3, 10, scale=scale)
        row = whole.loc[place(statistic, "bands", level)]
        assert_allclose(
            (row["value"], row["lower"], row["upper"]),
            (factor * made.estimate, factor * made.lower, factor * made.upper),
            rtol=1e-9,
        )


def test_an_improvement_of_exactly_the_size_counts(whole):
    """B7 improved by 17 of 65, B3 by 20 of 45; C1's 20 of 50 is 40 percent, B5's 22 of 62 35.5."""
    exact = answer(
        responder_trial(
            thresholds=(replace(POINTS, value=17), replace(PERCENT, value=40)),
        )
    )
    level = "important: non-responder, unadjusted"
    assert exact.loc[place("responder_percent", "bands", level), "value"] == 70
    level = "moderate: non-responder, unadjusted"
    assert exact.loc[place("responder_percent", "care", level), "value"] == 20


def test_a_lasting_response_is_there_at_every_visit(whole):
    row = whole.loc[place("sustained_percent", "bands", "important: non-responder")]
    assert row["n"] == 10
    assert row["value"] == pytest.approx(50, abs=3)  # standardised for the baseline
    (first,) = whole[whole["statistic"].eq("sustained_from") & whole["level"].eq("important")].value
    assert first == 8


def test_standardised_shares_lie_near_the_plain_ones_and_say_how(whole):
    row = whole.loc[place("responder_difference", "bands", "important: mar")]
    assert row["value"] == pytest.approx(40, abs=6)
    assert "responds ~ baseline + arm" in row["method"]
    assert "as others of the same group" in row["method"]
    assert row["lower"] < row["value"] < row["upper"]
    assert (row["n"], row["n_observed"]) == (20, 20)


def test_people_without_a_score(gaps):
    """Of care C2 and C9, of bands B1 and B8; C2 and B1 would have responded."""
    for handling, care, bands, n in (("non-responder", 20, 60, 10), ("observed cases", 25, 75, 8)):
        level = f"important: {handling}, unadjusted"
        rows = [gaps.loc[place("responder_percent", arm, level)] for arm in ("care", "bands")]
        assert [row["value"] for row in rows] == [care, bands]
        assert [row["n"] for row in rows] == [n, n]
        assert [row["n_observed"] for row in rows] == [8, 8]


def test_imputed_shares_lie_between_nobody_and_everybody_of_the_missing(gaps):
    for arm, least, most in (("care", 20, 40), ("bands", 60, 80)):
        for handling in ("mar", "j2r"):
            row = gaps.loc[place("responder_percent", arm, f"important: {handling}, unadjusted")]
            assert least < row["value"] < most
            assert row["n"] == 10


def test_jumping_to_reference_does_not_help_the_programme(gaps):
    values = [
        gaps.loc[place("responder_percent", "bands", f"important: {h}, unadjusted"), "value"]
        for h in ("mar", "j2r")
    ]
    assert values[1] < values[0]


def test_chance_is_told_and_the_same_seed_gives_the_same_rows(gaps):
    error = gaps.loc[place("responder_difference_mc_error", "bands", "important: mar")]
    assert 0 < error["value"] < 3
    again = answer(responder_trial(GAPS))
    assert_allclose(again["value"].to_numpy(float), gaps["value"].to_numpy(float), rtol=0)


def test_the_number_needed_is_one_over_the_difference(gaps):
    difference = gaps.loc[place("responder_difference", "bands", "important: mar")]
    needed = gaps.loc[place("responder_nnt", "bands", "important: mar")]
    assert needed["value"] == pytest.approx(100 / difference["value"])
    assert needed["lower"] == pytest.approx(100 / difference["upper"])
    assert needed["upper"] == pytest.approx(100 / difference["lower"])


def test_the_curve_falls_and_meets_the_thresholds(gaps):
    for statistic, threshold, size in (("curve_points", "important", "15"),
                                       ("curve_percent", "moderate", "30")):  # fmt: skip
        for arm in ("care", "bands"):
            own = gaps[gaps["statistic"].eq(statistic) & gaps["arm"].eq(arm)]
            shares = own.set_index(own["level"].astype(float))["value"].sort_index()
            assert (np.diff(shares) <= 0).all()
            plain = gaps.loc[place("responder_percent", arm, f"{threshold}: mar, unadjusted")]
            assert shares[float(size)] == pytest.approx(plain["value"])


def test_higher_is_better_turns_the_direction():
    turned = WHOLE
    rows = [line.split() for line in turned.split("\n") if line]
    for row in rows[1:]:
        row[2:] = [str(100 - int(x)) for x in row[2:]]
    table = "\n".join(" ".join(row) for row in rows)
    made = answer(responder_trial(table, thresholds=(POINTS,), higher_is_better=True))
    row = made.loc[place("responder_percent", "bands", "important: mar, unadjusted")]
    assert row["value"] == near(70)


def test_whom_the_plan_calls_a_failure_does_not_respond_and_is_known():
    """B1 took up another treatment on day 20; at week 16 its score no longer counts."""
    failure = EventStrategy(event="other treatment", strategy="composite", counts_as="failure")
    trial = responder_trial(
        strategies={"other": failure}, events="person | event | day\nB1 | other treatment | 20"
    )
    made = answer(trial)
    for handling in ("mar", "non-responder", "observed cases"):
        level = f"important: {handling}, unadjusted"
        row = made.loc[place("responder_percent", "bands", level)]
        assert (row["value"], row["n"], row["n_observed"]) == (near(60), 10, 10)


def test_one_arm_alone_has_shares_and_no_comparison():
    table = "\n".join(line for line in WHOLE.split("\n") if "care" not in line)
    made = answer(responder_trial(table))
    assert not made["statistic"].str.contains("difference|ratio|nnt").any()
    row = made.loc[place("responder_percent", "bands", "important: mar, unadjusted")]
    assert row["value"] == near(70)


def test_another_week_is_marked_and_compared_there():
    made = answer(responder_trial(), week=8)
    row = made.loc[place("responder_difference", "bands", "important: mar, unadjusted", week=8)]
    assert row["value"] == near(40)  # B1 to B5 against C1
    assert not row["planned"]
