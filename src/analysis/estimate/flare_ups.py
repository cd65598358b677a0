"""Flare-ups around sessions: does the day after training bring more of them than other days?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.asked import Asked
from analysis.estimate.followed import follow_up
from analysis.estimate.harm_events import FLARE_UP
from analysis.estimate.training_log import ended, programmes
from analysis.result.record import Result
from analysis.stats.counts import Estimate, rate, rate_ratio
from analysis.terms import ARM, DAY, DAYS_A_WEEK, PARTICIPANT

# Days since the last attended session are told singly up to this one, then together.
LAST_DAY_TOLD = 3
PER = 1000  # person-days
_RATE = f"flare-ups in {PER} person-days of the programme; exact interval (Poisson)"
_RATIO = (
    "rate on these days over the rate on the other days of the programme of the same people; exact "
    "interval given the total, repeated flare-ups of a person counted as unrelated"
)


def flare_up_rows(trial: Trial, asked: Asked) -> list[Result]:
    """Flare-ups during the programme by days since the last attended session, and near to far.

    Each person's days of the programme are compared with one another: days soon after a session
    with all other days, also those before the first session. Who trains more is thus compared with
    himself, but what makes a person both train and flare up on the same days is not undone.

    Returns:
        By arm: `flare_rate` in 1000 person-days by level `day 0` ... `day 4 or later`, `no session
        yet`, `soon after a session`, `other days`, with `flare_ups` and `flare_days`; `flare_ratio`
        of the last two. Arms without a programme or a log have none.
    """
    if trial.events.empty:
        return []
    if trial.sessions.empty or not programmes(trial):
        return [asked.row("not_available", 0, level="no training log")]
    days = _days(trial)
    near = asked.question.harms.days_after_session
    rows = []
    for arm in (arm for arm in trial.plan.arms if (days[ARM] == arm).any()):
        here = days[days[ARM] == arm]
        parts = {name: here[here["since"].map(_name) == name] for name in _names()}
        soon = here["since"].between(0, near)
        parts |= {"soon after a session": here[soon], "other days": here[~soon]}
        rows += [row for name, part in parts.items() for row in _rates(asked, arm, name, part)]
        rows += _ratio(asked, arm, here[soon], here[~soon])
    return rows


def _days(trial: Trial) -> pd.DataFrame:
    """A row a person and day of the programme: ``arm``, days ``since`` a session, ``flares``.

    ``since`` is missing before the first attended session. The last day is that of leaving, of
    stopping the programme, of the last news, or the programme's end.
    """
    weeks = {arm: programme.weeks for arm, programme in programmes(trial).items()}
    people = trial.people.loc[trial.people[ARM].isin(list(weeks)), [PARTICIPANT, ARM]]
    followed = follow_up(trial)
    left = ended(trial)[DAY]
    attended = trial.sessions[trial.sessions["attended"].fillna(False).astype(bool)]
    trained = attended.groupby(PARTICIPANT)[DAY].apply(lambda d: np.unique(d[d >= 0])).to_dict()
    flares = trial.events[trial.events["event"].astype("str") == FLARE_UP]
    flared = flares.groupby(PARTICIPANT)[DAY].apply(set).to_dict()
    parts = []
    for who, arm in people.itertuples(index=False):
        end = min(followed[who], DAYS_A_WEEK * weeks[arm], left.get(who, np.inf))
        days = np.arange(0, int(end) + 1)
        since = _since(days, trained.get(who, np.empty(0)))
        hit = np.isin(days, list(flared.get(who, ())))
        parts.append(pd.DataFrame({ARM: str(arm), "since": since, "flares": hit}))
    return pd.concat(parts, ignore_index=True)


def _since(days: np.ndarray, trained: np.ndarray) -> np.ndarray:
    """Days since the last session on or before each day; missing before the first."""
    place = np.searchsorted(trained, days, side="right") - 1
    if not len(trained):
        return np.full(len(days), np.nan)
    return np.where(place >= 0, days - trained[np.maximum(place, 0)], np.nan)


def _names() -> list[str]:
    return [*(_name(day) for day in range(LAST_DAY_TOLD + 2)), _name(np.nan)]


def _name(since: float) -> str:
    if np.isnan(since):
        return "no session yet"
    return f"day {since:g}" if since <= LAST_DAY_TOLD else f"day {LAST_DAY_TOLD + 1} or later"


def _rates(asked: Asked, arm: str, name: str, part: pd.DataFrame) -> list[Result]:
    count, days = int(part["flares"].sum()), len(part)
    place = {"arm": arm, "level": name}
    rows = [asked.row("flare_ups", count, **place), asked.row("flare_days", days, **place)]
    if not days:
        return rows
    found = rate(count, days / PER, level=asked.question.harms.level)
    return [*rows, _row(asked, "flare_rate", found, method=_RATE, **place)]


def _ratio(asked: Asked, arm: str, soon: pd.DataFrame, other: pd.DataFrame) -> list[Result]:
    """The ratio of both rates; none where one of them has no days or nobody flared up at all."""
    counts = int(soon["flares"].sum()), int(other["flares"].sum())
    if soon.empty or other.empty or not any(counts):
        return []
    sure = asked.question.harms.level
    found = rate_ratio(counts[0], len(soon), counts[1], len(other), level=sure)
    return [_row(asked, "flare_ratio", found, arm=arm, method=_RATIO)]


def _row(asked: Asked, statistic: str, found: Estimate, **place: object) -> Result:
    return asked.row(statistic, found.value, lower=found.lower, upper=found.upper, **place)
