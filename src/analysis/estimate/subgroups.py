"""Does the effect differ between groups named beforehand? The interaction, then the forest."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.data.trial import Trial
from analysis.errors import PlanError
from analysis.estimate.asked import Asked, understand
from analysis.estimate.estimand import AnalysisSet, refuse_nothing, select
from analysis.estimate.model import covariate_columns, formula
from analysis.plan.schema_questions import Options
from analysis.plan.schema_subgroups import Subgroup
from analysis.result.record import Result
from analysis.stats.ancova import ancova
from analysis.terms import ARM, BASELINE, SMALL_GROUP, WEEK

GROUP = "subgroup"
EVERYONE = "everyone"


def estimate_subgroups(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """Whether the difference between arms differs between subgroups, and its size in each.

    One model a subgroup: analysis of covariance at the week asked about, with the product of arm
    and subgroup. Only that product is tested; the differences within subgroups have intervals and
    no p values, since a group in which the interval misses nought and one in which it does not need
    not differ.

    Args:
        trial: the study.
        question: key of a question whose estimate is `subgroups`.
        chapter: the notebook that asks.
        week: weeks after randomisation; None as planned.
        measure: key of a measure of the plan; None as planned.

    Returns:
        `interaction` by subgroup (F, with its numerator's degrees of freedom in `n_observed`, those
        of the denominator in `df`, p; the method tells what was expected); `subgroup_difference`
        by arm and level `Sex: female`, and of `everyone`. `subgroup_thin` counts the smallest cell
        of a subgroup that is too small to be told. `interval_level` in percent.

    Raises:
        UsageError: an unknown question, week or measure.
        PlanError: nothing is compared, or a subgroup that the data do not have or that needs a cut.
        ModelError: nobody has a score.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    if asked.estimand.treatments.comparator is None:
        raise PlanError(
            "A question about subgroups needs a comparator.",
            where=f"estimands.{asked.question.estimand}.treatments.comparator",
            why="who improved more within one arm is no effect of the programme",
            do="Name a comparator, or take the question out.",
        )
    chosen = select(trial, asked, covariate_columns(asked.question.options))
    refuse_nothing(chosen, asked)
    seen = chosen.rows[(chosen.rows[WEEK] == asked.week) & chosen.rows[chosen.response].notna()]
    seen = seen.assign(**{ARM: seen[ARM].cat.remove_unused_categories()})
    level = asked.row("interval_level", 100 * asked.question.options.level, week=asked.week)
    rows = [level, *_everyone(asked, chosen, seen)]
    for each in asked.question.subgroups:
        rows += _subgroup(trial, asked, chosen, seen, each)
    return rows


def _everyone(asked: Asked, chosen: AnalysisSet, seen: pd.DataFrame) -> list[Result]:
    fit = ancova(formula(chosen.response, asked.question.options, visits=False), seen)
    table = fit.contrasts(ARM, level=asked.question.options.level)
    return [
        _difference(asked, line, EVERYONE, len(seen), fit.method) for line in table.itertuples()
    ]


def _subgroup(
    trial: Trial, asked: Asked, chosen: AnalysisSet, seen: pd.DataFrame, each: Subgroup
) -> list[Result]:
    groups = _groups(trial, asked, each)
    here = seen.assign(**{GROUP: seen["participant"].map(groups)}).dropna(subset=[GROUP])
    here[GROUP] = here[GROUP].astype(groups.dtype).cat.remove_unused_categories()
    cells = here.groupby([ARM, GROUP], observed=False).size()
    unsaid = each.why == Subgroup.why
    reason = "; the plan gives no reason" if unsaid else f", since {each.why}"
    expected = f"expected: {each.expected}{reason}"
    smallest = cells.min() if here[GROUP].nunique() > 1 else 0
    if smallest < SMALL_GROUP:
        place = {"week": asked.week, "level": each.label, "method": expected}
        return [asked.row("subgroup_thin", smallest, **place)]
    words = formula(chosen.response, _others(asked, each), visits=False)
    fit = ancova(f"{words} + {GROUP} + {ARM}:{GROUP}", here)
    test = fit.term_tests().set_index("term").loc[f"{ARM}:{GROUP}"]
    rows = [
        asked.row(
            "interaction",
            test["f"],
            week=asked.week,
            level=each.label,
            df=float(test["den_df"]),
            p=float(test["p"]),
            n=len(here),
            n_observed=int(test["num_df"]),
            method=expected,
        )
    ]
    table = fit.contrasts(ARM, by=GROUP, level=asked.question.options.level)
    for line in table.itertuples():
        name = getattr(line, GROUP)
        n = int((here[GROUP] == name).sum())
        rows.append(_difference(asked, line, f"{each.label}: {name}", n, fit.method))
    return rows


def _others(asked: Asked, each: Subgroup) -> Options:
    """The planned options without a category that parts the people: it would stand twice."""
    options = asked.question.options
    if each.cut is not None:
        return options
    return replace(options, covariates=tuple(c for c in options.covariates if c != each.variable))


def _difference(asked: Asked, line: tuple, level: str, n: int, method: str) -> Result:
    return asked.row(
        "subgroup_difference",
        line.estimate,
        week=asked.week,
        arm=str(line.arm),
        comparator=asked.estimand.treatments.comparator,
        level=level,
        se=line.se,
        df=line.df,
        lower=line.lower,
        upper=line.upper,
        n=n,
        method=method,
    )


def _groups(trial: Trial, asked: Asked, each: Subgroup) -> pd.Series:
    """The group of each participant as a categorical, on the participants."""
    people = trial.people.set_index("participant")
    name = f"{BASELINE}_{asked.measure}" if each.variable == BASELINE else each.variable
    where = f"questions.{asked.name}.subgroups: {each.variable}"
    if name not in people or name == ARM:
        raise PlanError(
            f"The participants have no column {each.variable!r} to part them by.",
            where=where,
            why="the planned subgroup would be left out",
            do="Use a column of the participants, or baseline_<measure>.",
        )
    values = people[name]
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values
    if pd.api.types.is_bool_dtype(values):
        return values.map({True: "yes", False: "no"}).astype(pd.CategoricalDtype(["no", "yes"]))
    if each.cut is None or not pd.api.types.is_numeric_dtype(values):
        raise PlanError(
            f"The subgroup by {each.variable!r} gives no cut.",
            where=where,
            why="a number has to be parted at a value that was named beforehand",
            do="Add `cut`, or name a column of categories.",
        )
    low, high = f"below {each.cut:g}", f"{each.cut:g} or above"
    named = (values >= each.cut).map({False: low, True: high}).where(values.notna())
    return named.astype(pd.CategoricalDtype([low, high]))
