"""Effects on one scale, derived from what a source prints, and what is left out with its reason."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.data.published import read_published
from analysis.errors import ModelError, PlanError
from analysis.estimate.effects import derive, effects_of
from analysis.estimate.pool import pool
from analysis.plan.schema_evidence import Synthesis
from tests.house.tree import ROOT

PUBLISHED = read_published(ROOT)
# What the table holds was rounded to four digits after the point.
DIGITS = 5e-4


def row(**told: object) -> pd.DataFrame:
    """One row of published effects of which only this is printed."""
    return PUBLISHED.effects.head(0).reindex([0]).assign(**told)


@pytest.mark.parametrize(("scale", "column"), [("md_100", "md_0_100"), ("smd", "smd")])
def test_every_effect_is_derived_as_the_table_derived_it(scale, column):
    made = derive(PUBLISHED.effects, scale)
    told = PUBLISHED.effects[column].notna()
    assert told.sum() > 20
    assert made.loc[told, "effect"].sub(PUBLISHED.effects.loc[told, column]).abs().max() < DIGITS
    se = PUBLISHED.effects.loc[told, f"{column}_se"]
    # Some standard errors of differences were printed with three digits.
    assert (made.loc[told, "se"] - se).abs().max() < 6e-4
    assert made.loc[~told, "effect"].isna().all()
    assert made.loc[told, "derivation"].str.len().gt(10).all()


def test_arms_give_a_difference_on_a_scale_of_100():
    arms = {"mean_e": 2.5, "sd_e": 1.0, "n_exercise": 25, "mean_c": 4.0, "sd_c": 2.0}
    made = derive(row(**arms, n_control=16, scale_max=10.0), "md_100").iloc[0]
    assert made["effect"] == pytest.approx(-15)
    assert made["se"] == pytest.approx(10 * np.sqrt(1 / 25 + 4 / 16))


def test_a_printed_interval_is_shown_as_printed():
    told = {"effect_measure": "MD raw scale", "estimate": -1.0, "ci_low": -1.9, "ci_high": -0.2}
    made = derive(row(**told, scale_max=10.0), "md_100").iloc[0]
    assert (made["effect"], made["lower"], made["upper"]) == (-10, -19, -2)
    assert made["se"] == pytest.approx(17 / (2 * 1.959964), rel=1e-6)


def test_a_scale_of_unknown_length_gives_no_difference():
    told = {"effect_measure": "MD raw scale", "estimate": -1.0, "ci_low": -1.9, "ci_high": -0.2}
    assert np.isnan(derive(row(**told), "md_100").iloc[0]["effect"])


def against(*comparators: str, **more: object) -> Synthesis:
    """A synthesis of what was compared with these."""
    given = {"label": "x", "measure": "pain_100", "effect": "md_100"}
    return Synthesis(**(given | {"comparators": comparators} | more))


def test_flagged_rows_and_rows_within_an_arm_stay_out_with_their_reason():
    found = effects_of(PUBLISHED, "passive", against("education/minimal", "within-arm"))
    assert set(found.rows["comparator_type"]) == {"education/minimal"}
    assert found.rows["quality_flag"].isna().all()
    reasons = found.left_out["reason"].value_counts()
    assert reasons["measured 8 weeks after the programme ended"] == 1
    assert reasons.filter(like="no effect between arms").sum() > 5


def test_a_flagged_row_enters_where_the_plan_names_it():
    named = against(rows=("areeudomwong2017",), comparators=())
    assert len(effects_of(PUBLISHED, "one", named).rows) == 1


def test_rows_keep_the_order_of_the_plan():
    keys = ("tataryn_pain_suh2019", "tataryn_pain_aasa2015")
    named = against(rows=keys, comparators=(), effect="smd")
    assert tuple(effects_of(PUBLISHED, "two", named).rows["row_id"]) == keys


@pytest.mark.parametrize(
    ("synthesis", "place"),
    [
        (against(rows=("nobody2000",), comparators=()), "syntheses.s.rows"),
        (against("nothing at all"), "syntheses.s.comparators"),
    ],
)
def test_what_the_table_does_not_have_is_refused(synthesis, place):
    with pytest.raises(PlanError, match=place):
        effects_of(PUBLISHED, "s", synthesis)


def test_nothing_to_pool_is_an_error_that_says_why():
    with pytest.raises(ModelError, match="no effect between arms"):
        pool(PUBLISHED, "s", against("within-arm"))


def test_a_row_that_changes_changes_the_pool():
    named = against(rows=("tataryn_pain_suh2019", "tataryn_pain_aasa2015"), effect="smd")
    named = replace(named, comparators=())
    effects = PUBLISHED.effects.copy()
    effects.loc[effects["row_id"] == "tataryn_pain_suh2019", ["estimate", "ci_low", "ci_high"]] += 1
    moved = pool(replace(PUBLISHED, effects=effects), "s", named)
    before = pool(PUBLISHED, "s", named)
    gone = moved.fit.coefficients["estimate"] - before.fit.coefficients["estimate"]
    assert gone.iloc[0] > 0.1
