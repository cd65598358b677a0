"""The course over two years: each arm's change at any week, and how much more than elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.data.trial import Trial
from analysis.errors import ModelError
from analysis.estimate.asked import Asked, understand
from analysis.estimate.course_data import CourseData, course_data
from analysis.estimate.course_fit import VISITS, against_visits
from analysis.estimate.course_model import Curve, fit_curve
from analysis.estimate.course_people import spread_rows, trajectory_rows
from analysis.estimate.observed import observed_change_rows, observed_rows
from analysis.estimate.thresholds import threshold_rows
from analysis.result.record import Result
from analysis.terms import WEEK

STEP = 2  # weeks between the points of a curve
# The same curve with other assumptions about how a person's scores go together.
RANDOM_EFFECTS = {"ri": "random intercepts", "ri+rs": "random intercepts and slopes"}


def estimate_course(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """How the measure went on in each arm to the last visit, whatever the week of a visit.

    The first shape of the plan is the main one and has no level; other shapes, random intercepts
    (and slopes), and visits as categories (no shape at all) carry their name as level.

    Args:
        trial: the study.
        question: key of a question of the plan whose estimate is `course`.
        chapter: the notebook that asks.
        week: weeks after the start; None as planned.
        measure: key of a measure of the plan; None as planned.

    Returns:
        Rows in the unit of the measure: `course_start` (the mean at the start), `course_change` (by
        arm and week since the start), `course_difference` (arm minus comparator); the last two of
        the main shape at every second week too. `lack_of_fit` and `curve_miss`: how far each shape
        lies from visits as categories, and whether chance could do that. `observed_mean` and its
        companions, `observed_change`, `threshold`, `interval_level`. `trajectory_seen` and
        `trajectory_shrunken` (a few people drawn at random), `change_sd` and `change_sd_ratio` (how
        differently people changed). `left_out_model` where a model cannot be fitted: value 0, the
        method says why. `not_available`: nobody of an arm has a score after the programme.

    Raises:
        UsageError: an unknown question, week or measure.
        PlanError: the plan asks for what is not built, or no arm has a programme.
        ModelError: the main model cannot be fitted to these data, or nobody of the comparator has
            a score after the programme.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    data = course_data(trial, asked)
    main, *others = [fit_curve(data, asked, shape) for shape in asked.course.shapes]
    visits = [w for w in data.chosen.weeks if w <= data.last]
    fine = sorted({*range(0, data.last + 1, STEP), *visits, data.last})
    rows = [_start(main, data, asked), *_curve_rows(main, fine, data, asked, level=None)]
    free, fits = against_visits([main, *others], data, asked)
    beside = {curve.shape: curve for curve in others} | ({VISITS: free} if free else {})
    by_effects, lacking = _with_random_effects(data, asked, main.shape)
    beside |= {RANDOM_EFFECTS[name]: curve for name, curve in by_effects.items()}
    for level, curve in beside.items():
        rows += _curve_rows(curve, visits, data, asked, level=level)
    return [
        *rows,
        *fits,
        *lacking,
        *data.lacking,
        asked.row("interval_level", 100 * asked.question.options.level, week=asked.week),
        *threshold_rows(data.chosen, asked),
        *observed_rows(data.chosen, asked),
        *observed_change_rows(data.chosen, asked),
        *trajectory_rows(by_effects.get("ri+rs"), data, asked),
        *spread_rows(data, asked),
    ]


def _with_random_effects(
    data: CourseData, asked: Asked, shape: str
) -> tuple[dict[str, Curve], list[Result]]:
    """The main shape with random effects; one that lies at its boundary is said, not forced."""
    made, lacking = {}, []
    for name, words in RANDOM_EFFECTS.items():
        try:
            made[name] = fit_curve(data, asked, shape, covariance=name)
        except ModelError as error:
            reason = f"not fitted: {error.what}"
            lacking.append(asked.row("left_out_model", 0, level=words, method=reason))
    return made, lacking


def _start(curve: Curve, data: CourseData, asked: Asked) -> Result:
    """The mean at the start, which all arms share, of people like those in the data."""
    design = curve.fit.design
    at_start = (curve.rows.loc[design.index, WEEK] == 0).to_numpy()
    mean = design.X[at_start].mean(axis=0)
    found = curve.fit.contrast(mean, level=asked.question.options.level).iloc[0]
    arms = data.chosen.arms
    return asked.row(
        "course_start",
        found["estimate"],
        week=0,
        n=data.chosen.people(arms),
        n_observed=data.chosen.people(arms),
        method=curve.words,
        **{name: found[name] for name in ("se", "df", "lower", "upper")},
    )


def _curve_rows(
    curve: Curve, weeks: Sequence[int], data: CourseData, asked: Asked, *, level: str | None
) -> list[Result]:
    rows = []
    for arm in data.chosen.arms:
        rows += _arm_rows(curve, weeks, arm, data, asked, level=level, difference=False)
    for arm in data.compared:
        rows += _arm_rows(curve, weeks, arm, data, asked, level=level, difference=True)
    return rows


def _arm_rows(
    curve: Curve,
    weeks: Sequence[int],
    arm: str,
    data: CourseData,
    asked: Asked,
    *,
    level: str | None,
    difference: bool,
) -> list[Result]:
    later = [week for week in weeks if week > 0]
    weights = curve.weights(later, arm, difference=difference)
    table = curve.fit.contrast(weights, level=asked.question.options.level)
    other = data.chosen.arms[0] if difference else None
    arms = (arm, other) if difference else (arm,)
    return [
        asked.row(
            "course_difference" if difference else "course_change",
            line.estimate,
            week=week,
            arm=arm,
            comparator=other,
            level=level,
            n=data.chosen.people(arms),
            n_observed=_seen(data, arms, week),
            method=curve.words,
            verified=_verified(curve),
            se=line.se,
            df=line.df,
            lower=line.lower,
            upper=line.upper,
            p=line.p if difference else None,
        )
        for week, line in zip(later, table.itertuples(), strict=True)
    ]


def _seen(data: CourseData, arms: tuple[str, ...], week: int) -> int | None:
    """People with a score at a visit; between visits nobody is asked."""
    return data.chosen.seen(arms, week) if week in data.chosen.weeks else None


def _verified(curve: Curve) -> str | None:
    """Random effects were compared with lme4 and pbkrtest; the curve is its columns only."""
    return "validation/lmm" if curve.fit.problem.structure.name in RANDOM_EFFECTS else None
