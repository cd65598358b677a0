"""Effects of two groups from their means and standard deviations."""

from __future__ import annotations

import numpy as np

from analysis.errors import UsageError

from .effect import Effect, below, columns, hedges_correction, missing, refuse

VARIANCES = ("ls", "ls2", "ub", "av")


def _groups(m1, sd1, n1, m2, sd2, n2, *, positive: bool = False) -> list[np.ndarray]:
    c = columns(m1=m1, sd1=sd1, n1=n1, m2=m2, sd2=sd2, n2=n2)
    rules = missing(**c)
    rules += [below(name, c[name], 0.0, equal=True) for name in ("sd1", "sd2")]
    rules += [below(name, c[name], 2) for name in ("n1", "n2")]
    if positive:
        signs = np.sign(c["m1"]) * np.sign(c["m2"]) <= 0
        rules.append(("m1 and m2", signs, "must have one sign: a ratio needs a true zero"))
    refuse(rules)
    return list(c.values())


def mean_difference(
    m1: np.ndarray,
    sd1: np.ndarray,
    n1: np.ndarray,
    m2: np.ndarray,
    sd2: np.ndarray,
    n2: np.ndarray,
) -> Effect:
    """The first group's mean minus the second's, in the unit of the outcome.

    Args:
        m1: mean of the first group.
        m2: mean of the second group.
        sd1: standard deviation of the first group (not its standard error).
        sd2: standard deviation of the second group.
        n1: people in the first group.
        n2: people in the second group.

    Raises:
        ModelError: a missing number, a standard deviation that is not positive, a group of one.

    Source: Borenstein et al. (2009) Introduction to Meta-Analysis, equation 4.5.
    Agrees with: validation/metafor/README.md
    """
    m1, sd1, n1, m2, sd2, n2 = _groups(m1, sd1, n1, m2, sd2, n2)
    first, second = sd1**2 / n1, sd2**2 / n2
    return Effect("md", m1 - m2, first + second, first, second)


def standardised_difference(
    m1: np.ndarray,
    sd1: np.ndarray,
    n1: np.ndarray,
    m2: np.ndarray,
    sd2: np.ndarray,
    n2: np.ndarray,
    *,
    variance: str = "ls",
) -> Effect:
    """Hedges' g: the difference in pooled standard deviations, freed from bias.

    Args:
        m1: mean of the first group.
        sd1: standard deviation of the first group (not its standard error).
        n1: people in the first group.
        m2: mean of the second group.
        sd2: standard deviation of the second group.
        n2: people in the second group.
        variance: `ls` (large sample, of g), `ls2` (of d, times the square of the correction), `ub`
            (unbiased), `av` (with the mean of all g in place of each).

    Raises:
        ModelError: as in `mean_difference`.
        UsageError: an unknown kind of variance.

    Source: Hedges (1981) J Educ Stat 6:107; Borenstein (2009) in Cooper et al. (eds) Handbook of
    Research Synthesis, chapter 12; Viechtbauer (2007) J Educ Behav Stat 32:39 for `ub`.
    Agrees with: validation/metafor/README.md
    """
    m1, sd1, n1, m2, sd2, n2 = _groups(m1, sd1, n1, m2, sd2, n2)
    df, n = n1 + n2 - 2, n1 + n2
    d = (m1 - m2) / np.sqrt(((n1 - 1) * sd1**2 + (n2 - 1) * sd2**2) / df)
    g, v = _corrected(d, df, 1 / n1 + 1 / n2, n, variance)
    return Effect("smd", g, v, 1 / n1, 1 / n2)


def _corrected(
    d: np.ndarray, df: np.ndarray, part: np.ndarray, n: np.ndarray, how: str
) -> tuple[np.ndarray, np.ndarray]:
    """g and its variance: what sampling of means adds (part), and what that of the SD adds."""
    J = hedges_correction(df)
    g = J * d
    if how == "ls":
        return g, part + g**2 / (2 * n)
    if how == "ls2":
        return g, J**2 * (part + d**2 / (2 * n))
    if how == "ub":
        return g, part + (1 - (df - 2) / (df * J**2)) * g**2
    if how == "av":
        return g, part + np.average(g, weights=n) ** 2 / (2 * n)
    raise UsageError(
        f"There is no variance {how!r} of a standardised difference.",
        where="variance",
        do=f"Use one of: {', '.join(VARIANCES)}.",
    )


