"""Who the participants were: the baseline table, by arm and without tests."""

from __future__ import annotations

import pandas as pd

from analysis.data.trial import Trial
from analysis.errors import PlanError
from analysis.estimate.asked import Asked, understand
from analysis.result.record import Result
from analysis.terms import ARM, SMALL_GROUP

_NUMBERS = {
    "mean": lambda values: values.mean(),
    "sd": lambda values: values.std(ddof=1),
    "median": lambda values: values.median(),
    "lower_quartile": lambda values: values.quantile(0.25),
    "upper_quartile": lambda values: values.quantile(0.75),
    "minimum": lambda values: values.min(),
    "maximum": lambda values: values.max(),
}
# What pseudo-participants share with the people of the paper; all else is of made-up rows.
_PUBLISHED = ("mean", "sd")
_TOLD_OF_FEW = ("mean",)


def estimate_baseline(
    trial: Trial,
    question: str,
    *,
    chapter: str,
    week: int | None = None,
    measure: str | None = None,
) -> list[Result]:
    """What the people of each arm were like before treatment; differences are not tested.

    A test of a baseline difference in a randomised trial asks whether chance made what is known to
    be made by chance, so there is no p value here (CONSORT 2025, item 25).

    Args:
        trial: the study.
        question: key of a question with `variables`: columns of people, or measures.
        chapter: the notebook that asks.
        week: has no place in this question; anything but None is refused.
        measure: as week.

    Returns:
        For a number: `mean`, `sd`, `median`, `lower_quartile`, `upper_quartile`, `minimum`,
        `maximum` (of pseudo-participants mean and SD only; of fewer than `SMALL_GROUP` people with
        a value the mean only, and of one person not that, since it would be their value). For a
        category: `count` and `percent` (of those with a value) by level. For both: `missing`. The
        variable stands in `measure`; n is the people of the arm, n_observed those with a value.

    Raises:
        PlanError: a variable is not in the data, or is neither a number nor a category.
    """
    asked = understand(trial.plan, question, chapter=chapter, week=week, measure=measure)
    columns = {name: _column(trial, asked, name) for name in asked.question.variables}
    arms = trial.people[ARM]
    return [
        row
        for name, column in columns.items()
        for arm in trial.plan.arms
        for row in _describe(asked, name, arm, column[(arms == arm).to_numpy()])
    ]


def _column(trial: Trial, asked: Asked, name: str) -> pd.Series:
    people = trial.people
    column = f"baseline_{name}" if name in trial.plan.measures else name
    where = f"questions.{asked.name}.variables: {name}"
    if column not in people:
        known = [c for c in people if not c.startswith(("in_", "baseline_", "participant"))]
        raise PlanError(
            f"The baseline table asks for {name!r}, which the data do not have.",
            where=where,
            why="a row of the table would be empty",
            do=f"Use a measure or one of: {', '.join(known)}.",
        )
    values = people[column]
    if pd.api.types.is_bool_dtype(values):
        return values.map({True: "yes", False: "no"}).astype(pd.CategoricalDtype(["yes", "no"]))
    if isinstance(values.dtype, pd.CategoricalDtype) or pd.api.types.is_numeric_dtype(values):
        return values
    raise PlanError(
        f"The baseline variable {name!r} is neither a number nor a category.",
        where=where,
        why="it can be neither averaged nor counted",
        do="Give it a type of number, integer, category or yes_no in dictionary.csv.",
    )


def _describe(asked: Asked, name: str, arm: str, column: pd.Series) -> list[Result]:
    seen = column.dropna()
    place = {"measure": name, "arm": arm, "n": len(column), "n_observed": len(seen)}
    rows = [asked.row("missing", column.isna().sum(), **place)]
    if isinstance(column.dtype, pd.CategoricalDtype):
        return _levels(asked, seen, place) + rows
    numbers = seen.astype(float)
    told = _PUBLISHED if asked.plan.study.pseudo_participants else _NUMBERS
    if len(seen) < SMALL_GROUP:
        told = _TOLD_OF_FEW if len(seen) > 1 else ()
    values = {statistic: _NUMBERS[statistic](numbers) for statistic in told}
    return [asked.row(s, v, **place) for s, v in values.items() if pd.notna(v)] + rows


def _levels(asked: Asked, seen: pd.Series, place: dict) -> list[Result]:
    counts = seen.value_counts(sort=False).reindex(seen.cat.categories)
    rows = []
    for level, count in counts.items():
        rows.append(asked.row("count", count, level=str(level), **place))
        if len(seen):
            rows.append(asked.row("percent", 100 * count / len(seen), level=str(level), **place))
    return rows
