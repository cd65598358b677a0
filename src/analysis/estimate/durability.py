"""What was gained at the programme's end, how much of it is kept, and for how long."""

from __future__ import annotations

from analysis.data.trial import Trial
from analysis.errors import ModelError
from analysis.estimate.asked import Asked, understand
from analysis.estimate.course_data import programme_end
from analysis.estimate.durability_draws import Gains, completed_gains, resampled_gains
from analysis.estimate.durability_rows import Line, Whose, gain_rows
from analysis.estimate.estimand import AnalysisSet, refuse_nothing, select
from analysis.estimate.imputing import left_out_rows
from analysis.estimate.model import covariate_columns
from analysis.estimate.sustained import sustained_rows
from analysis.estimate.thresholds import first_within_person, threshold_rows
from analysis.estimate.unseen_arms import seen_arms
from analysis.result.record import Result


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
        below the smallest worthwhile effect (infinite: not within the follow-up), and
        `weeks_until_below` until an arm's own gain is below the first size within a person, which
        is its level. `sustained_percent` by arm and its difference: people with a worthwhile gain
        at the end and at every later visit. Everyone with a baseline and the covariates counts,
        also who was never seen again; `left_out` counts the others by arm and reason.
        `not_available` for an arm of which nobody has a score after the programme.

    Raises:
        UsageError: an unknown question, week or measure.
        PlanError: the plan asks for what is not built.
        ModelError: the model cannot be fitted to these data, nobody was seen at a week, or nobody
            of the comparator after the programme.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    end = programme_end(trial.plan, asked)
    chosen = select(trial, asked, covariate_columns(asked.question.options))
    refuse_nothing(chosen, asked)
    chosen, lacking = seen_arms(chosen, asked, end)
    weeks = [end, *sorted(asked.question.durability.weeks)]
    _refuse_unseen(weeks, chosen, asked)
    gains = resampled_gains(chosen, asked)
    sizes = threshold_rows(chosen, asked)
    asked_of = _gains_asked(chosen, gains, _within_a_person(asked), _between_groups(sizes))
    return [
        *(row for whose in asked_of for row in gain_rows(whose, gains, weeks, chosen, asked)),
        asked.row("interval_level", 100 * asked.question.options.level, week=asked.week),
        *sizes,
        *_sustained(chosen, weeks, asked),
        *left_out_rows(gains.left_out, asked),
        *lacking,
    ]


def _gains_asked(
    chosen: AnalysisSet, gains: Gains, within: Line | None, between: Line | None
) -> list[Whose]:
    """Every arm's own gain, then every arm's beyond the comparator's, each with its size."""
    first, *others = chosen.arms
    own = [Whose(arm, None, int(gains.people[arm]), within) for arm in chosen.arms]
    people = {arm: int(gains.people[arm] + gains.people[first]) for arm in others}
    return [*own, *(Whose(arm, first, n, between) for arm, n in people.items())]


def _sustained(chosen: AnalysisSet, weeks: list[int], asked: Asked) -> list[Result]:
    """Who gains enough and holds it; nothing where the plan says no size that is enough."""
    enough = first_within_person(asked)
    if enough is None:
        return []
    return sustained_rows(completed_gains(chosen, asked), weeks, enough.value, asked)


def _between_groups(sizes: list[Result]) -> Line | None:
    """The first size between groups, in points of the measure; it measures differences."""
    found = (r for r in sizes if r.level and r.level.startswith("between groups: "))
    first = next(found, None)
    return None if first is None else Line(first.value, None)


def _within_a_person(asked: Asked) -> Line | None:
    """The first size within a person; it measures an arm's own gain, and says so in its level."""
    found = first_within_person(asked)
    return None if found is None else Line(found.value, f"{found.kind}: {found.name}")


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
