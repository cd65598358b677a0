"""Standard errors, means and standard deviations from what a paper prints instead of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import stats

from analysis.errors import ModelError

from .effect import below, columns, missing, refuse


def se_from_interval(
    lower: np.ndarray,
    upper: np.ndarray,
    *,
    level: float = 0.95,
    df: np.ndarray | float = np.inf,
    ratio: bool = False,
) -> np.ndarray:
    """The standard error behind a confidence interval.

    Args:
        lower: lower limits.
        upper: upper limits.
        level: of the interval.
        df: degrees of freedom if the interval is a t interval.
        ratio: limits of a ratio; the standard error is of its logarithm.

    Raises:
        ModelError: a missing limit, limits in the wrong order, a ratio that is not positive.

    Source: Cochrane Handbook (version 6) section 6.3.1 and 6.3.2.
    """
    c = columns(lower=lower, upper=upper, df=df)
    rules = missing(lower=c["lower"], upper=c["upper"])
    rules.append(("upper", c["upper"] <= c["lower"], "must lie above lower"))
    if ratio:
        rules.append(below("lower", c["lower"], 0, equal=True))
    refuse(rules)
    lower, upper, df = c.values()
    if ratio:
        lower, upper = np.log(lower), np.log(upper)
    return (upper - lower) / (2 * stats.t.ppf((1 + level) / 2, df))


def se_from_p(effect: np.ndarray, p: np.ndarray, *, df: np.ndarray | float = np.inf) -> np.ndarray:
    """The standard error behind an effect and its exact two-sided p value.

    A p value that is printed as a bound (p < 0.05) gives a bound only: the standard error is then
    at most this.

    Args:
        effect: the difference, or the logarithm of a ratio.
        p: two-sided.
        df: degrees of freedom if it comes from a t test.

    Raises:
        ModelError: a missing number, p outside 0 to 1, an effect of zero.

    Source: Cochrane Handbook (version 6) section 6.3.2 and 6.5.2.3.
    """
    c = columns(effect=effect, p=p, df=df)
    rules = missing(effect=c["effect"], p=c["p"])
    rules.append(("p", (c["p"] <= 0) | (c["p"] >= 1), "must lie between 0 and 1"))
    rules.append(("effect", c["effect"] == 0, "of zero has no test statistic"))
    refuse(rules)
    return np.abs(c["effect"]) / stats.t.isf(c["p"] / 2, c["df"])


def sd_from_se(se: np.ndarray, n: np.ndarray) -> np.ndarray:
    """The standard deviation of people from the standard error of their mean.

    Raises:
        ModelError: a missing number, a standard error that is not positive, a group of one.

    Source: Cochrane Handbook (version 6) section 6.5.2.2.
    """
    c = columns(se=se, n=n)
    refuse([*missing(**c), below("se", c["se"], 0, equal=True), below("n", c["n"], 2)])
    return c["se"] * np.sqrt(c["n"])


def sd_from_interval(
    lower: np.ndarray, upper: np.ndarray, n: np.ndarray, *, level: float = 0.95
) -> np.ndarray:
    """The standard deviation of people from the t interval of their mean.

    Raises:
        ModelError: as in `se_from_interval`; a group of one.

    Source: Cochrane Handbook (version 6) section 6.5.2.2.
    """
    n = np.asarray(n, dtype=float)
    return sd_from_se(se_from_interval(lower, upper, level=level, df=n - 1), n)


@dataclass(frozen=True)
class Converted:
    """mean and sd, one a group; skewed: the quantiles lie too lopsided for a normal outcome."""

    mean: np.ndarray
    sd: np.ndarray
    skewed: np.ndarray


def from_quantiles(
    n: np.ndarray,
    median: np.ndarray,
    *,
    q1: np.ndarray | None = None,
    q3: np.ndarray | None = None,
    minimum: np.ndarray | None = None,
    maximum: np.ndarray | None = None,
) -> Converted:
    """Mean and standard deviation from the median with quartiles, range, or both.

    Args:
        n: people.
        median: the median.
        q1: first quartile.
        q3: third quartile.
        minimum: lowest value.
        maximum: highest value.

    Returns:
        The mean (Luo), the standard deviation (Wan; with all five numbers Shi 2020), and whether a
        test at 5 % finds skewness (Shi 2023): then mean and standard deviation are doubtful.

    Raises:
        ModelError: neither quartiles nor range, numbers out of order, fewer than four people.

    Source: Luo et al. (2018) Stat Methods Med Res 27:1785; Wan et al. (2014) BMC Med Res Methodol
    14:135; Shi et al. (2020) Res Synth Methods 11:641; Shi et al. (2023) Stat Methods Med Res
    32:1338.
    """
    names = ("minimum", "q1", "median", "q3", "maximum")
    numbers = dict(zip(names, (minimum, q1, median, q3, maximum), strict=True))
    c = columns(n=n, **{name: x for name, x in numbers.items() if x is not None})
    quartiles, limits = {"q1", "q3"} <= set(c), {"minimum", "maximum"} <= set(c)
    if not (quartiles or limits) or len({"q1", "q3"} & set(c)) == 1 or len(c) in (3, 5):
        raise ModelError(
            "A median alone says nothing of the spread.",
            where="q1 and q3, minimum and maximum",
            do="Give both quartiles, or both ends of the range, or all four.",
        )
    order = [name for name in names if name in c]
    rules = [*missing(**c), below("n", c["n"], 4)]
    for low, high in pairwise(order):
        rules.append((f"{high}", c[high] < c[low], f"must not lie below {low}"))
    rules.append((order[-1], c[order[-1]] <= c[order[0]], f"must lie above {order[0]}"))
    refuse(rules)
    made = _five if quartiles and limits else _quartiles if quartiles else _range
    return Converted(*made(c))


def _of_range(n: np.ndarray) -> np.ndarray:
    return stats.norm.ppf((n - 0.375) / (n + 0.25))


def _of_quartiles(n: np.ndarray) -> np.ndarray:
    return stats.norm.ppf((0.75 * n - 0.125) / (n + 0.25))


def _range(c: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    a, m, b, n = c["minimum"], c["median"], c["maximum"], c["n"]
    w = 4 / (4 + n**0.75)
    lopsided = np.abs(a + b - 2 * m) / (b - a)
    skewed = lopsided > 1.01 / np.log(n + 9) + 2.43 / (n + 1)
    return w * (a + b) / 2 + (1 - w) * m, (b - a) / (2 * _of_range(n)), skewed


def _quartiles(c: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    a, m, b, n = c["q1"], c["median"], c["q3"], c["n"]
    w = 0.7 + 0.39 / n
    skewed = np.abs(a + b - 2 * m) / (b - a) > 2.65 / np.sqrt(n) - 6 / n**2
    return w * (a + b) / 2 + (1 - w) * m, (b - a) / (2 * _of_quartiles(n)), skewed


def _five(c: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    a, q1, m, q3, b, n = (c[k] for k in ("minimum", "q1", "median", "q3", "maximum", "n"))
    w1, w2 = 2.2 / (2.2 + n**0.75), 0.7 - 0.72 / n**0.55
    mean = w1 * (a + b) / 2 + w2 * (q1 + q3) / 2 + (1 - w1 - w2) * m
    of_range = (2 + 0.14 * n**0.6) * _of_range(n)
    of_quartiles = (2 + 2 / (0.07 * n**0.6)) * _of_quartiles(n)
    outer = np.abs(a + b - 2 * m) / (b - a)
    inner = np.divide(np.abs(q1 + q3 - 2 * m), q3 - q1, out=np.zeros_like(m), where=q3 > q1)
    lopsided = np.maximum(2.65 * np.log(0.6 * n) / np.sqrt(n) * outer, inner)
    return (
        mean,
        (b - a) / of_range + (q3 - q1) / of_quartiles,
        lopsided > 3 / np.sqrt(n) - 40 / n**3,
    )
