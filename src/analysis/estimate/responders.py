"""How many people got better by as much as counts: responders, and how the arms differ."""

from __future__ import annotations

from analysis.data.trial import Trial
from analysis.errors import PlanError, UsageError
from analysis.estimate.asked import Asked, understand
from analysis.estimate.estimand import refuse_nothing, select
from analysis.estimate.imputing import impute_under, left_out_rows
from analysis.estimate.model import covariate_columns
from analysis.estimate.responder_curve import curve_rows
from analysis.estimate.responder_rows import RespondersAsked, sustained_rows, week_rows
from analysis.estimate.responding import handlings
from analysis.plan.schema_responders import Responding
from analysis.plan.schema_trial import Threshold
from analysis.result.record import Result

_KIND = "within person"


def estimate_responders(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """How many people in each arm improved by at least each threshold, and how the arms differ.

    A threshold is one within a person of the plan, in points or percent of that person's baseline.
    Missing scores are treated by each assumption of the plan (the first is the main one), and
    beside them by counting people without a score as not responding, and by leaving them out.

    Args:
        trial: the study.
        question: key of a question of the plan whose estimate is `responders`.
        chapter: the notebook that asks.
        week: weeks after randomisation; None as planned.
        measure: key of a measure of the plan; None as planned.

    Returns:
        Rows whose level is `threshold: handling` (`..., unadjusted` for shares as they are):
        `responder_percent` (by arm; at every week under the main assumption, under the others at
        the week asked about) and, at the week asked about, `responder_difference` (percentage
        points, positive favours the arm), `responder_ratio`, `responder_odds_ratio` (main only),
        `responder_nnt` (negative: harm; see `stats.binary.number_needed_to_treat`), and
        `.._mc_error`. The same as `sustained_..` at the last week of a response that lasts, with
        `sustained_from`. `curve_percent` and `curve_points` by arm, level: the improvement reached.
        `responder_handling` and `responder_threshold` name what the levels mean; `left_out`;
        `interval_level`.

    Raises:
        UsageError: an unknown question, week or measure.
        PlanError: the plan asks for what is not built, or contradicts itself.
        ModelError: the model cannot be fitted to these data, or has no estimate.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    _refuse_contradictions(asked)
    thresholds = thresholds_asked(asked)
    chosen = select(trial, asked, covariate_columns(asked.question.options))
    refuse_nothing(chosen, asked)
    made = impute_under(chosen, asked, asked.question.imputation)
    main = next(iter(made.under.values()))
    lower = asked.plan.measures[asked.measure].direction == "lower is better"
    about = RespondersAsked.of(asked, chosen, main, handlings(made, lower_is_better=lower))
    rows = [row for threshold in thresholds for row in week_rows(about, threshold)]
    rows += [row for threshold in thresholds for row in sustained_rows(about, threshold)]
    return [
        *rows,
        *curve_rows(about, thresholds),
        *_names(asked, about, thresholds),
        *left_out_rows(made.left_out, asked),
    ]


def thresholds_asked(asked: Asked) -> list[Threshold]:
    """The thresholds within a person that the question names, in its order; the first is the main.

    All of the measure if it names none, and of another measure than the planned one.

    Raises:
        UsageError: a measure that departs from the plan and has none.
    """
    known = [t for t in asked.plan.measures[asked.measure].thresholds if t.kind == _KIND]
    responding = asked.question.responding or Responding()
    named = () if asked.other_measure else responding.thresholds
    if not known:
        raise UsageError(
            f"The measure {asked.measure} has no threshold within a person.",
            where=f"measures.{asked.measure}.thresholds",
            why="nothing says how much better counts as a response",
            do="Ask about another measure, or give this one a threshold with its citation.",
        )
    if not named:
        return known
    by_name = {each.name: each for each in known}
    return [by_name[name] for name in named]


def _refuse_contradictions(asked: Asked) -> None:
    """What a plan that was read cannot hold, for plans that were made otherwise."""
    where = f"questions.{asked.name}"
    if asked.question.imputation is None or not asked.question.imputation.assumptions:
        raise PlanError(
            f"The question {asked.name!r} names no assumption about missing scores.",
            where=f"{where}.imputation",
            why="people whose score is missing either respond or do not",
            do="Add imputation: with at least one of its assumptions.",
        )
    if asked.question.imputation.method.startswith("condmean"):
        raise PlanError(
            "Responders cannot be counted by conditional means.",
            where=f"{where}.imputation.method",
            why="the mean of what a person might have scored is not a score; means lie closer "
            "together than scores, and too few or too many of them reach a threshold",
            do="Write method: bootstrap, or bayes.",
        )
    if asked.plan.study.pseudo_participants:
        raise PlanError(
            "Responders of pseudo-participants cannot be counted.",
            where=where,
            why="their single scores were made up to fit published means",
            do="Leave the question out.",
        )


def _names(asked: Asked, about: RespondersAsked, thresholds: list[Threshold]) -> list[Result]:
    """What the levels mean: the handlings in order, and the thresholds with their sources."""
    return [
        asked.row("interval_level", 100 * asked.question.options.level, week=asked.week),
        *(
            asked.row("responder_handling", place, level=each.key, method=each.words)
            for place, each in enumerate(about.handlings)
        ),
        *(
            asked.row("responder_threshold", each.value, level=each.name, method=each.citation)
            for each in thresholds
        ),
    ]
