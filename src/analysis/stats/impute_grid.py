"""The planned values: every participant at every visit, seen or not, and the design there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api import types

from analysis.errors import ModelError, UsageError

from .design import Design
from .impute_events import Events, People, read_events, refuse_thin
from .levels import as_factor, declare
from .observations import Observations, read_observations
from .screen import refuse_duplicates


@dataclass(frozen=True)
class Names:
    """The columns: outcome, participant, visit and arm."""

    formula: str
    outcome: str
    subject: str
    visit: str
    arm: str


@dataclass(frozen=True)
class Planned:
    """Every participant (N) at every visit (M).

    Y: N x M, the outcomes, not a number where absent. X_own, X_reference: N x M x p, the design
    with each one's own arm and with the reference of that arm. reference: the place of each arm's
    reference among the arms. frame: N M rows, the columns of the formula. observations: the rows
    that inform the model; fitted: N, their participant's code there (-1: none); informs: N x M.
    given_events: the table of events that was given.
    """

    names: Names
    people: People
    events: Events
    Y: np.ndarray
    X_own: np.ndarray
    X_reference: np.ndarray
    reference: np.ndarray
    frame: pd.DataFrame
    observations: Observations
    fitted: np.ndarray
    informs: np.ndarray
    given_events: pd.DataFrame | None

    @property
    def absent(self) -> np.ndarray:
        """N x M: no outcome."""
        return ~self.people.seen

    @property
    def arm(self) -> np.ndarray:
        """N: the place of each participant's arm among the arms."""
        return self.people.arm.codes


def lay_out(
    names: Names,
    data: pd.DataFrame,
    *,
    reference: object,
    strategy: object,
    events: pd.DataFrame | None,
    by_arm: bool,
) -> Planned:
    """Lay a long table out by participant and visit.

    Visits that a participant has no row for are added; their covariates are those of the
    participant's other rows, which must agree.

    Args:
        names: the columns.
        data: one row a participant and visit seen or planned.
        reference: an arm, or a mapping of arm to the arm that it is referred to.
        strategy: see `read_events`.
        events: see `read_events`.
        by_arm: whether each arm has a Sigma of its own.

    Raises:
        UsageError: an argument or a column that cannot be understood.
        ModelError: data that cannot carry the model.
    """
    frame, people = _grid(names, data)
    Y = frame[names.outcome].to_numpy(dtype=float).reshape(people.seen.shape)
    n, m = Y.shape
    constant = frame.iloc[::m].reset_index(drop=True)
    ruled = read_events(people, strategy, events, constant)
    excludes = np.array([rule.excludes for rule in ruled.rules])[ruled.rule]
    informs = people.seen & (ruled.mar(m) | ~excludes[:, None])
    places = _references(reference, people)
    refuse_thin(people, informs)
    used = frame.assign(**{names.outcome: frame[names.outcome].where(informs.reshape(-1))})
    observations = read_observations(
        names.formula,
        used,
        subject=names.subject,
        visit=names.visit,
        group=names.arm if by_arm else None,
    )
    design = observations.design
    referred = pd.Categorical.from_codes(places[people.arm.codes], dtype=people.arm.dtype)
    other = frame.assign(**{names.arm: np.repeat(referred, m)})
    return Planned(
        names,
        people,
        ruled,
        Y,
        design_on(design, frame).reshape(n, m, -1),
        design_on(design, other).reshape(n, m, -1),
        places,
        frame,
        observations,
        observations.participants.get_indexer(people.participants),
        informs,
        events,
    )


def design_on(design: Design, frame: pd.DataFrame) -> np.ndarray:
    """The design of the fit on other rows: same terms, same levels, same coding."""
    columns = {}
    for name, fitted in design.frame.items():
        if isinstance(fitted.dtype, pd.CategoricalDtype):
            columns[name] = pd.Categorical(frame[name], categories=fitted.cat.categories)
        else:
            columns[name] = frame[name].to_numpy(dtype=float)
    table = pd.DataFrame(columns, index=frame.index)
    holes = table.isna().sum()
    if (holes > 0).any():
        listed = ", ".join(f"{name} ({count} rows)" for name, count in holes[holes > 0].items())
        raise ModelError(
            f"Planned values have no value in: {listed}.",
            where=f"columns {', '.join(map(str, holes.index[holes > 0]))}",
            why="Without it nothing can be said about the outcome that is missing there.",
            do="Complete the column in each row (one that changes over visits needs every visit).",
        )
    return design.spec.get_model_matrix(table, context={}).to_numpy(dtype=float)


