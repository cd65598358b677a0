"""The work that was done: sessions, sets, repetitions and load, by modality and muscle group."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.data.trial import Trial
from analysis.estimate.asked import Asked
from analysis.estimate.spread import mean_row
from analysis.estimate.training_log import log_of, people_of
from analysis.result.record import Result
from analysis.terms import PARTICIPANT, SMALL_GROUP

_MEAN = "mean of the people randomised to the arm, nothing done counting as 0; t interval"
_KNOWN = "mean of the people with a load on record, of the sessions that have one; t interval"
_FEW = f"done by fewer than {SMALL_GROUP} people, whom it would tell of"


@dataclass(frozen=True)
class _Done:
    """The sessions that people of an arm attended.

    log: a row a session. people: everyone randomised to the arm. place: what its rows are about.
    modality, groups: of each session; of the latter a row for each group that it trained.
    """

    log: pd.DataFrame
    people: pd.Series
    place: dict
    modality: pd.Series
    groups: pd.Series

    @property
    def modalities(self) -> dict[str, pd.Index]:
        """The sessions of each modality."""
        names = dict.fromkeys(self.modality)
        return {name: self.log.index[self.modality == name] for name in names}

    def trained(self, muscle_groups: tuple[str, ...]) -> dict[str, pd.Index]:
        """The sessions that trained each muscle group."""
        return {g: self.groups.index[self.groups == g].unique() for g in muscle_groups}

    def few(self, sessions: pd.Index) -> bool:
        """Whether some people, but too few to be told of, had these sessions."""
        return 0 < self.log.loc[sessions, PARTICIPANT].nunique() < SMALL_GROUP


def work_rows(trial: Trial, asked: Asked, arm: str) -> list[Result]:
    """What people of an arm did in the whole programme, a mean a person.

    A session that trained several muscle groups counts for each of them. Its modality is that of
    the log where the log tells it, else the programme's. What fewer than `SMALL_GROUP` people did
    in a modality or with loads in a unit is not told.

    Args:
        trial: the study, with a training log.
        asked: the question as asked.
        arm: with a programme.

    Returns:
        Rows `work`, and `work_thin` (value: the people it needs) for what is not told.
    """
    programme = trial.plan.arms[arm].programme
    done = _done(trial, arm)
    sets = done.log["sets"].astype("float64")
    repetitions = sets * done.log["repetitions"].astype("float64")
    sessions = pd.Series(1.0, done.log.index)
    groups = done.trained(programme.muscle_groups)
    kinds = {"sessions": sessions, "sets": sets, "repetitions": repetitions}
    kinds = {name: each for name, each in kinds.items() if name == "sessions" or each.notna().any()}
    rows = [_of_everyone(asked, done, each, name) for name, each in kinds.items()]
    for name in ("sessions", "sets"):
        if name in kinds:
            rows += _by_modality(asked, done, kinds[name], name, done.people, _MEAN)
    if "sets" in kinds:
        rows += [
            _of_everyone(asked, done, sets.reindex(here), f"sets: {group}")
            for group, here in groups.items()
        ]
    return [*rows, *_volume(asked, done, repetitions, groups)]


def _done(trial: Trial, arm: str) -> _Done:
    people, log = people_of(trial, arm), log_of(trial, arm)
    log = log[log["attended"]]
    usual = trial.plan.arms[arm].programme.modality
    told = log["modality"] if "modality" in log else pd.Series(None, log.index, dtype="object")
    groups = log["muscle_groups"].astype("str").str.split("|").explode().str.strip()
    place = {"arm": arm, "n": len(people), "n_observed": log[PARTICIPANT].nunique()}
    modality = told.astype("object").where(told.notna(), usual)
    return _Done(log, people, place, modality, groups)


def _of_everyone(asked: Asked, done: _Done, each: pd.Series, level: str) -> Result:
    return _mean(asked, done, each, level, done.people, _MEAN)


def _by_modality(
    asked: Asked, done: _Done, each: pd.Series, level: str, people: pd.Series, method: str
) -> list[Result]:
    """One row a modality; where few had one of them none is told: the rest would tell it."""
    parts = {
        f"{level}: with {name}": each[each.index.isin(here)]
        for name, here in done.modalities.items()
    }
    if any(done.few(own.index) for own in parts.values()):
        return [_thin(asked, done, name) for name in parts]
    return [
        _mean(asked, done, own, name, people, method) for name, own in parts.items() if len(own)
    ]


def _volume(
    asked: Asked, done: _Done, repetitions: pd.Series, groups: dict[str, pd.Index]
) -> list[Result]:
    """Sets times repetitions times load of the main lift, each unit for itself, never converted."""
    volume = repetitions * done.log["load"]
    rows = []
    for unit in done.log["load_unit"].dropna().unique():
        here = volume[(done.log["load_unit"] == unit) & volume.notna()]
        people = done.log.loc[here.index, PARTICIPANT].drop_duplicates()
        level = f"volume load in {unit}"
        if len(people) < SMALL_GROUP:
            rows.append(_thin(asked, done, level))
            continue
        rows.append(_mean(asked, done, here, level, people, _KNOWN))
        rows += _by_modality(asked, done, here, level, people, _KNOWN)
        for group, sessions in groups.items():
            own, name = here[here.index.isin(sessions)], f"{level}: {group}"
            if done.few(own.index):
                rows.append(_thin(asked, done, name))
            elif len(own):
                rows.append(_mean(asked, done, own, name, people, _KNOWN))
    return rows


def _mean(
    asked: Asked, done: _Done, each: pd.Series, level: str, people: pd.Series, method: str
) -> Result:
    """The mean over people of the sum of each one's sessions; 0 for those without any."""
    sums = each.groupby(done.log[PARTICIPANT].reindex(each.index)).sum()
    values = people.map(sums).fillna(0).astype(float)
    place = done.place | {"n": len(people)}
    return mean_row(asked, "work", values, method, level=level, **place)


def _thin(asked: Asked, done: _Done, level: str) -> Result:
    return asked.row("work_thin", SMALL_GROUP, arm=done.place["arm"], level=level, method=_FEW)
