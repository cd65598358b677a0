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