def standardised_difference_unequal(
    m1: np.ndarray,
    sd1: np.ndarray,
    n1: np.ndarray,
    m2: np.ndarray,
    sd2: np.ndarray,
    n2: np.ndarray,
) -> Effect:
    """The difference over the root mean of the two variances: spreads need not be equal.

    Source: Bonett (2008) Psychol Methods 13:99; Bonett (2009) Psychol Methods 14:225.
    Agrees with: validation/metafor/README.md
    """
    m1, sd1, n1, m2, sd2, n2 = _groups(m1, sd1, n1, m2, sd2, n2)
    both = sd1**2 + sd2**2
    f1, f2 = sd1**4 / (n1 - 1), sd2**4 / (n2 - 1)
    g = hedges_correction(n1 + n2 - 2) * (m1 - m2) / np.sqrt(both / 2)
    of_means = (sd1**2 / (n1 - 1) + sd2**2 / (n2 - 1)) / (both / 2)
    return Effect("smdh", g, g**2 * (f1 + f2) / (2 * both**2) + of_means)


def standardised_by_second(
    m1: np.ndarray,
    sd1: np.ndarray,
    n1: np.ndarray,
    m2: np.ndarray,
    sd2: np.ndarray,
    n2: np.ndarray,
    *,
    unequal: bool = False,
) -> Effect:
    """Glass' delta: the difference in standard deviations of the second group.

    Args:
        m1: mean of the first group.
        sd1: standard deviation of the first group (not its standard error).
        n1: people in the first group.
        m2: mean of the second group.
        sd2: standard deviation of the second group.
        n2: people in the second group.
        unequal: the variance allows the groups to differ in spread.

    Source: Glass (1976) Educ Res 5:3; Bonett (2008) Psychol Methods 13:99.
    Agrees with: validation/metafor/README.md
    """
    m1, sd1, n1, m2, sd2, n2 = _groups(m1, sd1, n1, m2, sd2, n2)
    g = hedges_correction(n2 - 1) * (m1 - m2) / sd2
    if unequal:
        parts = sd1**2 / sd2**2 / (n1 - 1) + 1 / (n2 - 1) + g**2 / (2 * (n2 - 1))
        return Effect("smd1h", g, parts)
    return Effect("smd1", g, 1 / n1 + 1 / n2 + g**2 / (2 * n2))


def ratio_of_means(
    m1: np.ndarray,
    sd1: np.ndarray,
    n1: np.ndarray,
    m2: np.ndarray,
    sd2: np.ndarray,
    n2: np.ndarray,
) -> Effect:
    """The logarithm of the ratio of means, with the second-order correction for small groups.

    Raises:
        ModelError: as in `mean_difference`, or means of different signs.

    Source: Hedges, Gurevitch & Curtis (1999) Ecology 80:1150; Friedrich et al. (2008) BMC Med Res
    Methodol 8:32; Lajeunesse (2015) Ecology 96:2056 for the correction.
    Agrees with: validation/metafor/README.md
    """
    m1, sd1, n1, m2, sd2, n2 = _groups(m1, sd1, n1, m2, sd2, n2, positive=True)
    one, two = sd1**2 / (n1 * m1**2), sd2**2 / (n2 * m2**2)
    return Effect("rom", np.log(m1 / m2) + (one - two) / 2, one + two, one, two)


def ratio_of_spreads(
    m1: np.ndarray,
    sd1: np.ndarray,
    n1: np.ndarray,
    m2: np.ndarray,
    sd2: np.ndarray,
    n2: np.ndarray,
    *,
    relative: bool = False,
) -> Effect:
    """The logarithm of the ratio of standard deviations, or of coefficients of variation.

    Args:
        m1: mean of the first group.
        sd1: standard deviation of the first group (not its standard error).
        n1: people in the first group.
        m2: mean of the second group.
        sd2: standard deviation of the second group.
        n2: people in the second group.
        relative: of coefficients of variation (standard deviation over mean).

    Source: Nakagawa et al. (2015) Methods Ecol Evol 6:143, equations 8 to 12; Lajeunesse
    (2015) Ecology 96:2056.
    Agrees with: validation/metafor/README.md
    """
    m1, sd1, n1, m2, sd2, n2 = _groups(m1, sd1, n1, m2, sd2, n2, positive=relative)
    one, two = 1 / (2 * (n1 - 1)), 1 / (2 * (n2 - 1))
    if not relative:
        return Effect("vr", np.log(sd1 / sd2) + one - two, one + two)
    mean1, mean2 = sd1**2 / (n1 * m1**2), sd2**2 / (n2 * m2**2)
    effect = np.log(sd1 / m1) - np.log(sd2 / m2) + one - two - (mean1 - mean2) / 2
    return Effect("cvr", effect, one + two + mean1 + mean2)
