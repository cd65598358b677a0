"""Scores of everyone at every visit, made complete under an assumption of the plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import PlanError, UsageError
from analysis.estimate.asked import Asked
from analysis.estimate.enough_draws import make_under
from analysis.estimate.estimand import AnalysisSet
from analysis.estimate.model import covariate_columns, usable
from analysis.estimate.unseen import Unseen, fill_columns, find_unseen
from analysis.plan.schema_imputation import Assumption, Imputation
from analysis.result.record import Result
from analysis.stats.impute_result import Imputation as Made
from analysis.terms import ARM, BASELINE, CHANGE, FAILURE, PARTICIPANT, SET, STATUS, VALUE, VISIT

# What `validation/rbmi` compares with R: method, covariance, restricted maximum likelihood.
VERIFIED = "validation/rbmi"
COMPARED = {
    *(("condmean-jackknife", s, True) for s in ("us", "ar1h", "toeph", "csh", "ad", "cs")),
    ("condmean-jackknife", "us", False),
    ("condmean-bootstrap", "us", True),
    ("bootstrap", "us", True),
}
# Draws that are scores a person might have had; the others are means of such scores.
DRAWN = ("bootstrap", "bayes")


@dataclass(frozen=True)
class Imputed:
    """The completed scores under one assumption, D data sets of N people at M weeks.

    Attributes:
        name: key of the assumption in the plan; planned: what the plan says of it.
        people: N rows in the order of the scores: ``participant``, ``arm`` (comparator first),
            ``baseline`` and the covariates.
        weeks: the M weeks.
        status: N x M, how each planned value stands (`analysis.terms`).
        absent: N x M, whether the score was filled.
        response: whether scores are changes or values.
        made: the imputation of `analysis.stats.impute`, with its analyses and `.filled`.
    """

    name: str
    planned: Assumption
    people: pd.DataFrame
    weeks: tuple[int, ...]
    status: np.ndarray
    absent: np.ndarray
    response: str
    made: Made
    replaced: np.ndarray

    @property
    def method(self) -> str:
        """Draws, strategies, points added and analysis, in words."""
        words = self.made.method
        if self.planned.by_event or self.planned.by_reason:
            words += "; strategies by event or reason, else as the assumption says"
        return f"{words}; points added to filled scores" if self.planned.delta else words

    @property
    def verified(self) -> str | None:
        """Folder that compares this method and model with a reference, or None."""
        structure = self.made.draws.problem.structure.name
        compared = (self.made.settings.method, structure, self.made.draws.problem.reml)
        return VERIFIED if compared in COMPARED else None

    @property
    def n_sets(self) -> int:
        """How many completed data sets there are."""
        return self.made.draws.n

    @property
    def drawn(self) -> bool:
        """Whether filled scores are drawn as single people have them, so that people may be counted
        by them; conditional means are not, they only serve the means of groups."""
        return self.made.settings.method in DRAWN

    def counts(self, arms: tuple[str, ...], week: int) -> dict[str, int]:
        """How many people of these arms are completed, and how many of them were seen then."""
        inside = self.people[ARM].isin(arms).to_numpy()
        seen = ~self.absent[inside, self.weeks.index(week)]
        return {"n": int(inside.sum()), "n_observed": int(seen.sum())}

    def values(self, chosen: slice = slice(None)) -> np.ndarray:
        """Completed values, D x N x M, of what is modelled: the change or the value itself.

        A value that a composite or while-on-treatment strategy sets stands as it was set. Where one
        counts as failure (`status`), what is filled has no meaning: the caller decides.
        """
        whole = self.made.completed_values(chosen).Y
        fixed = ~np.isnan(self.replaced)
        whole[:, fixed] = self.replaced[fixed]
        return whole

    def scores(self, chosen: slice = slice(None)) -> np.ndarray:
        """Completed scores in points of the measure, D x N x M."""
        values = self.values(chosen)
        if self.response == VALUE:
            return values
        return values + self.people[BASELINE].to_numpy()[:, None]


@dataclass(frozen=True)
class Imputations:
    """Every assumption of a question: `under` by its key, in the plan's order.

    unseen: from which visit on each person was not seen, and why. left_out: people of the
    population without a baseline or a covariate, for whom nothing can be filled: ``participant``,
    ``arm``, ``reason``.
    """

    under: dict[str, Imputed]
    unseen: Unseen
    left_out: pd.DataFrame


def impute_under(chosen: AnalysisSet, asked: Asked, planned: Imputation) -> Imputations:
    """Complete the scores of an analysis set under each assumption of the plan.

    The model is the question's: its covariates, arm by visit, over all weeks with values.
    Everyone of the population with a baseline and the covariates is completed, also who was never
    seen after baseline. Draws are shared between assumptions wherever the same scores inform them.

    Args:
        chosen: from `estimate.estimand.select`.
        asked: the question; its options name covariates, covariance and level.
        planned: the assumptions and the method; the seed is the plan's.

    Raises:
        PlanError: a strategy or delta for what never happens, an unknown reference arm, no
            assumption, or an option that cannot be understood.
        ModelError: data that cannot carry the model: a visit that nobody or hardly anybody of an
            arm attended; or a wanted error that would need more draws than can be made.
    """
    rows, left_out = everyone_known(chosen, asked)
    unseen = find_unseen(rows, chosen.response, chosen.weeks)
    columns = {name: f"fill_{name}" for name in planned.assumptions}
    events = fill_columns(unseen, planned, columns, asked)
    try:
        made = make_under(rows, chosen, asked, planned, events, columns)
    except UsageError as error:
        raise PlanError(
            error.what,
            where=f"questions.{asked.name}.imputation ({error.where})",
            why=error.why,
            do=error.do,
        ) from None
    return Imputations(
        {name: _imputed(name, planned, rows, chosen, each) for name, each in made.items()},
        unseen,
        left_out,
    )


def everyone_known(chosen: AnalysisSet, asked: Asked) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of everyone with a baseline and covariates, and who has not.

    Also of those who were never seen after baseline: their scores can be filled in.

    Args:
        chosen: from `estimate.estimand.select`.
        asked: the question; its options name the covariates.

    Returns:
        The rows of `chosen.everyone` that a score can be filled in for, and a row for each
        participant who is left out: ``participant``, ``arm``, ``reason``.
    """
    options, _ = usable(chosen, asked)
    needed = [BASELINE] if chosen.response == CHANGE else []
    needed = list(dict.fromkeys([*needed, *covariate_columns(options)]))
    lacking = chosen.everyone[needed].isna()
    first = lacking.idxmax(axis=1).where(lacking.any(axis=1))
    out = chosen.everyone.assign(reason="no " + first)[first.notna()]
    out = out.drop_duplicates(PARTICIPANT)[[PARTICIPANT, ARM, "reason"]].reset_index(drop=True)
    rows = chosen.everyone[~chosen.everyone[PARTICIPANT].isin(out[PARTICIPANT])]
    # A score that a strategy sets follows no course, so it does not inform the model.
    given = rows[STATUS].isin([SET, FAILURE])
    set_values = rows[chosen.response].where(rows[STATUS] == SET)
    rows = rows.assign(_set=set_values, **{chosen.response: rows[chosen.response].mask(given)})
    return rows.reset_index(drop=True), out


