"""An arm that nobody saw after the start: the others are answered without it, and it is named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ModelError
from analysis.estimate.estimators import estimate
from analysis.plan.labels import labels_of
from analysis.plan.schema_course import Durability
from analysis.plan.schema_questions import Treatments
from analysis.result.record import to_frame
from analysis.show.descriptions import DESCRIPTIONS
from analysis.show.link import plain
from analysis.show.sentences import SENTENCES
from analysis.show.tables import TABLES
from analysis.show.unknown import unavailable
from tests.spec.long_trial import long_trial, question

KINDS = ("course", "durability", "majority")
ASKED = {
    "course": question("course"),
    "durability": question(
        "durability", covariates=("baseline",), durability=Durability(weeks=(52, 104), samples=30)
    ),
    "majority": question("majority"),
}
SAID = "Nobody in bands has a score after the start"


def trial_without(arm: str, *, column: str | None = None):
    """Three arms; of one there is a start and nothing later (or a column of it is empty)."""
    trial = long_trial(arms=("usual", "weights", "bands"), **ASKED)
    visits = trial.visits.copy()
    empty = ["value", "change", "day"] if column is None else [column]
    visits.loc[visits["arm"] == arm, empty] = np.nan
    return replace(trial, visits=visits)


def rows_of(trial, kind: str) -> pd.DataFrame:
    return to_frame(estimate(trial, kind, chapter="c"))


@pytest.mark.parametrize("kind", ["course", "durability"])
def test_the_other_arms_have_the_answer_of_a_trial_without_it(kind):
    """The same people are in both, so every number must be the same to the last digit."""
    alone = long_trial(arms=("usual", "weights"), **ASKED)
    with_it, without = rows_of(trial_without("bands"), kind), rows_of(alone, kind)
    lacking = with_it[with_it["statistic"] == "not_available"]
    assert list(lacking["arm"]) == ["bands"]
    assert list(lacking["level"]) == ["no score after the start"]
    assert list(lacking["n"]) == [30]
    rest = with_it[with_it["statistic"] != "not_available"].reset_index(drop=True)
    pd.testing.assert_frame_equal(rest, without)


@pytest.mark.parametrize("kind", ["course", "durability"])
def test_without_the_comparator_there_is_nothing_to_compare(kind):
    with pytest.raises(ModelError, match="The comparator 'Usual' has no people") as caught:
        rows_of(trial_without("usual"), kind)
    assert "arm usual, measure pain_vas, 30 people" in caught.value.where


@pytest.mark.parametrize("kind", KINDS)
def test_words_and_tables_name_the_arm(kind):
    trial = trial_without("bands")
    rows, labels = rows_of(trial, kind), labels_of(trial.plan)
    words = SAID if kind != "majority" else "Nobody in bands has a score at that week"
    assert words in plain(SENTENCES[f"{kind}_in_words"](rows, labels))
    table = {"course": "course_differences"}.get(kind, kind)
    assert unavailable(table, rows) == ""
    assert words in plain(TABLES[table](rows, labels).as_raw_html())


def test_the_figure_names_the_arm_too():
    trial = trial_without("bands")
    assert SAID in DESCRIPTIONS["curves"](rows_of(trial, "course"), labels_of(trial.plan))


def test_an_arm_with_scores_but_no_start_is_named_by_its_own_reason():
    trial = trial_without("bands", column="baseline")
    trial = replace(trial, people=trial.people.assign(baseline_pain_vas=np.nan))
    rows = rows_of(trial, "course")
    lacking = rows[rows["statistic"] == "not_available"]
    assert list(lacking["level"]) == ["no score after the start beside what is needed from it"]
    assert "has both a score" in plain(SENTENCES["course_in_words"](rows, labels_of(trial.plan)))


def test_an_arm_with_nobody_in_the_population_is_named_by_its_own_reason():
    trial = long_trial(arms=("usual", "weights", "bands"), **ASKED)
    inside = (trial.people["arm"] != "bands").to_numpy()
    rows = rows_of(replace(trial, people=trial.people.assign(in_everyone=inside)), "course")
    assert list(rows.loc[rows["statistic"] == "not_available", "level"]) == [
        "nobody of the population"
    ]


def test_shares_of_the_majority_are_of_the_arms_that_were_seen():
    rows = rows_of(trial_without("bands"), "majority")
    shares = rows[rows["statistic"] == "improved_percent"]
    assert set(shares["arm"]) == {"usual", "weights"}
    # The ups and downs of a person are known from the arms that were seen.
    assert "beyond noise" in set(shares["level"])


def trial_cut(arm: str, *, comparator: str | None = "usual"):
    """Three arms; one of them, such as a waiting list, was seen to the programme's end only."""
    trial = long_trial(arms=("usual", "weights", "bands"), **ASKED)
    visits = trial.visits.copy()
    late = (visits["arm"] == arm) & (visits["week"] > 16)
    visits.loc[late, ["value", "change", "day"]] = np.nan
    trial = replace(trial, visits=visits)
    return trial if comparator else uncompared(trial)


def uncompared(trial):
    """The trial with a plan that names no comparator: the change within each arm."""
    arms = Treatments(arms=("usual", "weights", "bands"), comparator=None)
    made = {key: replace(each, treatments=arms) for key, each in trial.plan.estimands.items()}
    return replace(trial, plan=replace(trial.plan, estimands=made))


@pytest.mark.parametrize("kind", ["course", "durability"])
def test_an_arm_not_followed_after_the_programme_leaves_the_others_their_answer(kind):
    alone = long_trial(arms=("usual", "weights"), **ASKED)
    with_it, without = rows_of(trial_cut("bands"), kind), rows_of(alone, kind)
    lacking = with_it[with_it["statistic"] == "not_available"]
    assert list(lacking["level"]) == ["no score after the programme"]
    rest = with_it[with_it["statistic"] != "not_available"].reset_index(drop=True)
    pd.testing.assert_frame_equal(rest, without)
    words = plain(SENTENCES[f"{kind}_in_words"](with_it, labels_of(trial_cut("bands").plan)))
    assert "Nobody in bands was seen after the programme" in words


@pytest.mark.parametrize("kind", ["course", "durability"])
def test_a_comparator_not_followed_after_the_programme_is_told_with_a_way_out(kind):
    with pytest.raises(ModelError, match="no score after the programme") as caught:
        rows_of(trial_cut("usual"), kind)
    assert "`comparator: null`" in caught.value.do
    rows = rows_of(trial_cut("usual", comparator=None), kind)
    told = rows[rows["statistic"] == "not_available"]
    assert list(told["arm"]) == ["usual"]
    shown = rows[rows["statistic"] == {"course": "course_change"}.get(kind, "gain")]
    assert set(shown["arm"]) == {"weights", "bands"}


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_comparator_nothing_is_compared_and_all_else_is_the_same(kind):
    trial = long_trial(arms=("usual", "weights", "bands"), **ASKED)
    rows, compared = rows_of(uncompared(trial), kind), rows_of(trial, kind)
    assert compared["comparator"].notna().any()
    assert rows["comparator"].isna().all()
    # A share of the start is one of the comparator's, or of everyone's.
    own, made = (
        each[each["comparator"].isna() & ~each["statistic"].str.startswith("threshold")]
        for each in (compared, rows)
    )
    pd.testing.assert_frame_equal(made.reset_index(drop=True), own.reset_index(drop=True))


def test_the_table_of_differences_says_that_nothing_is_compared():
    rows = rows_of(uncompared(long_trial(arms=("usual", "weights", "bands"), **ASKED)), "course")
    assert "names no comparator" in unavailable("course_differences", rows)
