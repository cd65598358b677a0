"""The majority claim: who has less pain, beside who would have it without the programme."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.data.trial import Trial
from analysis.errors import ModelError
from analysis.estimate.asked import Asked, understand
from analysis.estimate.benchmark import benchmark_rows
from analysis.estimate.estimand import AnalysisSet, refuse_nothing, select
from analysis.estimate.thresholds import first_within_person
from analysis.result.record import Result
from analysis.stats.binary import counted, hybrid_difference, wilson
from analysis.stats.mmrm import mmrm
from analysis.stats.regression_to_mean import Population, population_of
from analysis.terms import ARM, BASELINE, CHANGE, PARTICIPANT, VALUE, WEEK

# Of a change between two scores: 1.96 of its standard deviation (de Vet et al. 2006).
NOISE = 1.96 * np.sqrt(2)
KINDS = ("any", "beyond noise", "worthwhile")
ALL_WORSE, ALL_BETTER = "if all who were not seen got worse", "if all who were not seen got better"


def estimate_majority(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """Shares of people with any improvement, more than noise, and a worthwhile one, by arm.

    Args:
        trial: the study, with the published facts where they are at hand.
        question: key of a question of the plan whose estimate is `majority`.
        chapter: the notebook that asks.
        week: weeks after the start; None as planned.
        measure: key of a measure of the plan; None as planned.

    Returns:
        `improved_percent` by arm (level `any`, `beyond noise`, `worthwhile`) of those who were
        seen, and of everybody under two extremes (level with the extreme in words);
        `improved_difference` from the comparator in percentage points; `needed_points` by level:
        what counts as each; `expected_percent` by level and `expected_change`: what regression to
        the mean alone gives (`entry_score` where one was needed), with `population_mean`,
        `population_sd`, `population_correlation` behind them; `benchmark_percent` of real trials
        without the treatment. What cannot be worked out is not there, and `not_compared` says why;
        `not_available` for an arm of which nobody has a score then.

    Raises:
        UsageError: an unknown question, week or measure.
        PlanError: the plan asks for what is not built.
        ModelError: nobody has a score at that week.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    chosen = select(trial, asked, (BASELINE,))
    refuse_nothing(chosen, asked)
    here = chosen.everyone[chosen.everyone[WEEK] == asked.week]
    sign = 1.0 if asked.plan.measures[asked.measure].direction == "lower is better" else -1.0
    gains = here.assign(gain=-sign * here[CHANGE])
    sizes, rows = _sizes(chosen, asked)
    for kind, least in sizes.items():
        rows += _shares(gains, kind, least, chosen, asked)
    rows.append(asked.row("interval_level", 100 * asked.question.options.level, week=asked.week))
    rows += [
        asked.row("not_available", 0, week=asked.week, arm=arm, level="no score at the week")
        for arm in chosen.arms
        if not chosen.seen((arm,), asked.week)
    ]
    return [*rows, *_expected(here, sizes, sign, chosen, asked), *benchmark_rows(trial, asked)]


def _sizes(chosen: AnalysisSet, asked: Asked) -> tuple[dict[str, float], list[Result]]:
    """Points that an improvement must exceed, by kind; a kind that has none is left out."""
    sizes, rows = {"any": 0.0}, []
    noise = _noise(chosen)
    if noise is not None:
        sizes["beyond noise"] = noise
    within = first_within_person(asked)
    if within:
        sizes["worthwhile"] = within.value
    sources = {
        "any": "any difference at all",
        "beyond noise": "1.96 root 2 times the spread of a person's scores around their own "
        "course, model with random intercepts and slopes (de Vet et al. 2006, J Clin Epidemiol "
        "59:1033)",
        "worthwhile": within.citation if within else "",
    }
    for kind, size in sizes.items():
        rows.append(
            asked.row("needed_points", size, week=asked.week, level=kind, method=sources[kind])
        )
    return sizes, rows


def _noise(chosen: AnalysisSet) -> float | None:
    """The smallest change beyond the ups and downs of one person; None where no model tells it."""
    arms = chosen.rows[ARM].cat.remove_unused_categories()
    rows = chosen.rows.assign(visit=chosen.rows[WEEK].astype(int), arm=arms)
    for covariance in ("ri+rs", "ri"):
        try:
            fit = mmrm(
                f"{VALUE} ~ {BASELINE} + {ARM} * visit",
                rows[[PARTICIPANT, ARM, "visit", WEEK, VALUE, BASELINE]],
                subject=PARTICIPANT,
                visit="visit",
                covariance=covariance,
            )
        except ModelError:
            continue
        return float(NOISE * np.sqrt(fit.optimum.point.theta[-1]))
    return None


