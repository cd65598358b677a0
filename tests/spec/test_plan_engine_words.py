"""The words of the plan for the engine are the engine's words: neither can drift alone."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from analysis.errors import PlanError, UsageError
from analysis.plan.read import read_plan_text
from analysis.plan.schema_evidence import BetweenStudies, PooledInterval
from analysis.plan.schema_imputation import Draws, FillBy
from analysis.plan.schema_questions import Covariance, DegreesOfFreedom
from analysis.stats.covariance import STRUCTURES
from analysis.stats.draw import METHODS
from analysis.stats.inference import DF_METHODS, check_methods
from analysis.stats.strategy import STRATEGIES
from analysis.stats.synthesis import hetero
from analysis.stats.synthesis.pooled import TESTS

DEMO = Path(__file__).parents[2] / "plans" / "demo.yaml"
GOOD = DEMO.read_text("utf-8")
DF = "      df: kenward-roger-linear"


def test_the_structures_are_those_of_the_engine() -> None:
    assert get_args(Covariance) == tuple(STRUCTURES)


def test_the_degrees_of_freedom_are_those_of_the_engine() -> None:
    assert get_args(DegreesOfFreedom) == tuple(DF_METHODS)


def test_strategies_and_draws_of_imputation_are_those_of_the_engine() -> None:
    assert get_args(FillBy) == tuple(STRATEGIES)
    assert get_args(Draws) == tuple(METHODS)


def test_the_words_of_a_synthesis_are_those_of_the_engine() -> None:
    assert set(get_args(BetweenStudies)) <= set(hetero.METHODS)
    assert set(get_args(PooledInterval)) == set(TESTS)


@pytest.mark.parametrize(
    ("find", "replace", "near"),
    [
        ("covariance: us", "covariance: toepl", "toep"),
        ("df: kenward-roger-linear", "df: satterthwait", "satterthwaite"),
    ],
)
def test_a_misspelt_word_names_the_nearest(find: str, replace: str, near: str) -> None:
    assert find in GOOD
    with pytest.raises(PlanError, match=f"the nearest is `{near}`"):
        read_plan_text(GOOD.replace(find, replace, 1), DEMO)


@pytest.mark.parametrize("df", get_args(DegreesOfFreedom))
def test_the_plan_refuses_with_full_likelihood_what_the_engine_refuses(df: str) -> None:
    text = GOOD.replace(DF, f"      df: {df}\n      reml: false", 1)
    try:
        check_methods(df, "asymptotic", reml=False)
    except UsageError:
        with pytest.raises(PlanError, match="does not go with `reml: false`"):
            read_plan_text(text, DEMO)
    else:
        assert read_plan_text(text, DEMO).plan.questions["primary"].options.df == df
