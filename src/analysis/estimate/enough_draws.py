"""The imputation of every assumption, with as many draws as the plan's wanted error asks for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import ModelError
from analysis.estimate.asked import Asked
from analysis.estimate.deltas import read_deltas
from analysis.estimate.estimand import AnalysisSet
from analysis.estimate.model import covariate_columns, formula, usable
from analysis.plan.schema_imputation import Imputation
from analysis.stats.impute import impute
from analysis.stats.impute_result import Imputation as Made
from analysis.stats.impute_run import MOST
from analysis.terms import ARM, PARTICIPANT, VISIT

# Rounds of more draws: one is nearly always enough, as the error falls by a known law.
ROUNDS = 4


def make_under(
    rows: pd.DataFrame,
    chosen: AnalysisSet,
    asked: Asked,
    planned: Imputation,
    events: pd.DataFrame,
    columns: dict[str, str],
) -> dict[str, Made]:
    """Impute under each assumption; a wanted error holds for every one of them.

    Args:
        rows: everyone whose scores are filled, a row a person and visit.
        chosen: from `estimate.estimand.select`.
        asked: the question.
        planned: the assumptions, and either a number of draws or the error wanted.
        events: from `estimate.unseen.fill_columns`.
        columns: the column of `events` that holds each assumption's strategies.

    Raises:
        ModelError: the wanted error would need more than `MOST` draws.
    """
    number = planned.imputations
    wanted = planned.wanted_error
    for _ in range(ROUNDS):
        draws = {"n": number} if number else {"mc_error": wanted} if wanted else {}
        made = _with_draws(rows, chosen, asked, planned, events, columns, draws)
        if not wanted:
            return made
        worst = max(each.estimates["mc_error"].max() for each in made.values())
        if worst <= wanted:
            return made
        # The error falls with the root of the number; a tenth more, as it is itself estimated.
        drawn = max(each.draws.n for each in made.values())
        number = int(np.ceil(1.1 * drawn * (worst / wanted) ** 2))
        if number > MOST:
            break
    raise _not_reached(asked, wanted, worst)


def _not_reached(asked: Asked, wanted: float, worst: float) -> ModelError:
    return ModelError(
        f"Chance still moves an estimate by {worst:.3g} points; the plan wants {wanted:.3g}.",
        where=f"questions.{asked.name}.imputation.wanted_error",
        why=f"More than {MOST:,} draws would be needed for one of the assumptions.",
        do="Allow a larger error, or use `condmean-jackknife`, where chance plays no part.",
    )


def _with_draws(
    rows: pd.DataFrame,
    chosen: AnalysisSet,
    asked: Asked,
    planned: Imputation,
    events: pd.DataFrame,
    columns: dict[str, str],
    draws: dict[str, float],
) -> dict[str, Made]:
    options, _ = usable(chosen, asked)
    compared = asked.estimand.treatments.comparator or chosen.arms[0]
    kept = [PARTICIPANT, ARM, VISIT, chosen.response, *covariate_columns(options)]
    made: dict[str, Made] = {}
    for name, assumption in planned.assumptions.items():
        delta = read_deltas(assumption, chosen, asked, name, events)
        if not made:
            made[name] = impute(
                formula(chosen.response, options, visits=True),
                rows[kept],
                subject=PARTICIPANT,
                visit=VISIT,
                arm=ARM,
                reference=planned.reference or compared,
                comparator=compared,
                strategy=columns[name],
                events=events,
                delta=delta,
                method=planned.method,
                seed=None if planned.method == "condmean-jackknife" else asked.plan.seed,
                covariance=options.covariance,
                reml=options.reml,
                level=options.level,
                **draws,
            )
        else:
            made[name] = next(iter(made.values())).using(strategy=columns[name], delta=delta)
    return made
