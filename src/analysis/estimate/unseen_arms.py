"""Arms of which nobody can be in the analysis: found before a model is fitted, and told."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.errors import ModelError
from analysis.estimate.asked import Asked
from analysis.estimate.estimand import NO_SCORE, AnalysisSet
from analysis.result.record import Result
from analysis.terms import ARM, PARTICIPANT

NO_LATER_SCORE = "no score after the start"
NOT_BOTH = "no score after the start beside what is needed from it"
NOBODY = "nobody of the population"


def seen_arms(chosen: AnalysisSet, asked: Asked) -> tuple[AnalysisSet, list[Result]]:
    """The analysis set without the arms of which nobody is in it, and a row for each of these.

    A model cannot tell the course of an arm without a score after the start; the other arms can be
    fitted without it.

    Args:
        chosen: from `estimate.estimand.select`; somebody is in the analysis.
        asked: the question as asked.

    Returns:
        The set of the arms that are left, and rows `not_available` by arm: 0 people in the
        analysis, of n in the population; the level says why.

    Raises:
        ModelError: nobody of the comparator is in the analysis, so nothing can be compared.
    """
    scored = chosen.rows.loc[chosen.rows[chosen.response].notna(), ARM].astype(str)
    arms = tuple(arm for arm in chosen.arms if scored.eq(arm).any())
    if arms == chosen.arms:
        return chosen, []
    if arms[:1] != chosen.arms[:1]:
        raise _no_comparator(chosen.arms[0], chosen, asked)
    kept = replace(
        chosen,
        rows=_of(chosen.rows, arms),
        everyone=_of(chosen.everyone, arms),
        arms=arms,
        left_out=chosen.left_out[chosen.left_out[ARM].isin(arms)].reset_index(drop=True),
        population=chosen.population[chosen.population[ARM].isin(arms)].reset_index(drop=True),
    )
    return kept, [_row(arm, chosen, asked) for arm in chosen.arms if arm not in arms]


def _of(table: pd.DataFrame, arms: tuple[str, ...]) -> pd.DataFrame:
    """The rows of these arms, which are then the only ones that the column knows."""
    kept = table[table[ARM].isin(arms)].reset_index(drop=True)
    return kept.assign(**{ARM: pd.Categorical(kept[ARM].astype(str), arms, ordered=True)})


def _people(arm: str, chosen: AnalysisSet) -> int:
    return int((chosen.population[ARM] == arm).sum())


def _row(arm: str, chosen: AnalysisSet, asked: Asked) -> Result:
    return asked.row(
        "not_available",
        0,
        arm=arm,
        level=_why(arm, chosen),
        n=_people(arm, chosen),
        n_observed=0,
        method="people of the arm who can be in the analysis",
    )


def _why(arm: str, chosen: AnalysisSet) -> str:
    if not _people(arm, chosen):
        return NOBODY
    own = chosen.left_out[chosen.left_out[ARM] == arm].drop_duplicates(PARTICIPANT)
    return NO_LATER_SCORE if own["reason"].eq(NO_SCORE).all() else NOT_BOTH


def _no_comparator(arm: str, chosen: AnalysisSet, asked: Asked) -> ModelError:
    label = asked.plan.arms[arm].label
    return ModelError(
        f"The comparator {label!r} has no people in the analysis: {_why(arm, chosen)}.",
        where=f"questions.{asked.name}; arm {arm}, measure {asked.measure}, "
        f"{_people(arm, chosen)} people in the population",
        why="every other arm is compared with it, and a change without it is no effect",
        do=f"Look for the scores of the arm {arm} in the visits of the data, or plan a question "
        "with another comparator.",
    )
