"""Comparisons in the plan's families: adjusted p values and intervals that hold together."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from analysis.errors import ModelError
from analysis.estimate import estimate
from analysis.plan.schema_multiplicity import Family
from analysis.result import to_frame
from analysis.show.link import plain
from analysis.show.sentences import SENTENCES
from analysis.show.tables import TABLES
from analysis.stats.multiple import serial
from tests.spec.show_rows import labels
from tests.spec.small_trial import small_trial


def three_arms(n: int = 8, weeks: tuple[int, ...] = (8, 16), seed: int = 5, gone: str = "") -> str:
    """Invented people in three arms; nobody missing but one arm at one week (`weights w8`)."""
    rng = np.random.default_rng(seed)
    lines = ["person arm w0 " + " ".join(f"w{week}" for week in weeks)]
    effects = {"usual_care": 0, "bands": -6, "free_weights": -10}
    for arm, effect in effects.items():
        for i in range(n):
            start = rng.normal(55, 10)
            scores = start - 5 + effect * np.array(weeks) / 16 + rng.normal(0, 6, len(weeks))
            told = [
                "." if gone == f"{arm} w{week}" else f"{score:.1f}"
                for week, score in zip(weeks, scores, strict=True)
            ]
            lines.append(f"{arm}{i} {arm} {start:.1f} {' '.join(told)}")
    return "\n".join(lines)


def rows_of(*families: Family, text: str | None = None, **plan):
    trial = small_trial(text or three_arms(), multiplicity=families, **plan)
    return to_frame(estimate(trial, "primary", chapter="03_week_16")).set_index("id")


def told(rows, arm: str, week: int = 16):
    return rows.loc[f"primary.difference_adjusted.pain_vas.week{week}.{arm}"]


def plain_p(rows, arm: str, week: int = 16) -> float:
    return rows.loc[f"primary.difference.pain_vas.week{week}.{arm}", "p"]


ARMS = ("bands", "free_weights")


def test_no_family_no_row():
    assert not (rows_of()["statistic"] == "difference_adjusted").any()


@pytest.mark.parametrize("adjust", ["holm", "hochberg", "fixed sequence", "simultaneous"])
def test_estimates_stay_and_p_values_grow(adjust):
    rows = rows_of(Family(adjust=adjust))
    for arm in ARMS:
        alone = rows.loc[f"primary.difference.pain_vas.week16.{arm}"]
        among = told(rows, arm)
        assert_array_equal(among[["value", "se", "df"]], alone[["value", "se", "df"]])
        assert among["p"] >= alone["p"]
        assert among["comparator"] == "usual_care"
        assert among["planned"]


def test_holm_and_a_fixed_sequence_by_hand():
    holm, ordered = rows_of(Family(adjust="holm")), rows_of(Family(adjust="fixed sequence"))
    p = np.array([plain_p(holm, arm) for arm in ARMS])
    by_hand = np.where(p == p.min(), 2 * p.min(), np.maximum(p.max(), 2 * p.min()))
    assert_allclose([told(holm, arm)["p"] for arm in ARMS], by_hand)
    assert_allclose([told(ordered, arm)["p"] for arm in ARMS], np.maximum.accumulate(p))
    turned = rows_of(Family(adjust="fixed sequence", arms=("free_weights", "bands")))
    expected = np.maximum.accumulate(p[::-1])[::-1]
    assert_allclose([told(turned, arm)["p"] for arm in ARMS], expected)


def test_two_programmes_against_one_comparator_are_dunnetts():
    """No covariate, one week, equal arms: Dunnett's test, whose p scipy has."""
    rows = rows_of(Family(adjust="simultaneous"), text=three_arms(weeks=(16,)), covariates=())
    change = {}
    for line in three_arms(weeks=(16,)).splitlines()[1:]:
        _, arm, start, end = line.split()
        change.setdefault(arm, []).append(round(float(end) - float(start), 6))
    expected = stats.dunnett(
        *(change[arm] for arm in ARMS), control=change["usual_care"], random_state=1
    )
    interval = expected.confidence_interval(0.95)
    for place, arm in enumerate(ARMS):
        row = told(rows, arm)
        assert row["value"] == pytest.approx(np.mean(change[arm]) - np.mean(change["usual_care"]))
        assert row["p"] == pytest.approx(expected.pvalue[place], abs=2e-3)
        assert row["lower"] == pytest.approx(interval.low[place], abs=0.05)
        assert row["upper"] == pytest.approx(interval.high[place], abs=0.05)
        alone = rows.loc[f"primary.difference.pain_vas.week16.{arm}"]
        assert row["lower"] < alone["lower"] < alone["upper"] < row["upper"]


