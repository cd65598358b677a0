"""What was gained at the programme's end, how much of it is kept, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.data.trial import Trial
from analysis.errors import ModelError
from analysis.estimate.asked import Asked, understand
from analysis.estimate.course_data import programme_end
from analysis.estimate.durability_draws import Gains, bootstrap_gains, completed_gains
from analysis.estimate.estimand import AnalysisSet, refuse_nothing, select
from analysis.estimate.model import covariate_columns
from analysis.estimate.sustained import sustained_rows
from analysis.estimate.thresholds import first_within_person, threshold_rows
from analysis.result.record import Result
from analysis.stats.decay import first_below, half_life
from analysis.stats.ratio import fieller


@dataclass(frozen=True)
class _Whose:
    """Whose gain: an arm's, or an arm's over the comparator's."""

    arm: str
    comparator: str | None
    n: int
    prefix: str


def estimate_durability(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """How much of the gain at the programme's end is left at later visits, by arm and difference.

    A gain is positive where people are better off than at the start, on any scale. Everything rests
    on one assumption about missing scores, the plan's.

    Args:
        trial: the study.
        question: key of a question of the plan whose estimate is `durability`.
        chapter: the notebook that asks.
        week: has no place here: the plan names the weeks; it only marks a departure.
        measure: key of a measure of the plan; None as planned.

    Returns:
        By arm (`gain`, `gain_kept`, `gain_kept_bootstrap`, `half_life`) and of the difference from
        the comparator (`extra_gain`, `extra_gain_kept`, ..., `extra_weeks_until_below`). `gain` is
        in the unit of the measure at the end and each later week; `gain_kept` in percent with
        Fieller's interval, `gain_kept_bootstrap` with that of the bootstrap; `half_life` in weeks
        after the end; `extra_weeks_until_below` in weeks after the start until the difference is
        below the smallest worthwhile effect (infinite: not within the follow-up).
        `sustained_percent` by arm and its difference: people with a worthwhile gain at the end and
        at every later visit.

    Raises:
        UsageError: an unknown question, week or measure.
        PlanError: the plan asks for what is not built.
        ModelError: the model cannot be fitted to these data, or nobody was seen at a week.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    end = programme_end(trial.plan, asked)
    chosen = select(trial, asked, covariate_columns(asked.question.options))
    refuse_nothing(chosen, asked)
    weeks = [end, *sorted(asked.question.durability.weeks)]
    _refuse_unseen(weeks, chosen, asked)
    gains = bootstrap_gains(chosen, asked)
    sizes = threshold_rows(chosen, asked)
    worthwhile = _between_groups(sizes)
    rows = []
    for arm in chosen.arms:
        whose = _Whose(arm, None, int(gains.people[arm]), "")
        rows += _rows(whose, gains, weeks, chosen, asked, worthwhile)
    for arm in chosen.arms[1:]:
        people = int(gains.people[arm] + gains.people[chosen.arms[0]])
        whose = _Whose(arm, chosen.arms[0], people, "extra_")
        rows += _rows(whose, gains, weeks, chosen, asked, worthwhile)
    return [
        *rows,
        asked.row("interval_level", 100 * asked.question.options.level, week=asked.week),
        *sizes,
        *_sustained(chosen, weeks, asked),
    ]


def _sustained(chosen: AnalysisSet, weeks: list[int], asked: Asked) -> list[Result]:
    """Who gains enough and holds it; nothing where the plan says no size that is enough."""
    enough = first_within_person(asked)
    if enough is None:
        return []
    return sustained_rows(completed_gains(chosen, asked), weeks, enough.value, asked)


def _between_groups(sizes: list[Result]) -> float | None:
    """The first size between groups, in points of the measure."""
    found = (r.value for r in sizes if r.level and r.level.startswith("between groups: "))
    return next(found, None)


def _refuse_unseen(weeks: list[int], chosen: AnalysisSet, asked: Asked) -> None:
    unseen = [week for week in weeks if week not in chosen.weeks]
    if unseen:
        raise ModelError(
            f"Nobody has a value of {asked.measure} that counts at week "
            f"{', '.join(map(str, unseen))}.",
            where=f"measure {asked.measure}; questions.{asked.name}.durability.weeks",
            why="what is kept of a gain there cannot be known",
            do="Ask about weeks with values, or check the visit windows of the plan.",
        )


def _rows(
    whose: _Whose,
    gains: Gains,
    weeks: list[int],
    chosen: AnalysisSet,
    asked: Asked,
    worthwhile: float | None,
) -> list[Result]:
    values, samples = gains.of(whose.arm, weeks, difference=whose.comparator is not None)
    covariance = np.cov(samples, rowvar=False)
    level = asked.question.options.level
    place = {
        "arm": whose.arm,
        "comparator": whose.comparator,
        "n": whose.n,
        "method": gains.words,
    }
    ends = np.quantile(samples, [(1 - level) / 2, (1 + level) / 2], axis=0)
    arms = (whose.arm, *([whose.comparator] if whose.comparator else []))
    made = [
        asked.row(
            f"{whose.prefix}gain",
            values[k],
            week=week,
            se=float(np.sqrt(covariance[k, k])),
            lower=float(ends[0, k]),
            upper=float(ends[1, k]),
            n_observed=chosen.seen(arms, week),
            **place,
        )
        for k, week in enumerate(weeks)
    ]
    for k, week in enumerate(weeks[1:], start=1):
        made += _kept(whose, k, week, values, samples, covariance, asked, place)
    made += _below(whose, weeks, values, samples, asked, worthwhile, place)
    life = half_life(np.array(weeks) - weeks[0], values, covariance, level=level)
    if life is not None and ends[0, 0] > 0:
        made.append(
            asked.row(
                f"{whose.prefix}half_life",
                life.value,
                lower=life.lower,
                upper=life.upper,
                **{**place, "method": f"exponential through the gains; {gains.words}"},
            )
        )
    return made


def _kept(
    whose: _Whose,
    k: int,
    week: int,
    values: np.ndarray,
    samples: np.ndarray,
    covariance: np.ndarray,
    asked: Asked,
    place: dict,
) -> list[Result]:
    """Share of the gain at the end, in percent, twice: Fieller's interval and the bootstrap's."""
    level = asked.question.options.level
    pair = covariance[np.ix_([k, 0], [k, 0])]
    if values[0] == 0:
        return []
    ratio = fieller(values[k], values[0], pair, level=level)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = samples[:, k] / samples[:, 0]
    lower, upper = np.nanquantile(shares, [(1 - level) / 2, (1 + level) / 2])
    return [
        asked.row(
            f"{whose.prefix}gain_kept",
            100 * ratio.value,
            week=week,
            lower=100 * ratio.lower,
            upper=100 * ratio.upper,
            **{**place, "method": f"ratio with Fieller's interval; {place['method']}"},
        ),
        asked.row(
            f"{whose.prefix}gain_kept_bootstrap",
            100 * ratio.value,
            week=week,
            lower=100 * float(lower),
            upper=100 * float(upper),
            **{**place, "method": f"ratio with percentile interval; {place['method']}"},
        ),
    ]


def _below(
    whose: _Whose,
    weeks: list[int],
    values: np.ndarray,
    samples: np.ndarray,
    asked: Asked,
    worthwhile: float | None,
    place: dict,
) -> list[Result]:
    """Weeks until a line through the gains falls below the worthwhile effect."""
    # The size is one between groups, and says nothing of a change within one.
    if worthwhile is None or whose.comparator is None:
        return []
    level = asked.question.options.level
    times = np.array(weeks, dtype=float)
    drawn = np.sort(first_below(times, samples, worthwhile))
    # Order statistics: an infinite end means that so many samples never fall below.
    lower, upper = (
        drawn[int(np.clip(round(q * (len(drawn) - 1)), 0, len(drawn) - 1))]
        for q in ((1 - level) / 2, (1 + level) / 2)
    )
    return [
        asked.row(
            f"{whose.prefix}weeks_until_below",
            first_below(times, values, worthwhile),
            lower=float(lower),
            upper=float(upper),
            **{**place, "method": f"straight lines between visits; {place['method']}"},
        )
    ]
