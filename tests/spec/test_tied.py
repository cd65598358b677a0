"""Effects of one trial: their covariance from the people they share, and one effect a trial."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.data.published import read_published
from analysis.errors import ModelError
from analysis.estimate.effects import derive
from analysis.estimate.pool import pool
from analysis.estimate.tied import covariance_of, one_a_trial, with_parts, without_loops
from analysis.plan.schema_evidence import Synthesis
from analysis.stats.synthesis.composite import one_a_study
from analysis.stats.synthesis.meta import meta
from analysis.stats.synthesis.meta_levels import meta_levels
from tests.house.tree import ROOT

PUBLISHED = read_published(Path(ROOT))


def rows(*keys: str, scale: str = "md_100") -> pd.DataFrame:
    """Effects on file with what each group adds to their variances."""
    table = PUBLISHED.effects
    chosen = table.set_index("row_id", drop=False).loc[list(keys)].reset_index(drop=True)
    return with_parts(derive(chosen, scale), derive(table, scale), scale)


def against(*comparators: str, **more: object) -> Synthesis:
    """A synthesis on a scale of 0 to 100."""
    given = {"label": "x", "measure": "pain_100", "effect": "md_100"}
    return Synthesis(**(given | {"comparators": comparators} | more))


def test_two_doses_against_one_control_count_the_control_once():
    """By hand: the doses weigh by their own precision, and the control's variance comes on top."""
    p1, p2, c = 0.04, 0.06, 0.05
    V = np.array([[p1 + c, c], [c, p2 + c]])
    made = one_a_study(np.array([-1.0, -2.0]), V, ["a", "a"])
    assert made.share == pytest.approx([0.6, 0.4])
    assert made.effect == pytest.approx([-1.4])
    assert made.variance == pytest.approx([1 / (1 / p1 + 1 / p2) + c])


def test_contrasts_that_follow_from_each_other_are_refused():
    V = np.array([[2.0, 1, 1], [1, 2, -1], [1, -1, 2]])
    with pytest.raises(ModelError, match="follow from each other"):
        one_a_study(np.zeros(3), V, ["a"] * 3)


def test_covariance_is_the_one_that_the_third_printed_difference_leaves():
    """Var(motor - sling) = Var(motor - general) + Var(sling - general) - 2 cov, as printed."""
    two = rows("unsgaard2010_sli_gen_w8", "unsgaard2010_mot_gen_w8")
    third = rows("unsgaard2010_mot_sli_w8")["se"].iloc[0] ** 2
    V = covariance_of(two)
    assert V[0, 0] + V[1, 1] - 2 * V[0, 1] == pytest.approx(third, rel=1e-9)
    assert V[0, 1] > 0


def test_a_group_that_changes_sides_ties_with_a_minus():
    """Vincent 2014, lumbar extension: 2.6^2 / 18 on a scale of 10, minus where it is subtracted."""
    V = covariance_of(rows("vincent2014_TOTRX_LEXT", "vincent2014_LEXT_CON"))
    assert V[0, 1] == pytest.approx(-100 * 2.6**2 / 18, rel=1e-9)
    same = covariance_of(rows("vincent2014_TOTRX_CON", "vincent2014_LEXT_CON"))
    assert same[0, 1] == pytest.approx(100 * 2.4**2 / 14, rel=1e-9)


def test_two_age_groups_against_one_control_are_one_trial():
    """Jackson 2011: 45 men in three groups; 1/15 and g g' / 2N (Gleser and Olkin)."""
    two = rows("tataryn_pain_jackson2011_ma", "tataryn_pain_jackson2011_oa", scale="smd")
    assert two["trial_key"].nunique() == 1
    V = covariance_of(two)
    assert V[0, 1] == pytest.approx(1 / 15 + 0.92 * 0.91 / (2 * 45), rel=1e-9)


def test_people_decide_where_the_differences_do_not():
    """Two doses alone: half of the variance is the control's where all groups are as large."""
    file = PUBLISHED.effects[PUBLISHED.effects["row_id"].isin(["miyamoto2018_pg1_vs_booklet"])]
    told = derive(file.reset_index(drop=True), "md_100")
    made = with_parts(told, told, "md_100").iloc[0]
    assert made["part_comparator"] == pytest.approx(made["se"] ** 2 / 2)
    fewer = told.assign(n_control=37)
    made = with_parts(fewer, fewer, "md_100").iloc[0]
    assert made["part_comparator"] == pytest.approx(made["se"] ** 2 * 2 / 3)


def test_what_follows_from_other_effects_of_a_trial_is_told_and_left_out():
    three = ["mot_sli", "sli_gen", "mot_gen"]
    table = rows(*(f"unsgaard2010_{key}_w8" for key in three))
    kept, closing = without_loops(table)
    assert list(closing["row_id"]) == ["unsgaard2010_mot_sli_w8"]
    assert set(kept["group_comparator"]) == {"general"}
    # Nothing is lost: minus ten is minus three and minus seven.
    effect = table.set_index("row_id")["effect"]
    assert effect.iloc[2] == pytest.approx(effect.iloc[0] + effect.iloc[1])
    pooled = pool(PUBLISHED, "x", against("other exercise"))
    reasons = pooled.effects.left_out.set_index("row_id")["reason"]
    assert "already compare" in reasons["unsgaard2010_mot_sli_w8"]
    assert (len(pooled.effects.rows), pooled.trials) == (5, 4)


def test_one_effect_a_trial_gives_the_model_of_all_effects_with_their_covariance():
    """REML of the composites is REML of all rows with V and one true effect a trial."""
    table = pool(PUBLISHED, "x", against("other exercise")).effects.rows
    by_trial, _ = one_a_trial(table)
    small = meta("effect ~ 1", by_trial, se="se", test="z")
    V = covariance_of(table)
    wide = meta_levels(
        "effect ~ 1", table, nested=["trial_key"], se="se", covariance=V, robust=None, test="z"
    )
    one, two = small.coefficients.iloc[0], wide.coefficients.iloc[0]
    assert one["estimate"] == pytest.approx(two["estimate"], rel=1e-6)
    assert one["se"] == pytest.approx(two["se"], rel=1e-6)
    tau2 = small.heterogeneity.set_index("statistic").loc["tau2", "value"]
    assert tau2 == pytest.approx(wide.variances()["variance"].iloc[0], rel=1e-5)


def test_weights_of_effects_add_up_and_trials_carry_the_pool():
    made = pool(PUBLISHED, "x", against("education/minimal"))
    assert made.weights.sum() == pytest.approx(100)
    value = (made.weights * made.effects.rows["effect"]).sum() / 100
    assert value == pytest.approx(made.fit.coefficients["estimate"].iloc[0])


def test_a_trial_whose_groups_are_not_told_is_refused():
    two = rows("miyamoto2018_pg1_vs_booklet", "miyamoto2018_pg2_vs_booklet")
    with pytest.raises(ModelError, match="which people they share is not told"):
        covariance_of(two.assign(group_comparator=pd.NA))


def test_intervals_that_no_groups_can_have_are_refused():
    file = PUBLISHED.effects.copy()
    wide = file["row_id"] == "unsgaard2010_mot_sli_w8"
    file.loc[wide, ["ci_low", "ci_high"]] = [-9.0, 9.0]
    told = derive(file, "md_100")
    with pytest.raises(ModelError, match="fit no groups"):
        with_parts(told, told, "md_100")