def test_only_simultaneous_families_have_intervals_that_hold_together():
    rows = rows_of(Family(adjust="holm"))
    assert np.isnan(told(rows, "bands")["lower"])
    gated = rows_of(Family(adjust="holm"), Family(adjust="simultaneous", weeks=(8,)))
    assert np.isnan(told(gated, "bands", 8)["lower"])


def test_a_later_family_waits_for_the_earlier_one():
    rows = rows_of(Family(adjust="holm"), Family(adjust="hochberg", weeks=(8,)))
    gate = max(told(rows, arm)["p"] for arm in ARMS)
    alone = rows_of(Family(adjust="hochberg", weeks=(16, 8)))
    for arm in ARMS:
        assert told(rows, arm, 8)["p"] >= max(gate, plain_p(rows, arm, 8))
    assert told(alone, "bands", 8)["method"] == "Hochberg, 4 comparisons"
    assert told(rows, "bands", 8)["method"] == (
        "Hochberg, 2 comparisons; family 2 of 2, tested in order"
    )


@pytest.mark.parametrize(
    ("families", "expected"),
    [
        ([[0.01, 0.02]], [[0.01, 0.02]]),
        ([[0.01, 0.02], [0.001, 0.4]], [[0.01, 0.02], [0.02, 0.4]]),
        ([[0.2], [0.01], [0.3]], [[0.2], [0.2], [0.3]]),
    ],
)
def test_serial_gates_by_hand(families, expected):
    for ours, theirs in zip(serial([np.array(f) for f in families]), expected, strict=True):
        assert_allclose(ours, theirs)


def test_gates_keep_the_chance_of_a_false_claim():
    """Nothing is true, three families of two independent p values: at most 5 % claim anything."""
    rng = np.random.default_rng(8)
    p = rng.random((20_000, 3, 2))
    smallest = np.minimum(1, 2 * p.min(axis=2))
    false = [
        any((family <= 0.05).any() for family in serial([np.array([a]) for a in row]))
        for row in smallest
    ]
    assert np.mean(false) < 0.05 + 3 * np.sqrt(0.05 * 0.95 / len(p))


def test_with_ancova_first_a_family_is_of_its_week():
    rows = rows_of(Family(adjust="simultaneous"), methods=("ancova",))
    assert told(rows, "bands")["p"] > plain_p(rows, "bands")


def test_a_comparison_that_the_data_do_not_allow():
    family = Family(adjust="holm", weeks=(16, 26))
    with pytest.raises(ModelError, match="bands at week 26"):
        rows_of(family)


def test_the_table_and_the_statisticians_sentence_tell_it():
    rows = rows_of(Family(adjust="simultaneous")).reset_index()
    page = TABLES["differences"](rows, labels()).as_raw_html()
    assert "Adjusted p" in page
    assert "Simultaneous interval" in page
    assert "primary.difference_adjusted.pain_vas.week16.bands" in page
    sentence = plain(SENTENCES["for_statisticians"](rows, labels()))
    assert sentence.count("Adjusted for several comparisons (multivariate t, 2 comparisons)") == 2
    assert "simultaneous 95 % interval" in sentence.replace("\N{NO-BREAK SPACE}", " ")
    bare = rows_of(Family(adjust="holm")).reset_index()
    assert "Simultaneous" not in TABLES["differences"](bare, labels()).as_raw_html()
    none = rows_of().reset_index()
    assert "Adjusted p" not in TABLES["differences"](none, labels()).as_raw_html()
    assert "Adjusted" not in SENTENCES["for_statisticians"](none, labels())