def left_out_rows(left_out: pd.DataFrame, asked: Asked) -> list[Result]:
    """People of the population for whom no score can be filled in, by arm and reason.

    Args:
        left_out: from `everyone_known`.
        asked: the question.
    """
    counts = left_out.groupby([ARM, "reason"], observed=True).size()
    return [
        asked.row(
            "left_out",
            count,
            arm=str(arm),
            level=str(reason),
            method="people of the population for whom no score can be imputed",
        )
        for (arm, reason), count in counts.items()
    ]


def _imputed(
    name: str, planned: Imputation, rows: pd.DataFrame, chosen: AnalysisSet, made: Made
) -> Imputed:
    people = made.planned.people
    shape = people.seen.shape
    first = rows.drop_duplicates(PARTICIPANT).set_index(PARTICIPANT)
    about = first.loc[people.participants].reset_index()
    dropped = [VISIT, "week", VALUE, CHANGE, STATUS, "event", "event_day", "reason", "_set"]
    ordered = rows.set_index([PARTICIPANT, VISIT])
    places = pd.MultiIndex.from_product([people.participants, people.visits])
    ordered = ordered.reindex(places)
    return Imputed(
        name=name,
        planned=planned.assumptions[name],
        people=about.drop(columns=[c for c in dropped if c in about]),
        weeks=tuple(int(week) for week in people.visits),
        status=ordered[STATUS].to_numpy().reshape(shape),
        absent=~people.seen,
        response=chosen.response,
        made=made,
        replaced=ordered["_set"].to_numpy(dtype=float).reshape(shape),
    )
