"""Tables of counts pooled as they are, after Mantel and Haenszel: for events that are rare."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.errors import ModelError, UsageError

from ..arguments import refuse_no_level
from .counts import two_by_two
from .pooled import inferred

MEASURES = ("rr", "or", "rd")


@dataclass(frozen=True)
class CommonTable:
    """The common effect of tables: estimate (a logarithm for `rr` and `or`), se, limits, p.

    q, q_df, q_p: Cochran's Q of the studies about it. i2: share of their variance that is not
    chance, 0 to 1.
    """

    measure: str
    estimate: float
    se: float
    lower: float
    upper: float
    p: float
    q: float
    q_df: int
    q_p: float
    i2: float


def mantel_haenszel(
    measure: str,
    events1: np.ndarray,
    n1: np.ndarray,
    events2: np.ndarray,
    n2: np.ndarray,
    *,
    level: float = 0.95,
) -> CommonTable:
    """How much more often something happens in the first group, one effect common to all studies.

    Empty cells need nothing added: sums over studies stand where single studies would have zero.

    Args:
        measure: `rr` risk ratio, `or` odds ratio, `rd` risk difference.
        events1: people with the event in the first group.
        n1: people in the first group.
        events2: people with the event in the second group.
        n2: people in the second group.
        level: of the interval.

    Raises:
        UsageError: an unknown measure or level.
        ModelError: counts that make no sense, or no event in any group of the whole.

    Source: Mantel & Haenszel (1959) J Natl Cancer Inst 22:719; Robins, Breslow & Greenland (1986)
    Biometrics 42:311 (`or`); Greenland & Robins (1985) Biometrics 41:55 (`rr`); Sato (1989)
    Biometrics 45:1323 (`rd`).
    Agrees with: validation/metafor/README.md
    """
    if measure not in MEASURES:
        raise UsageError(
            f"There is no measure {measure!r} here.",
            where="measure",
            do=f"Use one of: {', '.join(MEASURES)}.",
        )
    refuse_no_level(level)
    own = two_by_two(measure, events1, n1, events2, n2)
    a, n1, c, n2 = (np.atleast_1d(np.asarray(x, float)) for x in (events1, n1, events2, n2))
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate, variance = _OF_TABLES[measure](a, n1 - a, c, n2 - c)
    if not (np.isfinite(estimate) and variance > 0):
        raise ModelError(
            "There are too few events to compare: a ratio or its variance does not exist.",
            where="events1, events2",
            do="Say how many events there were, or use the risk difference.",
        )
    se = np.sqrt(variance)
    _, p, lower, upper = inferred(np.array(estimate), np.array(se), np.array(np.inf), level)
    said = np.isfinite(own.effect)
    q = float(((own.effect[said] - estimate) ** 2 / own.variance[said]).sum())
    df = int(said.sum()) - 1
    q_p = float(stats.chi2.sf(q, df)) if df > 0 else 1.0
    numbers = (float(x) for x in (estimate, se, lower, upper, p))
    i2 = max(0.0, (q - df) / q) if q > 0 and df > 0 else 0.0
    return CommonTable(measure, *numbers, q, df, q_p, i2)


def _odds_ratio(a, b, c, d):
    n = a + b + c + d
    same, crossed = (a + d) / n, (b + c) / n
    r, s = a * d / n, b * c / n
    R, S = r.sum(), s.sum()
    parts = (same * r).sum() / (2 * R**2) + (crossed * s).sum() / (2 * S**2)
    return np.log(R / S), parts + (same * s + crossed * r).sum() / (2 * R * S)


def _risk_ratio(a, b, c, d):
    n1, n2 = a + b, c + d
    n = n1 + n2
    R, S = (a * n2 / n).sum(), (c * n1 / n).sum()
    return np.log(R / S), ((n1 * n2 * (a + c) - a * c * n) / n**2).sum() / (R * S)


def _risk_difference(a, b, c, d):
    n1, n2 = a + b, c + d
    one, two = n1 / (n1 + n2), n2 / (n1 + n2)
    whole = (n1 * two).sum()
    estimate = (a * two - c * one).sum() / whole
    first = (c * one**2 - a * two**2 + one * two * (n2 - n1) / 2).sum()
    second = (a * (n2 - c) / (n1 + n2) + c * (n1 - a) / (n1 + n2)).sum() / 2
    return estimate, (estimate * first + second) / whole**2


_OF_TABLES = {"or": _odds_ratio, "rr": _risk_ratio, "rd": _risk_difference}
