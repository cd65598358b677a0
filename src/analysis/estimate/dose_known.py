"""The dose behind each published effect: a number, or for weeks the band that a review tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.estimate.asked import Asked
from analysis.estimate.pool import Pool
from analysis.result.record import Result

MIDDLE, SHORTEST, LONGEST = "", "_shortest", "_longest"
# Where a length is told as a band: what the fit takes it to be, by the end of a statistic's name.
READINGS = {
    MIDDLE: "bands of weeks at their middle",
    SHORTEST: "bands of weeks at their shorter end",
    LONGEST: "bands of weeks at their longer end",
}


@dataclass(frozen=True)
class Dose:
    """A dose of training: its column in the published effects, and the statistics about it.

    Attributes:
        column: of the published effects.
        each: statistic of the dose behind an effect.
        slope: statistic of the change of the effect for one more.
        none: statistic of an effect that tells no such dose.
        words: what a text would have told.
    """

    column: str
    each: str
    slope: str
    none: str
    words: str


WEEKS = Dose(
    "programme_weeks", "weeks", "slope", "no_weeks", "neither the weeks of the programme nor a band"
)
DOSES = (
    WEEKS,
    Dose(
        "sessions_per_week",
        "sessions_a_week",
        "slope_sessions_a_week",
        "no_sessions_a_week",
        "no single number of sessions a week",
    ),
    Dose(
        "total_sessions",
        "sessions_in_all",
        "slope_sessions_in_all",
        "no_sessions_in_all",
        "no single number of sessions in all",
    ),
)


def numbers(rows: pd.DataFrame, dose: Dose, reading: str = MIDDLE) -> pd.Series:
    """The dose as a number; what is told in words, as of arms that differ, is missing.

    Args:
        rows: published effects.
        dose: one of `DOSES`.
        reading: a key of `READINGS`; it moves lengths that are told as a band of weeks alone.
    """
    told = _as_number(rows, dose)
    if dose is not WEEKS:
        return told
    low, high = bands(rows)
    return told.fillna({SHORTEST: low, LONGEST: high}.get(reading, (low + high) / 2))


def bands(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The least and the most weeks that a programme lasts; alike where its weeks are told."""
    weeks = _as_number(rows, WEEKS)
    ends = (f"{WEEKS.column}_low", f"{WEEKS.column}_high")
    low, high = (weeks.fillna(rows[end].astype(float)) for end in ends)
    return low, high


def is_banded(rows: pd.DataFrame) -> pd.Series:
    """Whether the length of a programme is told as a band of weeks alone."""
    low, high = bands(rows)
    return _as_number(rows, WEEKS).isna() & low.notna() & high.notna()


def dose_of_each(pools: Sequence[Pool], asked: Asked) -> list[Result]:
    """The dose behind each effect, and every effect that does not tell it.

    Returns:
        Rows with the level `key:row`: the statistic `each` of a dose (of a band of weeks the
        middle, its ends as `lower` and `upper`), or its statistic `none`; method is the reason.
    """
    return [row for pool in pools for dose in DOSES for row in _of_pool(pool, dose, asked)]


def _of_pool(pool: Pool, dose: Dose, asked: Asked) -> list[Result]:
    rows = pool.effects.rows
    low, high = bands(rows)
    banded = is_banded(rows) if dose is WEEKS else pd.Series(False, index=rows.index)
    made = []
    for at, value in numbers(rows, dose).items():
        place = {"measure": pool.synthesis.measure, "level": f"{pool.key}:{rows['row_id'][at]}"}
        source = rows["where"][at]
        if pd.isna(value):
            told = {"method": f"the text tells {dose.words}; {source}"}
            made.append(asked.row(dose.none, 1, **told, **place))
        elif banded[at]:
            ends = {"lower": low[at], "upper": high[at]}
            how = f"middle of a band of weeks, whose ends stand beside it; {source}"
            made.append(asked.row(dose.each, value, method=how, **ends, **place))
        else:
            made.append(asked.row(dose.each, value, method=f"as published; {source}", **place))
    return made


def _as_number(rows: pd.DataFrame, dose: Dose) -> pd.Series:
    return pd.to_numeric(rows[dose.column], errors="coerce").astype(float)