def _shares(
    gains: pd.DataFrame, kind: str, least: float, chosen: AnalysisSet, asked: Asked
) -> list[Result]:
    """Shares of those seen with Wilson intervals, the two extremes, and differences."""
    level, rows, told = asked.question.options.level, [], {}
    for arm in chosen.arms:
        own = gains.loc[gains[ARM] == arm, "gain"]
        seen = own.dropna()
        if not len(seen):
            continue
        # `worthwhile` counts from the size on; the other two must be exceeded.
        counts = int((seen >= least).sum() if kind == "worthwhile" else (seen > least).sum())
        told[arm] = counted(np.array(counts), np.array(len(seen)), level)
        found = wilson(told[arm])
        place = {"week": asked.week, "arm": arm, "n": len(own), "n_observed": len(seen)}
        rows.append(
            asked.row(
                "improved_percent",
                100 * counts / len(seen),
                level=kind,
                lower=100 * float(found.lower),
                upper=100 * float(found.upper),
                method="share of those who were seen, Wilson interval",
                **place,
            )
        )
        missing = len(own) - len(seen)
        for words, count in ((ALL_WORSE, counts), (ALL_BETTER, counts + missing)):
            rows.append(
                asked.row(
                    "improved_percent",
                    100 * count / len(own),
                    level=f"{kind}, {words}",
                    method="share of everybody, an extreme and no estimate",
                    **place,
                )
            )
    return rows + _differences(told, kind, gains, chosen, asked)


def _differences(
    told: dict, kind: str, gains: pd.DataFrame, chosen: AnalysisSet, asked: Asked
) -> list[Result]:
    other = chosen.arms[0]
    rows = []
    for arm in (a for a in chosen.arms[1:] if a in told and other in told):
        found = hybrid_difference(told[arm], told[other])
        rows.append(
            asked.row(
                "improved_difference",
                100 * float(found.estimate),
                week=asked.week,
                arm=arm,
                comparator=other,
                level=kind,
                lower=100 * float(found.lower),
                upper=100 * float(found.upper),
                n=int(gains[ARM].isin([arm, other]).sum()),
                n_observed=int(told[arm].n + told[other].n),
                method="difference of the shares of those seen, Newcombe's hybrid interval",
            )
        )
    return rows


def _expected(
    here: pd.DataFrame, sizes: dict[str, float], sign: float, chosen: AnalysisSet, asked: Asked
) -> list[Result]:
    """What regression to the mean alone would give, from the first scores of everybody."""
    majority = asked.question.majority
    entry = majority.entry if majority else None
    start = chosen.everyone.drop_duplicates(PARTICIPANT)[BASELINE].dropna()
    pairs = here[here[ARM] == chosen.arms[0]].dropna(subset=[BASELINE, VALUE])
    below = 0 if entry is None else int((sign * start < sign * entry).sum())
    if below:
        reason = f"{below} people started short of the score that was needed to enter"
        return [asked.row("not_compared", 0, level="regression to the mean", method=reason)]
    try:
        population = population_of(
            sign * start.to_numpy(),
            sign * pairs[BASELINE].to_numpy(),
            sign * pairs[VALUE].to_numpy(),
            None if entry is None else sign * entry,
        )
    except ModelError as error:
        reason = f"{error.why}"
        return [asked.row("not_compared", 0, level="regression to the mean", method=reason)]
    rows = _population_rows(population, entry, sign, len(start), len(pairs), asked)
    for kind, least in sizes.items():
        rows.append(
            asked.row(
                "expected_percent",
                100 * population.share_falling(least),
                week=asked.week,
                level=kind,
                n=len(start),
                method="regression to the mean alone, two normal scores and entry above a cut "
                "(Barnett et al. 2005, Int J Epidemiol 34:215)",
            )
        )
    return rows


def _population_rows(
    population: Population, entry: float | None, sign: float, n: int, pairs: int, asked: Asked
) -> list[Result]:
    cut = "no rule of entry in the plan" if entry is None else f"entry from a score of {entry:g} on"
    how = f"truncated normal by maximum likelihood, {cut}"
    rows = [] if entry is None else [asked.row("entry_score", entry, method="the plan's rule")]
    return [
        *rows,
        asked.row("population_mean", sign * population.mean, n=n, method=how),
        asked.row("population_sd", population.sd, n=n, method=how),
        asked.row(
            "population_correlation",
            population.correlation,
            week=asked.week,
            n=pairs,
            method="of the start and this week in the first-named arm, corrected for the cut",
        ),
        asked.row(
            "expected_change",
            sign * population.change,
            week=asked.week,
            n=n,
            method=f"regression to the mean alone, {cut} (Barnett et al. 2005)",
        ),
    ]
