"""How load, effort, soreness and pain went along over the weeks of the programme."""

from __future__ import annotations

import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.asked import Asked
from analysis.estimate.spread import mean_row
from analysis.estimate.training_log import log_of
from analysis.result.record import Result
from analysis.terms import PARTICIPANT, WEEK

_MEAN = "mean of the people who trained in that week, of each one's mean; t interval"
_LOAD = f"{_MEAN}; percent of the person's own load in the first week with one"


def progression_rows(trial: Trial, asked: Asked, arm: str) -> list[Result]:
    """Means by week of the programme, of the people who trained in it.

    Whoever stops leaves the mean, and those who stay may be those who do well: a mean that rises is
    not by itself a person who gets stronger. Load is told as percent of each person's own first
    load, so that units and bodies do not mix; a band is told by its place in the dictionary's
    order.

    Returns:
        By week and arm: `progress_load` (percent), `progress_band`, `progress_exertion`,
        `progress_soreness`, `progress_pain` (before the session), as far as the log holds them.
    """
    log = log_of(trial, arm)
    log = log[log["attended"]]
    load = log["load"].groupby([log[PARTICIPANT], log[WEEK]]).mean()
    first = load.dropna().groupby(PARTICIPANT).first()
    share = 100 * load / first[first > 0].reindex(load.index.get_level_values(0)).to_numpy()
    columns = {
        "progress_load": (share, _LOAD),
        "progress_band": (_weekly(log, _place_of_band(log)), _MEAN),
        "progress_exertion": (_weekly(log, log["exertion"]), _MEAN),
        "progress_soreness": (_weekly(log, log["soreness"]), _MEAN),
        "progress_pain": (_weekly(log, log["pain_before"]), _MEAN),
    }
    return [
        row
        for statistic, (values, how) in columns.items()
        for row in _by_week(asked, statistic, values.dropna(), how, arm)
    ]


def _weekly(log: pd.DataFrame, values: pd.Series) -> pd.Series:
    """The mean of each person and week."""
    return values.astype("float64").groupby([log[PARTICIPANT], log[WEEK]]).mean()


def _place_of_band(log: pd.DataFrame) -> pd.Series:
    """The band's place, the first level being 1; missing where the dictionary gives no order."""
    band = log["band"]
    if not isinstance(band.dtype, pd.CategoricalDtype):
        return pd.Series(float("nan"), log.index)
    places = pd.Series(band.cat.codes.astype("float64") + 1, log.index)
    return places.where(band.notna())


def _by_week(asked: Asked, statistic: str, values: pd.Series, how: str, arm: str) -> list[Result]:
    return [
        mean_row(asked, statistic, here, how, week=int(week), arm=arm, n=len(here))
        for week, here in values.groupby(WEEK)
    ]