def _grid(names: Names, data: pd.DataFrame) -> tuple[pd.DataFrame, People]:
    """All participants at all visits as rows, participant by participant."""
    _refuse_columns(names, data)
    for name in (names.subject, names.visit, names.arm):
        if data[name].isna().any():
            raise ModelError(
                f"{int(data[name].isna().sum())} rows have no {name}.",
                where=f"column {name}",
                do="Complete the column, or leave these rows out on purpose.",
            )
    visit = as_factor(data[names.visit])
    who, participants = pd.factorize(data[names.subject])
    refuse_duplicates(who, visit.cat.codes.to_numpy(), data.index)
    n, m = len(participants), len(visit.cat.categories)
    place = who * m + visit.cat.codes.to_numpy()
    wide = data.assign(**{names.visit: visit}).set_axis(place).reindex(np.arange(n * m))
    wide[names.subject] = np.repeat(np.asarray(participants), m)
    wide[names.visit] = pd.Categorical.from_codes(np.tile(np.arange(m), n), dtype=visit.dtype)
    wide = _carried(wide, data, who, place, names)
    arm = declare(wide[[names.arm]])[names.arm]
    if not isinstance(arm.dtype, pd.CategoricalDtype):
        raise UsageError(
            f"The arm {names.arm} holds numbers.",
            where="arm",
            do=f'Make it a factor: pd.Categorical(data["{names.arm}"], categories=[...]).',
        )
    people = People(
        pd.Index(participants, name=names.subject),
        visit.cat.categories.rename(names.visit),
        pd.Categorical(arm.iloc[::m]),
        wide[names.outcome].notna().to_numpy().reshape(n, m),
    )
    return wide.assign(**{names.arm: arm}), people


def _carried(
    wide: pd.DataFrame, data: pd.DataFrame, who: np.ndarray, place: np.ndarray, names: Names
) -> pd.DataFrame:
    """Rows that were absent get what their participant's rows agree on."""
    added = ~np.isin(np.arange(len(wide)), place)
    m = len(wide[names.visit].cat.categories)
    for name in data.columns.difference([names.subject, names.visit, names.outcome]):
        if name != names.arm and not added.any():
            continue
        first = data[name].groupby(who).transform("first")
        same = bool((data[name].isna() | (data[name] == first)).all())
        if name == names.arm and not same:
            raise ModelError(
                f"The arm {name} changes within a participant.",
                where=f"column {name}",
                do="Give each participant the arm that counts.",
            )
        if same and added.any():
            source = data[name].groupby(who).first()
            spread = source.take(np.repeat(np.arange(len(source)), m)).set_axis(wide.index)
            wide[name] = wide[name].where(~added, spread)
    return wide


def _refuse_columns(names: Names, data: pd.DataFrame) -> None:
    columns = (names.outcome, names.subject, names.visit, names.arm)
    unknown = [name for name in columns if name not in data]
    if unknown:
        raise UsageError(
            f"The table has no column {', '.join(map(str, unknown))}.",
            where=f"columns at hand: {', '.join(map(str, data.columns))}",
            do="Correct the formula (its left side is one column, as it stands) or the names.",
        )
    numbers = data[names.outcome].dtype
    if not types.is_numeric_dtype(numbers) or types.is_bool_dtype(numbers):
        raise UsageError(f"The outcome {names.outcome} does not hold numbers.", where="formula")


def _references(reference: object, people: People) -> np.ndarray:
    """The place of each arm's reference among the arms."""
    levels = list(people.arm.categories)
    given = reference if isinstance(reference, Mapping) else dict.fromkeys(levels, reference)
    unknown = [x for x in [*given, *given.values()] if x not in levels]
    without = [x for x in levels if x not in given]
    if unknown or without:
        raise UsageError(
            f"The reference does not fit the arms: "
            f"{', '.join(map(str, unknown or without))} "
            f"{'is no arm of the table' if unknown else 'has none'}.",
            where="reference",
            do=f"Arms at hand: {', '.join(map(str, levels))}.",
        )
    return np.array([levels.index(given[x]) for x in levels])
