"""Effects from counts: two groups of people with and without an event, or events over time."""

from __future__ import annotations

import numpy as np

from ..arguments import refuse_no_choice
from .effect import Effect, below, columns, missing, refuse

ADD_TO = ("only0", "all", "if0all", "none")
TABLES = ("rr", "or", "rd", "as", "peto", "or2dl", "or2dn")
RATES = ("irr", "ird", "irsd")


def two_by_two(
    measure: str,
    events1: np.ndarray,
    n1: np.ndarray,
    events2: np.ndarray,
    n2: np.ndarray,
    *,
    add: float = 0.5,
    add_to: str = "only0",
) -> Effect:
    """How much more often something happens in the first group than in the second.

    Args:
        measure: `rr` log risk ratio, `or` log odds ratio, `rd` risk difference, `as` difference of
            arcsine-transformed risks, `peto` log odds ratio by Peto, `or2dl` and `or2dn`
            standardised differences behind an odds ratio (logistic and normal outcome).
        events1: people with the event in the first group.
        events2: people with the event in the second group.
        n1: people in the first group.
        n2: people in the second group.
        add: what is added to each of the four cells, so that logarithms exist.
        add_to: `only0` the studies with an empty cell, `all` studies, `if0all` all if any has an
            empty cell, `none`.

    Returns:
        Effects; nan where both groups have no event, or all have it, and nothing is added.

    Raises:
        ModelError: a missing or negative count, more events than people.
        UsageError: an unknown measure or rule of adding.

    Source: Borenstein et al. (2009) Introduction to Meta-Analysis, chapter 5; Yusuf et al. (1985)
    Prog Cardiovasc Dis 27:335; Rucker et al. (2009) Stat Med 28:721; Chinn (2000) Stat Med 19:3127.
    Agrees with: validation/metafor/README.md
    """
    refuse_no_choice(measure, "measure", TABLES, "measure")
    refuse_no_choice(add_to, "add_to", ADD_TO, "add_to")
    given = columns(events1=events1, n1=n1, events2=events2, n2=n2)
    rules = missing(**given) + [below(name, x, 0) for name, x in given.items()]
    rules += [
        (f"events{g}", given[f"events{g}"] > given[f"n{g}"], "are more than there are people")
        for g in "12"
    ]
    refuse(rules)
    x1, n1, x2, n2 = given.values()
    cells = np.array([x1, n1 - x1, x2, n2 - x2])
    cells = cells + add * _where_to_add(cells, add_to)
    with np.errstate(divide="ignore", invalid="ignore"):
        effect, *parts = _OF_TABLE[measure](*cells)
        variance = sum(parts)
    lost = ~(np.isfinite(effect) & np.isfinite(variance))
    effect, variance = np.where(lost, np.nan, effect), np.where(lost, np.nan, variance)
    return Effect(measure, effect, variance, *(parts if len(parts) == 2 else ()))


def _where_to_add(cells: np.ndarray, add_to: str) -> np.ndarray:
    empty = (cells == 0).any(axis=0)
    if add_to == "only0":
        return empty.astype(float)
    if add_to == "if0all":
        return np.full(empty.shape, float(empty.any()))
    return np.full(empty.shape, float(add_to == "all"))


def _risk_ratio(a, b, c, d):
    n1, n2 = a + b, c + d
    return np.log(a / n1) - np.log(c / n2), 1 / a - 1 / n1, 1 / c - 1 / n2


def _odds_ratio(a, b, c, d):
    return np.log(a * d / (b * c)), 1 / a + 1 / b, 1 / c + 1 / d


def _risk_difference(a, b, c, d):
    n1, n2 = a + b, c + d
    return a / n1 - c / n2, a * b / n1**3, c * d / n2**3


def _arcsine(a, b, c, d):
    n1, n2 = a + b, c + d
    effect = np.arcsin(np.sqrt(a / n1)) - np.arcsin(np.sqrt(c / n2))
    return effect, 1 / (4 * n1), 1 / (4 * n2)


def _peto(a, b, c, d):
    n1, n2, events, others = a + b, c + d, a + c, b + d
    n = n1 + n2
    expected = events * n1 / n
    v = n1 * n2 * (events / n) * (others / n) / (n - 1)
    return (a - expected) / v, 1 / v


def _logistic(a, b, c, d):
    effect, one, two = _odds_ratio(a, b, c, d)
    return effect * np.sqrt(3) / np.pi, one * 3 / np.pi**2, two * 3 / np.pi**2


def _normal(a, b, c, d):
    effect, one, two = _odds_ratio(a, b, c, d)
    return effect / 1.65, one / 1.65**2, two / 1.65**2


_OF_TABLE = {
    "rr": _risk_ratio,
    "or": _odds_ratio,
    "rd": _risk_difference,
    "as": _arcsine,
    "peto": _peto,
    "or2dl": _logistic,
    "or2dn": _normal,
}


def rates(
    measure: str,
    events1: np.ndarray,
    time1: np.ndarray,
    events2: np.ndarray,
    time2: np.ndarray,
    *,
    add: float = 0.5,
) -> Effect:
    """How much more often something happens per unit of time in the first group.

    Args:
        measure: `irr` log ratio of rates, `ird` their difference, `irsd` difference of their roots.
        events1: events in the first group.
        events2: events in the second group.
        time1: person-time of the first group.
        time2: person-time of the second group.
        add: added to both counts where one is zero (`irr` and `ird`'s variance need events).

    Raises:
        ModelError: a missing or negative number, no time.
        UsageError: an unknown measure.

    Source: Bagos & Nikolopoulos (2009) Epidemiol Perspect Innov 6:1; Rothman et al. (2008) Modern
    Epidemiology, chapter 14.
    Agrees with: validation/metafor/README.md
    """
    refuse_no_choice(measure, "measure", RATES, "measure")
    given = columns(events1=events1, time1=time1, events2=events2, time2=time2)
    rules = missing(**given) + [below(f"events{g}", given[f"events{g}"], 0) for g in "12"]
    refuse(rules + [below(f"time{g}", given[f"time{g}"], 0, equal=True) for g in "12"])
    x1, t1, x2, t2 = given.values()
    empty = add * ((x1 == 0) | (x2 == 0))
    x1, x2 = x1 + empty, x2 + empty
    if measure == "irr":
        return Effect("irr", np.log(x1 / t1) - np.log(x2 / t2), 1 / x1 + 1 / x2)
    if measure == "ird":
        return Effect("ird", x1 / t1 - x2 / t2, x1 / t1**2 + x2 / t2**2)
    return Effect("irsd", np.sqrt(x1 / t1) - np.sqrt(x2 / t2), 1 / (4 * t1) + 1 / (4 * t2))
