"""The pseudo-participants of a study that is known by its printed table only."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.data.files.raw_folder import DICTIONARY_COLUMNS, SOURCE, write_study
from analysis.data.summary import (
    correlation_from_change,
    from_summary,
    sd_from_interval,
    sd_of_change,
    seed_within,
)
from analysis.errors import DataError, PlanError
from analysis.plan.schema import Plan
from analysis.terms import ARM, MEASURE, PARTICIPANT, VALUE, WEEK

PUBLISHED = "published.csv"
# Enough for the printed figures many times over, few enough that every machine writes the same.
DECIMALS = 8
# Means are chosen with two or three digits; a larger gap between them is a slip.
AGREES = 1e-9
_ENDS = ["chosen_lower", "chosen_upper"]


def pseudo_participants(
    published: pd.DataFrame, *, arm: str, bounds: tuple[float, float], seed: int
) -> dict[str, pd.DataFrame]:
    """Tables of pseudo-participants of one arm and one measure, from its published figures.

    Args:
        published: a row a figure: ``statistic`` (``people``, ``mean``, ``change`` or
            ``correlation``), ``measure``, ``week``, ``other_week`` (of a correlation), and what was
            chosen within the rounding of the printed figure: ``chosen``, ``chosen_lower``,
            ``chosen_upper`` (95 % interval; of means and changes). A change is counted from the
            first week.
        arm: key of the arm.
        bounds: lowest and highest score of the instrument.
        seed: the first seed to try, see `seed_within`.

    Returns:
        ``participants`` and ``visits`` as received; values in the unit of the measure.

    Raises:
        DataError: a figure is missing, or the figures contradict one another.
    """
    means, sds, correlation, n = moments(published)
    found = seed_within(means, sds, correlation, n, bounds=bounds, first=seed)
    values = from_summary(means, sds, correlation, n, seed=found, decimals=DECIMALS).to_numpy()
    people = [f"pseudo-{number:02d}" for number in range(1, n + 1)]
    weeks = _rows(published, "mean")[WEEK].astype(int).to_list()
    measure = _rows(published, "mean")["measure"].iloc[0]
    visits = pd.DataFrame(
        {
            PARTICIPANT: np.repeat(people, len(weeks)),
            WEEK: np.tile(weeks, n),
            MEASURE: measure,
            VALUE: values.ravel(),
        }
    )
    return {"participants": pd.DataFrame({PARTICIPANT: people, ARM: arm}), "visits": visits}


def moments(published: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Means and SDs by week, correlations between weeks, and people, from the chosen figures.

    SDs come from the intervals of the means, correlations with the first week from the intervals of
    the changes (paired t), correlations between later weeks from the table as an assumption.
    """
    n = int(_only(_rows(published, "people"), "people")["chosen"])
    at = _rows(published, "mean").sort_values(WEEK)
    weeks, means = at[WEEK].astype(int).to_list(), at["chosen"].to_numpy(dtype=float)
    sds = np.array([sd_from_interval(*ends, n) for ends in at[_ENDS].to_numpy(dtype=float)])
    correlation = np.eye(len(weeks))
    for later in range(1, len(weeks)):
        change = _only(_rows(published, "change", weeks[later]), f"change at week {weeks[later]}")
        if abs(means[later] - means[0] - change["chosen"]) > AGREES:
            raise _contradiction(
                f"the change at week {weeks[later]} differs from that of the means"
            )
        spread = sd_of_change(*change[_ENDS].astype(float), n)
        correlation[0, later] = correlation_from_change(sds[0], sds[later], spread)
        for earlier in range(1, later):
            rows = _rows(published, "correlation", weeks[earlier])
            rows = rows[rows["other_week"] == weeks[later]]
            name = f"correlation of weeks {weeks[earlier]} and {weeks[later]}"
            correlation[earlier, later] = _only(rows, name)["chosen"]
    return means, sds, np.triu(correlation) + np.triu(correlation, 1).T, n


def write_pseudo_study(plan: Plan, root: Path) -> Path:
    """Make the pseudo-participants of a one-arm study from its ``published.csv``, and write them.

    ``published.csv`` and ``source.md`` are written by hand from the publication and stay as they
    are. Not for real or simulated data: ``source.md`` must begin with "# Pseudo-participants".

    Args:
        plan: of the study; one arm, one measure.
        root: folder of the project.

    Returns:
        The folder written, ``data/raw/<study>``.

    Raises:
        PlanError: the plan does not say that its study holds pseudo-participants.
        DataError: the folder is of another kind, or its figures contradict one another.
    """
    if not plan.study.pseudo_participants:
        raise PlanError(
            f"The plan of '{plan.study.name}' does not say that it holds pseudo-participants.",
            where=f"plans/{plan.study.name}.yaml, study.pseudo_participants",
            why="made-up rows would be shown as if they were people who were measured",
            do="write pseudo_participants: true in the section study, if that is what they are",
        )
    folder = root / "data" / "raw" / plan.study.name
    source = (folder / SOURCE).read_text(encoding="utf-8") if (folder / SOURCE).is_file() else ""
    if not source.startswith("# Pseudo-participants"):
        raise DataError(
            f"The study '{plan.study.name}' does not say that it holds pseudo-participants.",
            where=f"data/raw/{plan.study.name}/{SOURCE}",
            why="made-up rows must never replace people who were measured",
            do='begin source.md with "# Pseudo-participants", if that is what they are',
        )
    published = pd.read_csv(io.BytesIO((folder / PUBLISHED).read_bytes()))
    (arm,), ((measure, spec),) = plan.arms, plan.measures.items()
    tables = pseudo_participants(
        published[published["measure"] == measure], arm=arm, bounds=spec.range, seed=plan.seed
    )
    words = dictionary(plan)
    return write_study(tables, folder, dictionary=words, source=source, keep=(PUBLISHED,))


def dictionary(plan: Plan) -> pd.DataFrame:
    """The dictionary of a study of pseudo-participants: a row a column of its two tables."""
    arms, measures = "|".join(plan.arms), "|".join(plan.measures)
    weeks = [visit.week for visit in plan.schedule]
    low, high = str(min(weeks)), str(max(weeks))
    made = "made from the published summary"
    rows = [
        ("participants", "participant", "Pseudo-participant", "text", "", "", "", "", "yes", made),
        ("participants", "arm", "Arm", "category", "", "", "", arms, "yes", ""),
        ("visits", "participant", "Pseudo-participant", "text", "", "", "", "", "yes", made),
        ("visits", "week", "Week", "number", "weeks", low, high, "", "yes", ""),
        ("visits", "measure", "Measure", "category", "", "", "", measures, "yes", ""),
        ("visits", "value", "Value", "number", "", "", "", "", "yes", made),
    ]
    return pd.DataFrame(rows, columns=DICTIONARY_COLUMNS)


def _rows(published: pd.DataFrame, statistic: str, week: int | None = None) -> pd.DataFrame:
    rows = published[published["statistic"] == statistic]
    return rows if week is None else rows[rows[WEEK] == week]


def _only(rows: pd.DataFrame, name: str) -> pd.Series:
    if len(rows) == 1:
        return rows.iloc[0]
    raise _contradiction(f"{len(rows)} rows give the {name}, one is needed")


def _contradiction(what: str) -> DataError:
    return DataError(
        f"The published figures do not make one table: {what}.",
        where=f"{PUBLISHED}, columns statistic, week and chosen",
        why="the pseudo-participants would not have the published figures",
        do="choose values within the printed rounding that agree with one another",
    )
