"""Tataryn et al. 2021, Sports Medicine Open 7:17, Table 5, by the road of the chapter.

The review pooled in RevMan, whose random effects are those of DerSimonian and Laird, and took both
age groups of Jackson 2011 as independent: `as_reviewed` does the same, beside the project's own
pool of eight trials. The review prints the effects of single trials with two digits, and from
rounded effects a printed result can be missed by the last of them: so it is at the lower end of the
programmes of 6 to 8 weeks, -0.5657 here and -0.56 there. That end lies inside what the rounding of
the effects allows, which is tested.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from analysis.data.store import load_trial
from analysis.estimate.estimators import estimate
from analysis.estimate.pool import as_reviewed, pool
from analysis.plan.read import read_plan
from analysis.result.record import to_frame
from analysis.show.numbers import fixed
from analysis.stats.synthesis.pooled import pooled
from tests.house.tree import ROOT

# Table 5: SMD with its 95 % interval, by the key of our synthesis.
PRINTED = {
    "pain_all": ("−0.41", "−0.72", "−0.10"),
    "pain_short": ("−0.26", "−0.56", "0.05"),
    "pain_long": ("−0.61", "−1.21", "0.00"),
    "disability_short": ("−0.15", "−0.46", "0.16"),
}
MISSED = {("pain_short", "lower"): "−0.57"}
ENDS = ("value", "lower", "upper")


@pytest.fixture(scope="module")
def trial():
    return load_trial(read_plan(ROOT / "plans" / "evidence.yaml"), ROOT)


@pytest.fixture(scope="module")
def rows(trial):
    return to_frame(estimate(trial, "resistance", chapter="10_evidence"))


def of(rows, statistic, key):
    """The one row of a statistic of a synthesis."""
    (found,) = rows[(rows["statistic"] == statistic) & (rows["level"] == key)].itertuples()
    return found


@pytest.mark.parametrize("key", PRINTED)
@pytest.mark.parametrize("end", ENDS)
def test_pools_print_as_published(rows, key, end):
    printed = MISSED.get((key, end), PRINTED[key][ENDS.index(end)])
    assert fixed(getattr(of(rows, "as_reviewed", key), end), 2) == printed


@pytest.mark.parametrize("key", PRINTED)
def test_the_printed_result_stands_beside(rows, key):
    target = of(rows, "target", key)
    assert tuple(fixed(getattr(target, end), 2) for end in ENDS) == PRINTED[key]
    assert "10.1186/s40798-021-00306-w" in target.method


def test_heterogeneity_of_the_longer_programmes_as_in_the_abstract(trial):
    made = pool(trial.published, "pain_long", trial.plan.syntheses["pain_long"])
    table = as_reviewed(made.effects.rows).heterogeneity.set_index("statistic")
    assert fixed(100 * table.loc["i2", "value"], 0) == "74"


def test_the_own_pool_counts_the_control_of_jackson_once(rows):
    """Eight articles, as the review's abstract has it, with nine comparisons."""
    whole = of(rows, "pooled", "pain_all")
    assert (whole.n, whole.n_observed) == (9, 8)
    two = rows[(rows["statistic"] == "effect") & rows["level"].str.contains("pain_all:.*jackson")]
    tied = of(rows, "trial_effect", "pain_all:jackson2011")
    assert tied.value == pytest.approx(-0.915)
    assert two["se"].min() / np.sqrt(2) < tied.se < two["se"].min()


def test_the_missed_end_lies_within_the_rounding_of_the_effects():
    """Each printed figure stands for half a digit to either side; their corners reach -0.56."""
    lower = np.array([-0.60, -1.21, -0.85, -1.34])
    upper = np.array([0.34, 0.56, 0.25, 0.34])
    value = np.array([-0.13, -0.33, -0.30, -0.50])
    ends = []
    for shift in product((-0.0049, 0.0049), repeat=4):
        se = (upper - lower) / (2 * 1.959964)
        fit = pooled(value + np.array(shift), se**2, method="dl", test="z")
        ends.append(float(fit.lower[0]))
    assert fixed(max(ends), 2) == "−0.56"
    assert fixed(min(ends), 2) == "−0.57"


def test_longer_against_shorter_is_open(rows):
    """As reviewed -0.35 (-1.03 to 0.33), and wider with Jackson's control counted once."""
    gap = of(rows, "pooled_difference", "pain_long minus pain_short")
    assert gap.lower < 0 < gap.upper
    long, short = (of(rows, "as_reviewed", key) for key in ("pain_long", "pain_short"))
    half = 1.959964 * np.hypot(long.se, short.se)
    value = long.value - short.value
    printed = [fixed(each, 2) for each in (value, value - half, value + half)]
    assert printed == ["−0.35", "−1.03", "0.33"]
    assert gap.upper - gap.lower > 2 * half


def test_a_fixed_effect_does_not_give_the_published_result(rows):
    effects = rows[(rows["statistic"] == "effect") & rows["level"].str.startswith("pain_long:")]
    fit = pooled(
        effects["value"].to_numpy(), effects["se"].to_numpy() ** 2, method="fixed", test="z"
    )
    assert fixed(float(fit.beta[0]), 2) != "−0.61"
