"""Arguments of the public face: what a hurried hand gets wrong is said before a fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from numbers import Real

import numpy as np
import pandas as pd

from analysis.errors import UsageError


def refuse_no_frame(data: object, where: str = "data") -> None:
    """The data are a pandas DataFrame.

    Raises:
        UsageError: anything else, such as a path, a dict or a frame of another library.
    """
    if isinstance(data, pd.DataFrame):
        return
    do = "Pass a pandas DataFrame, one row a participant and visit."
    if isinstance(data, str):
        do = "Read the file first: pandas.read_csv(path) or pandas.read_parquet(path)."
    elif hasattr(data, "to_pandas"):
        do = "Turn it into one: data.to_pandas()."
    elif isinstance(data, Mapping | pd.Series):
        do = "Make a table of it: pandas.DataFrame(...), one row a participant and visit."
    raise UsageError(f"{where} is no table, but {_kind(data)}.", where=where, do=do)


def refuse_no_name(value: object, where: str, *, needed: bool = True) -> None:
    """One column is named, as text.

    Raises:
        UsageError: nothing, several names, or the column itself.
    """
    if isinstance(value, str) or (value is None and not needed):
        return
    do = f"Pass the column's name, for example {where}='{where}'."
    if isinstance(value, Sequence):
        do += " Several columns: join them to one beforehand."
    raise UsageError(f"{where} names one column as text, not {_kind(value)}.", where=where, do=do)


def refuse_no_choice(
    value: object, where: str, known: Iterable[str], what: str | None = None
) -> None:
    """A choice is one of the known words.

    Args:
        value: what was given.
        where: the argument's name.
        known: the words.
        what: the thing that the words name, such as `estimator of tau2 called`.

    Raises:
        UsageError: with the words at hand.
    """
    if isinstance(value, str) and value in list(known):
        return
    raise UsageError(
        f"There is no {what} {value!r}." if what else f"{where}={value!r} is not available.",
        where=where,
        do=f"Use one of: {', '.join(known)}.",
    )


def refuse_no_truth(value: object, where: str) -> None:
    """A switch is True or False.

    Raises:
        UsageError: anything else: a word would count as True.
    """
    if not isinstance(value, bool | np.bool_):
        raise UsageError(
            f"{where} is True or False, not {value!r}.",
            where=where,
            why="Any word would count as True, also 'no'.",
        )


def refuse_no_level(level: object) -> None:
    """A confidence level is a number between 0 and 1.

    Raises:
        UsageError: anything else, such as 95 or '95%'.
    """
    if not (_is_number(level) and 0 < level < 1):
        raise UsageError(
            "The confidence level must lie between 0 and 1.",
            where=f"level={level!r}",
            do="For 95 % pass level=0.95.",
        )


def refuse_no_count(value: object, where: str) -> None:
    """A whole number, one or more.

    Raises:
        UsageError: anything else.
    """
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not (whole and value >= 1):
        raise UsageError(f"{where} is a whole number, one or more.", where=f"{where}={value!r}")


def one_factor(given: object) -> str:
    """The name of the one factor that is compared.

    Raises:
        UsageError: several names, or none.
    """
    if isinstance(given, str):
        return given
    raise UsageError(
        f"contrasts compares the levels of one factor, named as text, not {_kind(given)}.",
        where="factor",
        do="Pass one name; further factors split the table: contrasts('arm', by='visit').",
    )


def factor_names(given: object, where: str) -> list[str]:
    """The names of factors, one or several; nothing is an empty list.

    Raises:
        UsageError: what is no name.
    """
    if given is None:
        return []
    names = [given] if isinstance(given, str) else given
    listed = isinstance(names, Sequence | pd.Index | np.ndarray)
    if not listed or not all(isinstance(name, str) for name in names):
        raise UsageError(
            f"{where} takes names of factors as text, not {_kind(given)}.",
            where=where,
            do="Pass one name or a list of names.",
        )
    return list(names)


def covariate_values(at: object) -> dict[str, float]:
    """Covariates and where they are held, each one finite number.

    Raises:
        UsageError: no mapping, or values that are text, missing or not finite.
    """
    if at is None:
        return {}
    if not isinstance(at, Mapping):
        raise UsageError(
            f"`at` names covariates with their values, not {_kind(at)}.",
            where="at",
            do="Pass a mapping, for example at={'baseline': 50}.",
        )
    bad = [
        str(name)
        for name, value in at.items()
        if not (_is_number(value) or isinstance(value, bool | np.bool_)) or not np.isfinite(value)
    ]
    if bad:
        raise UsageError(
            f"`at` needs one finite number for: {', '.join(bad)}.",
            where="at",
            do="Give each covariate a number in its own unit; leave out those that stay at their "
            "mean.",
        )
    return {name: float(value) for name, value in at.items()}


def declared_levels(levels: object) -> dict[str, tuple]:
    """Columns and their levels, the reference first.

    Raises:
        UsageError: no mapping, a column without levels, or levels that repeat or are missing.
    """
    if levels is None:
        return {}
    if not isinstance(levels, Mapping):
        raise UsageError(
            f"`levels` maps columns to their levels, not {_kind(levels)}.",
            where="levels",
            do="Pass a mapping, for example levels={'arm': ['control', 'bands']}.",
        )
    bad = [str(name) for name, given in levels.items() if not _are_levels(given)]
    if bad:
        raise UsageError(
            f"`levels` needs a list of different levels for: {', '.join(bad)}.",
            where="levels",
            do="List every level once, the reference first, as the data write them.",
        )
    return {name: tuple(given) for name, given in levels.items()}


def _are_levels(given: object) -> bool:
    if isinstance(given, str) or not isinstance(given, Sequence | pd.Index | np.ndarray):
        return False
    found = pd.Series(list(given), dtype=object)
    return len(found) > 0 and not found.isna().any() and found.map(repr).is_unique


def result_names(names: object) -> dict[str, str]:
    """Columns and their names in the long table.

    Raises:
        UsageError: what is no mapping.
    """
    if names is None:
        return {}
    if not isinstance(names, Mapping):
        raise UsageError(
            f"`names` maps columns to their names in the result, not {_kind(names)}.",
            where="names",
            do="Pass a mapping, for example names={'visit': 'week'}.",
        )
    return dict(names)


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_)


def _kind(value: object) -> str:
    return "nothing" if value is None else f"something of type {type(value).__name__}"
