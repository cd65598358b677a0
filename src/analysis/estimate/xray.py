"""Missing-data X-ray: every planned value by arm, week and reason, and what stands in its place."""

from __future__ import annotations

from itertools import groupby

import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.asked import Asked
from analysis.estimate.estimand import AnalysisSet
from analysis.estimate.imputing import Imputations, Imputed
from analysis.estimate.standing import standing_values
from analysis.result.record import Result
from analysis.terms import ARM, MISSING, OBSERVED, PARTICIPANT, STATUS, WEEK

# What stands in the place of a planned value in an analysis.
RECORDED = "as recorded"
OPEN = "left open as missing at random"
GAP = "gap by mar"
NOBODY = "not filled: nobody was scored at this week"
# How a value stands that is missing before another one that was recorded.
CAME_BACK = "missing but came back"


def xray_rows(
    trial: Trial, chosen: AnalysisSet, imputations: Imputations, asked: Asked
) -> list[Result]:
    """Counts of planned values: how they stand, why, and what fills them under each assumption.

    Args:
        trial: the derived trial.
        chosen: the values that answer the estimand.
        imputations: the completed scores.
        asked: the question.

    Returns:
        `planned_values` by week (and of all weeks, without one) and arm: level `planned` (all),
        `observed`, `missing: <reason>`, `missing but came back: <reason>`,
        `excluded by strategy: <event>`; they add up to `planned`.
        `pattern` by arm: how many people share a course over the weeks, whose level reads
        `observed*3; missing: <reason>*4`. `value_source` by week and arm: level
        `<analysis>: <source>`; of each assumption, and of `mmrm`, they add up to `planned`.
    """
    cells = planned_cells(trial, chosen, asked)
    everyone = cells.assign(level="planned")
    rows = _counted("planned_values", everyone, chosen, asked, "planned values of the population")
    how = "how planned values stand under the strategies of the estimand"
    rows += _counted("planned_values", cells.assign(level=cells["stands"]), chosen, asked, how)
    rows += _patterns(cells, chosen, asked)
    sources = {"mmrm": _by_model(cells, chosen)}
    sources |= {n: _by_assumption(cells, imputations, i) for n, i in imputations.under.items()}
    how = "what stands in the place of planned values"
    for name, source in sources.items():
        named = cells.assign(level=name + ": " + source)
        rows += _counted("value_source", named, chosen, asked, how)
    return rows


def planned_cells(trial: Trial, chosen: AnalysisSet, asked: Asked) -> pd.DataFrame:
    """Every planned value of the population: ``participant``, ``arm``, ``week``, ``stands``.

    ``stands`` is the status and, where the value does not count as recorded, why.
    """
    rows = standing_values(trial, asked.estimand, asked.measure)
    arms = chosen.population.set_index(PARTICIPANT)[ARM].astype("str")
    rows = rows[rows[PARTICIPANT].isin(arms.index)].reset_index(drop=True)
    status = rows[STATUS].astype("object")
    recorded = status != MISSING
    later = recorded[::-1].groupby(rows[PARTICIPANT][::-1], sort=False).cummax()[::-1]
    status = status.mask(~recorded & later, CAME_BACK)
    why = rows["reason"].astype("object").mask(recorded, rows["event"].astype("object"))
    stands = status.where(status == OBSERVED, status + ": " + why.fillna("no reason").astype(str))
    return rows[[PARTICIPANT, WEEK]].assign(
        **{ARM: rows[PARTICIPANT].map(arms), "seen": status == OBSERVED, "stands": stands}
    )


def _counted(
    statistic: str, cells: pd.DataFrame, chosen: AnalysisSet, asked: Asked, method: str
) -> list[Result]:
    """A row a week (and all weeks, without a week), arm and level; n is the people of the arm."""
    people = cells.groupby(ARM)[PARTICIPANT].nunique()
    by_week = cells.groupby([WEEK, ARM, "level"]).size()
    counts = {(int(week), arm, level): n for (week, arm, level), n in by_week.items()}
    counts |= {(None, *key): n for key, n in cells.groupby([ARM, "level"]).size().items()}
    order = {arm: place for place, arm in enumerate(chosen.arms)}
    return [
        asked.row(statistic, n, week=week, arm=arm, level=level, n=int(people[arm]), method=method)
        for (week, arm, level), n in sorted(
            counts.items(), key=lambda each: (each[0][0] or 0, order[each[0][1]], each[0][2])
        )
    ]


def _patterns(cells: pd.DataFrame, chosen: AnalysisSet, asked: Asked) -> list[Result]:
    """How many people of each arm share a course over the weeks, commonest first."""
    courses = cells.groupby(PARTICIPANT, sort=False)["stands"].agg(_course)
    arms = cells.drop_duplicates(PARTICIPANT).set_index(PARTICIPANT)[ARM]
    counts = pd.DataFrame({ARM: arms, "course": courses}).value_counts([ARM, "course"])
    return [
        asked.row(
            "pattern",
            n,
            arm=arm,
            level=course,
            n=int((arms == arm).sum()),
            method="people who share a course over the planned weeks",
        )
        for arm in chosen.arms
        for course, n in sorted(counts.get(arm, pd.Series()).items(), key=lambda i: (-i[1], i[0]))
    ]


def _course(stands: pd.Series) -> str:
    """`observed*3; missing: moved away*4`: the runs of one person's planned values in order."""
    return "; ".join(f"{how}*{len(list(run))}" for how, run in groupby(stands))


def _by_model(cells: pd.DataFrame, chosen: AnalysisSet) -> pd.Series:
    """What the model of all weeks, which fills nothing, makes of each planned value."""
    source = pd.Series(RECORDED, index=cells.index).where(cells["seen"], OPEN)
    source = source.mask(~cells["seen"] & ~cells[WEEK].isin(chosen.weeks), NOBODY)
    out = cells[PARTICIPANT].map(chosen.left_out.set_index(PARTICIPANT)["reason"])
    return source.mask(out.notna(), "not in the model: " + out.astype("str"))


def _by_assumption(cells: pd.DataFrame, imputations: Imputations, imputed: Imputed) -> pd.Series:
    """What each planned value is under one assumption."""
    filled = imputed.made.filled
    by = filled["strategy"].where(filled["after_event"], GAP)
    by = by.where(filled["delta"] == 0, by + " plus delta")
    by.index = pd.MultiIndex.from_arrays([filled[PARTICIPANT], filled["visit"].astype("int64")])
    place = pd.MultiIndex.from_arrays([cells[PARTICIPANT], cells[WEEK]])
    source = pd.Series(RECORDED, index=cells.index).where(cells["seen"], by.reindex(place).values)
    source = source.fillna(NOBODY)
    out = cells[PARTICIPANT].map(imputations.left_out.set_index(PARTICIPANT)["reason"])
    return source.mask(out.notna(), "not filled: " + out.astype("str"))
