"""Effects of one group measured twice: changes, raw, standardised or as ratios."""

from __future__ import annotations

import numpy as np

from ..arguments import refuse_no_choice
from .effect import Effect, below, columns, hedges_correction, missing, refuse


def _twice(m1, m2, sd1, sd2, n, r, *, positive: bool = False) -> list[np.ndarray]:
    c = columns(m1=m1, m2=m2, sd1=sd1, sd2=sd2, n=n, r=r)
    rules = missing(**c)
    rules += [below(name, c[name], 0.0, equal=True) for name in ("sd1", "sd2")]
    rules.append(below("n", c["n"], 2))
    rules.append(("r", np.abs(c["r"]) > 1, "must lie between -1 and 1"))
    if positive:
        signs = np.sign(c["m1"]) * np.sign(c["m2"]) <= 0
        rules.append(("m1 and m2", signs, "must have one sign: a ratio needs a true zero"))
    refuse(rules)
    return list(c.values())


def sd_of_change(sd1: np.ndarray, sd2: np.ndarray, r: np.ndarray) -> np.ndarray:
    """The standard deviation of the change, from those of both times and their correlation.

    Source: Cochrane Handbook (version 6) section 6.5.2.8.
    Agrees with: validation/metafor/README.md
    """
    return np.sqrt(sd1**2 + sd2**2 - 2 * np.asarray(r) * sd1 * sd2)


def correlation_of_times(sd1: np.ndarray, sd2: np.ndarray, sd_change: np.ndarray) -> np.ndarray:
    """The correlation between both times, from the three standard deviations.

    Raises:
        ModelError: standard deviations that no correlation between -1 and 1 can give.

    Source: Cochrane Handbook (version 6) section 6.5.2.8.
    """
    c = columns(sd1=sd1, sd2=sd2, sd_change=sd_change)
    rules = missing(**c) + [below(name, x, 0.0, equal=True) for name, x in c.items()]
    refuse(rules)
    sd1, sd2, change = c.values()
    r = (sd1**2 + sd2**2 - change**2) / (2 * sd1 * sd2)
    refuse([("sd_change", np.abs(r) > 1, "fits no correlation between -1 and 1")])
    return r


def mean_change(
    m1: np.ndarray,
    m2: np.ndarray,
    sd1: np.ndarray,
    sd2: np.ndarray,
    n: np.ndarray,
    r: np.ndarray,
) -> Effect:
    """The mean at the first time given minus that at the second, in the unit of the outcome.

    Args:
        m1: mean of one time; for a change from baseline the later one.
        m2: mean of the other time, subtracted.
        sd1: standard deviation of one time.
        sd2: standard deviation of the other.
        n: people measured at both.
        r: correlation between the times.

    Raises:
        ModelError: a missing number, a standard deviation that is not positive, a group of one,
            a correlation outside -1 to 1.

    Source: Cochrane Handbook (version 6) section 6.5.2.8.
    Agrees with: validation/metafor/README.md
    """
    m1, m2, sd1, sd2, n, r = _twice(m1, m2, sd1, sd2, n, r)
    return Effect("mc", m1 - m2, sd_of_change(sd1, sd2, r) ** 2 / n)


def standardised_change(
    m1: np.ndarray,
    m2: np.ndarray,
    sd1: np.ndarray,
    sd2: np.ndarray,
    n: np.ndarray,
    r: np.ndarray,
    *,
    by: str = "raw",
) -> Effect:
    """The change in standard deviations, freed from bias.

    Args:
        m1: mean of one time; for a change from baseline the later one.
        m2: mean of the other time, subtracted.
        sd1: standard deviation of one time.
        sd2: standard deviation of the other.
        n: people measured at both.
        r: correlation between the times.
        by: whose standard deviation: `change` (SMCC), `raw` (that of the first argument: SMCR),
            `raw-unequal` (SMCRH: spreads may differ), `pooled` (of both times: SMCRP) or
            `pooled-unequal` (SMCRPH). For a change against the baseline's spread give the
            baseline's standard deviation as `sd1` (the change's sign follows the means).

    Raises:
        ModelError: as in `mean_change`.
        UsageError: an unknown standard deviation.

    Source: Gibbons, Hedeker & Davis (1993) J Educ Stat 18:271 (SMCC); Becker (1988) Br J Math Stat
    Psychol 41:257 (SMCR); Bonett (2008) Psychol Methods 13:99 (unequal); Cousineau (2020) Quant
    Methods Psychol 16:418 (pooled).
    Agrees with: validation/metafor/README.md
    """
    refuse_no_choice(by, "by", BY, "standard deviation")
    m1, m2, sd1, sd2, n, r = _twice(m1, m2, sd1, sd2, n, r)
    return Effect(*BY[by](m1 - m2, sd1, sd2, n, r))


def _by_change(d, sd1, sd2, n, r):
    g = hedges_correction(n - 1) * d / sd_of_change(sd1, sd2, r)
    return "smcc", g, 1 / n + g**2 / (2 * n)


def _by_raw(d, sd1, sd2, n, r):
    g = hedges_correction(n - 1) * d / sd1
    return "smcr", g, 2 * (1 - r) / n + g**2 / (2 * n)


def _by_raw_unequal(d, sd1, sd2, n, r):
    g = hedges_correction(n - 1) * d / sd1
    spread = sd_of_change(sd1, sd2, r) ** 2 / (sd1**2 * (n - 1))
    return "smcrh", g, spread + g**2 / (2 * (n - 1))


def _by_pooled(d, sd1, sd2, n, r):
    df = 2 * (n - 1) / (1 + r**2)
    g = hedges_correction(df) * d / np.sqrt((sd1**2 + sd2**2) / 2)
    return "smcrp", g, 2 * (1 - r) / n + g**2 * (1 + r**2) / (4 * n)


def _by_pooled_unequal(d, sd1, sd2, n, r):
    df = 2 * (n - 1) / (1 + r**2)
    pooled = (sd1**2 + sd2**2) / 2
    g = hedges_correction(df) * d / np.sqrt(pooled)
    fourths = sd1**4 + sd2**4 + 2 * r**2 * sd1**2 * sd2**2
    spread = sd_of_change(sd1, sd2, r) ** 2 / (pooled * (n - 1))
    return "smcrph", g, g**2 * fourths / (8 * pooled**2 * (n - 1)) + spread


BY = {
    "change": _by_change,
    "raw": _by_raw,
    "raw-unequal": _by_raw_unequal,
    "pooled": _by_pooled,
    "pooled-unequal": _by_pooled_unequal,
}


def ratio_of_times(
    m1: np.ndarray,
    m2: np.ndarray,
    sd1: np.ndarray,
    sd2: np.ndarray,
    n: np.ndarray,
    r: np.ndarray,
) -> Effect:
    """The logarithm of the ratio of both times' means, corrected as `ratio_of_means`.

    Raises:
        ModelError: as in `mean_change`, or means of different signs.

    Source: Lajeunesse (2011) Ecology 92:2049; Lajeunesse (2015) Ecology 96:2056.
    Agrees with: validation/metafor/README.md
    """
    m1, m2, sd1, sd2, n, r = _twice(m1, m2, sd1, sd2, n, r, positive=True)
    c1, c2 = sd1 / m1, sd2 / m2
    effect = np.log(m1 / m2) + (c1**2 - c2**2) / (2 * n)
    return Effect("romc", effect, (c1**2 + c2**2 - 2 * r * c1 * c2) / n)
