"""Arms of which nobody can be in the analysis: found before a model is fitted, and told."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.errors import ModelError
from analysis.estimate.asked import Asked
from analysis.estimate.estimand import NO_SCORE, AnalysisSet
from analysis.result.record import Result
from analysis.terms import ARM, PARTICIPANT, WEEK

NO_LATER_SCORE = "no score after the start"
NOT_FOLLOWED = "no score after the programme"
NOT_BOTH = "no score after the start beside what is needed from it"
NOBODY = "nobody of the population"


def seen_arms(chosen: AnalysisSet, asked: Asked, end: int = 0) -> tuple[AnalysisSet, list[Result]]:
    """The analysis set without the arms of which nobody is in it, and a row for each of these.

    A model cannot tell the course of an arm without a score after the start, nor how it went on
    after the programme where nobody of it was seen then, as people of a waiting list who have begun
    to train; the other arms can be fitted without it.

    Args:
        chosen: from `estimate.estimand.select`; somebody is in the analysis.
        asked: the question as asked.
        end: the week after which an arm must have been seen where any arm was; 0 is the start.

    Returns:
        The set of the arms that are left, and rows `not_available` by arm: 0 people in the
        analysis, of n in the population; the level says why.

    Raises:
        ModelError: nobody of the comparator is in the analysis or was seen after `end`, so nothing
            can be compared.
    """
    scored = chosen.rows[chosen.rows[chosen.response].notna()]
    late = scored if end >= max(chosen.weeks) else scored[scored[WEEK] > end]
    arms = tuple(arm for arm in chosen.arms if late[ARM].astype(str).eq(arm).any())
    if arms == chosen.arms:
        return chosen, []
    lacking = {arm: _why(arm, chosen, scored) for arm in chosen.arms if arm not in arms}
    compared = asked.estimand.treatments.comparator
    if compared in lacking:
        raise _no_comparator(compared, lacking[compared], chosen, asked)
    kept = replace(
        chosen,
        rows=_of(chosen.rows, arms),
        everyone=_of(chosen.everyone, arms),
        arms=arms,
        left_out=chosen.left_out[chosen.left_out[ARM].isin(arms)].reset_index(drop=True),
        population=chosen.population[chosen.population[ARM].isin(arms)].reset_index(drop=True),
    )
    return kept, [_row(arm, why, chosen, asked) for arm, why in lacking.items()]


def _of(table: pd.DataFrame, arms: tuple[str, ...]) -> pd.DataFrame:
    """The rows of these arms, which are then the only ones that the column knows."""
    kept = table[table[ARM].isin(arms)].reset_index(drop=True)
    return kept.assign(**{ARM: pd.Categorical(kept[ARM].astype(str), arms, ordered=True)})


def _people(arm: str, chosen: AnalysisSet) -> int:
    return int((chosen.population[ARM] == arm).sum())


def _row(arm: str, why: str, chosen: AnalysisSet, asked: Asked) -> Result:
    return asked.row(
        "not_available",
        0,
        arm=arm,
        level=why,
        n=_people(arm, chosen),
        n_observed=0,
        method="people of the arm who can be in the analysis",
    )


def _why(arm: str, chosen: AnalysisSet, scored: pd.DataFrame) -> str:
    if scored[ARM].astype(str).eq(arm).any():
        return NOT_FOLLOWED
    if not _people(arm, chosen):
        return NOBODY
    own = chosen.left_out[chosen.left_out[ARM] == arm].drop_duplicates(PARTICIPANT)
    return NO_LATER_SCORE if own["reason"].eq(NO_SCORE).all() else NOT_BOTH


def _no_comparator(arm: str, why: str, chosen: AnalysisSet, asked: Asked) -> ModelError:
    label = asked.plan.arms[arm].label
    return ModelError(
        f"The comparator {label!r} has no people in the analysis: {why}.",
        where=f"questions.{asked.name}; arm {arm}, measure {asked.measure}, "
        f"{_people(arm, chosen)} people in the population",
        why="every other arm is compared with it, and a change without it is no effect",
        do=f"Look for the scores of the arm {arm} in the visits of the data; or plan the question "
        "for an estimand with another comparator, or with none (`comparator: null`), which asks "
        "for each arm's own change.",
    )
