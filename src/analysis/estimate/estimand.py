"""Which values answer an estimand: its population, its arms and its strategies for events."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.data.trial import Trial
from analysis.errors import ModelError, PlanError
from analysis.estimate.asked import Asked
from analysis.estimate.standing import standing_values
from analysis.plan.rules_strategies import followed_by
from analysis.terms import ARM, BASELINE, CHANGE, PARTICIPANT, VALUE, VISIT, WEEK

RESPONSES = {"change from baseline": CHANGE, "value": VALUE}
NO_SCORE = "no score after baseline"


@dataclass(frozen=True)
class AnalysisSet:
    """The values that answer one estimand.

    Attributes:
        rows: a row a participant in the analysis and kept visit: ``participant``, ``arm``
            (comparator first), ``visit`` (week as a factor), ``week``, ``value``, ``baseline``,
            ``change`` and the covariates; value and change are missing where nothing counts, and
            ``status``, ``event``, ``event_day``, ``reason`` say why (`estimate.standing`).
        everyone: the same for all of the population, also those whom the model leaves out.
        response: the column that is modelled.
        arms: keys of the arms, comparator first.
        weeks: the weeks at which somebody has a value.
        left_out: a row a participant of the population who is not in `rows`: ``participant``,
            ``arm``, ``reason``.
        population: everyone of the population in these arms: ``participant``, ``arm``.
    """

    rows: pd.DataFrame
    everyone: pd.DataFrame
    response: str
    arms: tuple[str, ...]
    weeks: tuple[int, ...]
    left_out: pd.DataFrame
    population: pd.DataFrame

    def people(self, arms: tuple[str, ...]) -> int:
        """How many people of these arms are in the analysis."""
        return self.rows.loc[self.rows[ARM].isin(arms), PARTICIPANT].nunique()

    def seen(self, arms: tuple[str, ...], week: int) -> int:
        """How many people of these arms have a value that counts at this week."""
        here = self.rows[ARM].isin(arms) & (self.rows[WEEK] == week)
        return int(self.rows.loc[here, self.response].notna().sum())


def select(trial: Trial, asked: Asked, covariates: tuple[str, ...]) -> AnalysisSet:
    """The values that answer the estimand, for a model with these covariates.

    `estimate.standing` says what each strategy makes of the values after an event. People without
    a baseline, a covariate or any value that counts cannot be in the model: they are counted in
    `left_out`.

    Args:
        trial: the derived trial.
        asked: the question as asked.
        covariates: columns of people, or ``baseline``.

    Raises:
        PlanError: a strategy that the methods cannot follow, a covariate that is not in the data.
    """
    _refuse_unbuilt(asked)
    estimand = asked.estimand
    compared = estimand.treatments.comparator
    arms = tuple(dict.fromkeys([*([compared] if compared else []), *estimand.treatments.arms]))
    people = _people(trial, asked, arms, covariates)
    response = RESPONSES[estimand.variable.kind]
    visits = standing_values(trial, estimand, asked.measure)
    everyone = visits[visits[PARTICIPANT].isin(people[PARTICIPANT])]
    weeks = tuple(int(w) for w in sorted(everyone.loc[everyone[response].notna(), WEEK].unique()))
    everyone = _join(everyone, people, arms, weeks)
    # From all planned weeks, so that people are counted also where no week is left.
    left_out = _left_out(everyone, people, response, covariates)
    everyone = everyone[everyone[WEEK].isin(weeks)]
    rows = everyone[~everyone[PARTICIPANT].isin(left_out[PARTICIPANT])]
    population = people[[PARTICIPANT, ARM]].reset_index(drop=True)
    rows = rows.reset_index(drop=True)
    return AnalysisSet(rows, everyone, response, arms, weeks, left_out, population)


def _refuse_unbuilt(asked: Asked) -> None:
    known = followed_by(asked.question)
    unbuilt = [e for e in asked.estimand.intercurrent_events if e.strategy not in known]
    if unbuilt:
        listed = "; ".join(f"{e.event}: {e.strategy}" for e in unbuilt)
        raise PlanError(
            f"A strategy for an intercurrent event cannot be estimated: {listed}.",
            where=f"estimands.{asked.question.estimand}.intercurrent_events",
            why="handling the event in another way would answer another question",
            do=f"Use one of: {', '.join(known)}; or leave this question out.",
        )


def _people(
    trial: Trial, asked: Asked, arms: tuple[str, ...], covariates: tuple[str, ...]
) -> pd.DataFrame:
    columns = [c for c in covariates if c != BASELINE]
    unknown = [c for c in columns if c not in trial.people]
    if unknown:
        known = [c for c in trial.people if not c.startswith(("in_", PARTICIPANT))]
        raise PlanError(
            f"The data have no covariate {', '.join(unknown)}.",
            where=f"plans/{asked.plan.study.name}.yaml, questions.{asked.name}.options.covariates",
            why="the planned adjustment would be left out",
            do=f"Use {BASELINE!r} or columns of participants: {', '.join(known)}.",
        )
    inside = trial.people[f"in_{asked.estimand.population}"] & trial.people[ARM].isin(arms)
    return trial.people.loc[inside, [PARTICIPANT, ARM, *columns]]


def refuse_nothing(chosen: AnalysisSet, asked: Asked) -> None:
    """Somebody in the analysis has a value at the week asked about.

    Raises:
        ModelError: nobody has; says whether the scores or the baselines are missing.
    """
    if asked.week in chosen.weeks and not chosen.rows.empty:
        return
    here = chosen.left_out["reason"].value_counts()
    if len(here) and here.index[0].startswith("no ") and here.index[0] != NO_SCORE:
        missing = here.index[0].removeprefix("no ")
        raise ModelError(
            f"Nobody with a value of {asked.measure} can be in the analysis: {missing} is missing.",
            where=f"measure {asked.measure}, week {asked.week}; {missing} of participants",
            why="the model needs it of everyone whom it holds",
            do=f"Look for {missing} in the data: for a baseline, at the window of week 0 in the "
            "plan; or plan a question that does not need it.",
        )
    seen = ", ".join(map(str, chosen.weeks)) or "none"
    raise ModelError(
        f"Nobody has a value of {asked.measure} that counts at week {asked.week}.",
        where=f"measure {asked.measure}, week {asked.week}; weeks with values: {seen}",
        why="there is nothing to estimate from",
        do="Ask about a week with values, or check the visit windows of the plan.",
    )


def _join(
    visits: pd.DataFrame, people: pd.DataFrame, arms: tuple[str, ...], weeks: tuple[int, ...]
) -> pd.DataFrame:
    joined = visits.drop(columns=[ARM]).merge(people, on=PARTICIPANT, how="left", validate="m:1")
    kept = pd.Index(weeks, dtype="int64")
    codes = kept.get_indexer(joined[WEEK].astype("int64"))
    joined[VISIT] = pd.Categorical.from_codes(codes, kept, ordered=True)
    joined[ARM] = pd.Categorical(joined[ARM].astype(str), arms, ordered=True)
    return joined.sort_values([PARTICIPANT, WEEK], kind="stable")


def _left_out(
    everyone: pd.DataFrame, people: pd.DataFrame, response: str, covariates: tuple[str, ...]
) -> pd.DataFrame:
    """The first reason that keeps each person out of the model."""
    by_person = everyone.groupby(PARTICIPANT, sort=False)
    first = by_person.first()
    reasons = pd.Series(None, index=first.index, dtype="object")
    reasons[by_person[VALUE].count() == 0] = NO_SCORE
    needed = [*([BASELINE] if response == CHANGE else []), *covariates]
    for column in dict.fromkeys(needed):
        reasons[first[column].isna()] = f"no {column}"
    reasons = reasons.dropna()
    arms = people.set_index(PARTICIPANT)[ARM].astype(str)
    return pd.DataFrame(
        {
            PARTICIPANT: reasons.index,
            ARM: arms.loc[reasons.index].to_numpy(),
            "reason": reasons.to_numpy(),
        }
    )
