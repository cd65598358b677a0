"""Whether the data can hold the planned model, told in plain words before it is fitted."""

from __future__ import annotations

from analysis.errors import ModelError
from analysis.estimate.asked import Asked
from analysis.estimate.estimand import AnalysisSet
from analysis.terms import ARM, PARTICIPANT, WEEK

# One value has no spread, and a cell without any leaves the mean of that arm and visit unknown.
LEAST = 2


def refuse_thin_cells(chosen: AnalysisSet, asked: Asked, weeks: tuple[int, ...]) -> None:
    """Every arm has at least two values at every week that the model holds.

    Args:
        chosen: the values that answer the estimand.
        asked: the question as asked.
        weeks: the weeks of the model.

    Raises:
        ModelError: naming each week and arm with fewer.
    """
    used = chosen.rows[chosen.rows[chosen.response].notna()]
    seen = used.groupby([WEEK, ARM], observed=False)[PARTICIPANT].count()
    thin = [
        f"{seen.get((week, arm), 0) or 'nobody'} in {asked.plan.arms[arm].label} at week {week}"
        for week in weeks
        for arm in chosen.arms
        if seen.get((week, arm), 0) < LEAST
    ]
    if not thin:
        return
    raise ModelError(
        f"Too few people have a value of {asked.measure} that counts: {'; '.join(thin)}.",
        where=f"questions.{asked.name}; measure {asked.measure}",
        why=f"the mean of an arm at a visit, and its precision, need at least {LEAST} values there",
        do="Leave that visit out of the schedule of the plan, or that arm out of the estimand; if "
        "it is the week asked about, ask about another week.",
    )


def constant_covariates(chosen: AnalysisSet, columns: tuple[str, ...]) -> tuple[str, ...]:
    """The covariates that are the same for everyone with a value: nothing to adjust for."""
    used = chosen.rows[chosen.rows[chosen.response].notna()]
    return tuple(column for column in columns if used[column].nunique() <= 1)
