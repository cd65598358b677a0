"""Data that cannot carry a repeated-measures model are refused with advice."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ModelError, UsageError
from analysis.stats.mmrm import mmrm


@pytest.fixture
def table() -> pd.DataFrame:
    """Forty invented people, two arms, three visits; nothing missing."""
    rng = np.random.default_rng(11)
    people = np.repeat(np.arange(40), 3)
    level = rng.normal(50, 10, 40)[people]
    return pd.DataFrame(
        {
            "who": people,
            "arm": pd.Categorical(np.where(people < 20, "control", "bands"), ["control", "bands"]),
            "week": np.tile([4, 8, 16], 40),
            "baseline": level,
            "y": level + rng.normal(0, 5, 120),
        }
    )


def fit(table, formula="y ~ baseline + arm * week", **more):
    return mmrm(formula, table, subject="who", visit="week", **more)


def refused(kind, table, *words, **more):
    with pytest.raises(kind) as caught:
        fit(table, **more)
    text = str(caught.value)
    for word in words:
        assert word in text
    assert caught.value.do or caught.value.where
    return text


def test_the_table_itself_is_fine(table):
    assert fit(table).n_participants == 40


def test_no_outcome_at_all(table):
    refused(ModelError, table.assign(y=np.nan), "nothing to fit", "column y")


def test_one_participant(table):
    refused(ModelError, table.assign(who=1).iloc[:3], "Only one participant", formula="y ~ 1")


def test_fewer_outcomes_than_coefficients(table):
    kept = table.groupby("arm", observed=True).head(3)
    refused(ModelError, kept, "6 outcomes cannot carry 7 coefficients")


def test_arm_never_seen_at_a_visit_names_the_columns(table):
    gap = (table["arm"] == "bands") & (table["week"] == 16)
    refused(ModelError, table[~gap], "cannot be told apart", "arm[T.bands]:week[T.16]")


def test_reference_arm_never_seen_at_a_visit_names_the_columns(table):
    gap = (table["arm"] == "control") & (table["week"] == 16)
    refused(ModelError, table[~gap], "sums of earlier columns", "arm[T.bands]:week[T.16]")


def test_copied_covariate_is_named(table):
    copied = table.assign(again=2 * table["baseline"] + 1)
    refused(ModelError, copied, "again", formula="y ~ baseline + again + arm * week")


def test_visits_never_seen_together(table):
    early = table["who"] % 2 == 0
    apart = table[np.where(early, table["week"] != 16, table["week"] == 16)]
    refused(ModelError, apart, "4 and 16; 8 and 16", "Use a structure")


def test_duplicate_rows_name_the_row_not_the_person(table):
    double = pd.concat([table, table.iloc[[4]].set_axis([999])])
    text = refused(ModelError, double, "1 rows repeat", "999")
    assert str(table["y"].iloc[4])[:6] not in text


@pytest.mark.parametrize("formula", ["y ~ 1", "y ~ week", "y ~ baseline + arm * week"])
def test_constant_outcome(table, formula):
    refused(ModelError, table.assign(y=3.0), "does not vary", formula=formula)


def test_outcome_explained_by_a_covariate(table):
    refused(ModelError, table.assign(y=2 * table["baseline"]), "does not vary")


def test_a_visit_that_copies_another_makes_sigma_singular(table):
    wide = table.pivot(index="who", columns="week", values="y")
    copied = table.assign(y=np.where(table["week"] == 8, wide[4].loc[table["who"]], table["y"]))
    refused(ModelError, copied, "singular", "fewer parameters", formula="y ~ week")


def test_too_few_participants_for_the_visits(table):
    refused(ModelError, table[table["who"] < 3], "singular", formula="y ~ week")


@pytest.mark.parametrize("bad", [0.0, -1.0, np.inf])
def test_weights_must_be_positive(table, bad):
    weights = np.ones(len(table))
    weights[7] = bad
    refused(ModelError, table, "1 weights are not positive", weights=weights)


def test_missing_weights_are_named(table):
    holes = table.assign(w=np.where(table["who"] == 3, np.nan, 1.0))
    refused(ModelError, holes, "w (3 rows)", weights="w")


def test_one_weight_a_row(table):
    refused(UsageError, table, "one number a row", weights=[1.0, 2.0])


def test_missing_covariate_beside_an_outcome(table):
    holes = table.assign(baseline=table["baseline"].where(table["who"] != 5))
    refused(ModelError, holes, "baseline (3 rows)", "on purpose")


def test_missing_participant(table):
    refused(ModelError, table.assign(who=table["who"].where(table["who"] != 5)), "who (3 rows)")


def test_infinite_outcome(table):
    table.loc[3, "y"] = np.inf
    refused(ModelError, table, "not finite")


def test_text_column_shows_how_to_declare_levels(table):
    text = table.assign(arm=table["arm"].astype(str))
    refused(UsageError, text, "levels are not declared", 'pd.Categorical(data["arm"]')


def test_text_visits_show_how_to_declare_their_order(table):
    text = table.assign(week="week " + table["week"].astype(str))
    refused(UsageError, text, "levels are not declared", "week")


def test_a_factor_made_inside_the_formula(table):
    refused(UsageError, table, "makes a factor inside", formula="y ~ C(baseline) + week")


def test_reference_level_that_occurs_nowhere(table):
    refused(ModelError, table[table["arm"] == "bands"], "reference level of arm", formula="y ~ arm")


def test_other_unused_levels_are_no_obstacle(table):
    more = table.assign(arm=table["arm"].cat.add_categories(["machines"]))
    assert fit(more).design.factors["arm"] == ("control", "bands")


def test_a_level_without_any_outcome(table):
    silent = table.assign(y=table["y"].where(table["week"] != 8))
    refused(ModelError, silent, "No row of week 8 has an outcome")


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"covariance": "wishful"}, "us (unstructured covariance)"),
        ({"df": "infinite"}, "satterthwaite"),
        ({"vcov": "small"}, "asymptotic"),
        ({"vcov": "empirical"}, "df='satterthwaite'"),
        ({"reml": False}, "df='satterthwaite'"),
        ({"group": "baseline"}, "pd.Categorical"),
        ({"formula": "y ~ baseline +"}, "cannot be read"),
        ({"formula": "arm * week"}, "one outcome on its left"),
        ({"formula": "y ~ age"}, "no column age"),
        ({"formula": "y ~ nonsense(baseline)"}, "'nonsense' is not defined"),
        ({"formula": "y ~ poly(arm, 2)"}, "cannot be worked out"),
    ],
)
def test_wrong_arguments_name_what_is_at_hand(table, more, word):
    refused(UsageError, table, word, **more)


def test_group_that_changes_within_a_participant(table):
    mixed = table.assign(g=pd.Categorical(np.where(table["week"] == 4, "a", "b"), ["a", "b"]))
    refused(ModelError, mixed, "changes within a participant", group="g")


def test_visits_never_seen_together_in_one_group(table):
    early = (table["who"] % 2 == 0) | (table["arm"] == "control")
    apart = table[np.where(early, table["week"] != 16, table["week"] == 16)]
    whole = pd.concat([apart, table[(table["arm"] == "control") & (table["week"] == 16)]])
    refused(ModelError, whole, "4 and 16 in bands", group="arm", formula="y ~ week")


def test_a_structure_in_time_needs_times(table):
    named = table.assign(week=pd.Categorical("w" + table["week"].astype(str), ["w4", "w8", "w16"]))
    refused(UsageError, named, "needs visits that are numbers", covariance="sp_exp")


def test_one_visit_has_no_correlation(table):
    one = table[table["week"] == 4]
    refused(ModelError, one, "some covariance parameters", covariance="ar1", formula="y ~ arm")


def test_a_coefficient_of_one_participant_has_no_jackknife(table):
    lone = table.assign(odd=(table["who"] == 7).astype(float))
    made = fit(lone, "y ~ week + odd", df="satterthwaite", vcov="jackknife")
    with pytest.raises(ModelError, match="alone informs"):
        made.ls_means("week")


@pytest.mark.parametrize(
    ("ask", "word"),
    [
        (lambda f: f.ls_means("sex"), "arm, week"),
        (lambda f: f.ls_means("arm", by="arm"), "different factors"),
        (lambda f: f.ls_means("arm", weights="some"), "proportional, equal"),
        (lambda f: f.ls_means("arm", at={"height": 1}), "baseline"),
        (lambda f: f.ls_means("arm", level=95), "between 0 and 1"),
        (lambda f: f.contrasts("arm", reference="machines"), "control, bands"),
        (lambda f: f.contrast({"arm": 1}), "arm[T.bands]"),
        (lambda f: f.contrast([1, 2]), "one finite weight"),
        (lambda f: f.residuals("odd"), "marginal, normalised"),
        (lambda f: f.joint_test(np.ones((2, 7))), "repeat each other"),
        (lambda f: f.using(df="z"), "satterthwaite"),
    ],
)
def test_wrong_questions_to_a_fit_name_what_is_at_hand(table, ask, word):
    made = fit(table)
    with pytest.raises(UsageError) as caught:
        ask(made)
    assert word in str(caught.value)
