"""Flare-ups around sessions: do they come more often on the days after one than on other days?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.data.trial import Trial
from analysis.errors import ModelError
from analysis.estimate.asked import Asked
from analysis.estimate.flares import flare_ups
from analysis.estimate.followed import follow_up
from analysis.estimate.training_log import ended, logged, programmes
from analysis.result.record import Result
from analysis.stats.self_controlled import self_controlled
from analysis.terms import ARM, DAY, DAYS_A_WEEK, PARTICIPANT, START_DAY

# The rate of flare-ups may change from one stretch of the programme to the next.
WEEKS_ALIKE = 4
SOON, OTHER, NOT_YET = "soon after a session", "other days", "no session yet"
_RATIO = (
    "each person's rate on these days over the same person's rate on {other}; conditional Poisson "
    f"model with steps of {WEEKS_ALIKE} weeks of the programme; profile likelihood interval"
)


def flare_up_rows(trial: Trial, asked: Asked) -> list[Result]:
    """Flare-ups during the programme by days since the last attended session, and near to far.

    The ratios compare the days of each person with other days of that person, and allow for a rate
    that changes over the programme: people who train much may have few flare-ups for other reasons,
    and that drops out. What makes a person both train and flare up on the same days does not.

    Returns:
        By arm: `flare_ups` and `flare_days` by level `day 0` ... `day 3 or later` (days that are no
        longer soon), `no session yet`, `soon after a session`, `other days`; `flare_ratio` of the
        single days against the later ones, and of `soon after a session` against `other days`, of
        as many people as `n`.
        `not_compared` where there is no ratio. Arms without a programme have none, nor
        has a study without a log.
    """
    if not trial.has_events:
        return []
    if trial.sessions.empty or not programmes(trial):
        return [asked.row("not_available", 0, level="no training log")]
    days, near = _days(trial), asked.question.harms.days_after_session
    single, later = [f"day {day}" for day in range(near + 1)], f"day {near + 1} or later"
    rows = []
    for arm in (arm for arm in trial.plan.arms if arm in programmes(trial)):
        here = days[days[ARM] == arm]
        if here.empty or arm not in logged(trial):
            none = "nobody was followed after randomisation"
            why = none if here.empty else "the training log holds nothing of its people"
            rows.append(_not_compared(asked, arm, SOON, why))
            continue
        soon = here["since"].between(0, near)
        kinds = here["since"].map("day {:g}".format).where(soon, later)
        kinds = kinds.mask(here["since"].isna(), NOT_YET)
        both = pd.Series(np.where(soon, SOON, OTHER), here.index)
        rows += _counts(asked, arm, here, kinds, (*single, later, NOT_YET))
        rows += _counts(asked, arm, here, both, (SOON, OTHER))
        rows += _ratios(asked, arm, here, kinds, (later, *single, NOT_YET))
        rows += _ratios(asked, arm, here, both, (OTHER, SOON))
    return rows


def _not_compared(asked: Asked, arm: str, kind: str, why: str) -> Result:
    return asked.row("not_compared", 0, arm=arm, level=f"flare-ups, {kind}", method=why)


def _days(trial: Trial) -> pd.DataFrame:
    """A row a person and day of the programme: ``arm``, ``day``, ``since`` a session, ``flares``.

    Days on which a flare-up goes on are left out: by the plan's gap none can begin on them, and
    they would seem to be free of flare-ups; likewise people who were never followed. ``since`` is
    missing before the first attended session. The last day is that of leaving, of stopping the
    programme, of the last visit or session, or the programme's end.
    """
    weeks = {arm: programme.weeks for arm, programme in programmes(trial).items()}
    followed = follow_up(trial)["end"]
    known = trial.people[ARM].isin(list(weeks)) & trial.people[PARTICIPANT].map(followed).gt(0)
    people = trial.people.loc[known, [PARTICIPANT, ARM]]
    left = ended(trial)[DAY]
    attended = trial.sessions[trial.sessions["attended"].fillna(False).astype(bool)]
    trained = attended.groupby(PARTICIPANT)[DAY]
    trained = trained.apply(lambda d: np.unique(d[d >= START_DAY])).to_dict()
    flares = flare_ups(trial)
    flared = {who: own[[DAY, "last"]].to_numpy() for who, own in flares.groupby(PARTICIPANT)}
    gap = trial.plan.study.flare_up_gap
    parts = []
    for number, (who, arm) in enumerate(people.itertuples(index=False)):
        end = min(followed[who], DAYS_A_WEEK * weeks[arm], left.get(who, np.inf))
        days = np.arange(START_DAY, int(end) + 1)
        own = flared.get(who, np.empty((0, 2)))
        for first, last in own:
            days = days[(days <= first) | (days > last + gap)]
        since = _since(days, trained.get(who, np.empty(0)))
        told = {ARM: str(arm), DAY: days, "since": since, "flares": np.isin(days, own[:, 0])}
        parts.append(pd.DataFrame({"person": number, **told}))
    if not parts:
        return pd.DataFrame(columns=["person", ARM, DAY, "since", "flares"])
    return pd.concat(parts, ignore_index=True)


def _since(days: np.ndarray, trained: np.ndarray) -> np.ndarray:
    """Days since the last session on or before each day; missing before the first."""
    place = np.searchsorted(trained, days, side="right") - 1
    if not len(trained):
        return np.full(len(days), np.nan)
    return np.where(place >= 0, days - trained[np.maximum(place, 0)], np.nan)


def _counts(
    asked: Asked, arm: str, days: pd.DataFrame, kinds: pd.Series, names: tuple[str, ...]
) -> list[Result]:
    rows = []
    for name in names:
        part = days[kinds == name]
        place = {"arm": arm, "level": name}
        rows.append(asked.row("flare_ups", int(part["flares"].sum()), **place))
        rows.append(asked.row("flare_days", len(part), **place))
    return rows


def _ratios(
    asked: Asked, arm: str, days: pd.DataFrame, kinds: pd.Series, names: tuple[str, ...]
) -> list[Result]:
    """Ratios to the first of these kinds of days; those without a session yet are in between."""
    other, *told = names
    period = (days[DAY] // (DAYS_A_WEEK * WEEKS_ALIKE)).to_numpy()
    cells = days.assign(period=period, kind=kinds.map(names.index))
    cells = cells.groupby(["person", "period", "kind"])["flares"].agg(["size", "sum"]).reset_index()
    keys = (cells[name].to_numpy() for name in ("person", "kind", "period", "size", "sum"))
    try:
        found = self_controlled(*keys, level=asked.question.harms.level)
    except ModelError as error:
        return [_not_compared(asked, arm, told[0], error.why)]
    return [
        asked.row(
            "flare_ratio",
            found.ratio[k],
            arm=arm,
            level=name,
            lower=found.lower[k],
            upper=found.upper[k],
            n=int(found.people[k]),
            method=_RATIO.format(other=other),
        )
        for k, name in enumerate(told)
        if k < len(found.people) and found.people[k] and name != NOT_YET
    ]
