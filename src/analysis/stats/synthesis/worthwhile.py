"""In what share of settings is the true effect beyond a threshold?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.errors import ModelError, UsageError

from ..arguments import refuse_no_choice
from .pooled import Pooled, pooled

SIDES = ("below", "above")
WAYS = ("calibrated", "normal")
RESAMPLES = 2000
SEED = 20190


@dataclass(frozen=True)
class Share:
    """share of true effects beyond the threshold, 0 to 1, with its interval (nan: none possible).

    way: how it was found. resamples: bootstrap samples behind the interval, 0 if none.
    """

    share: float
    lower: float
    upper: float
    way: str
    resamples: int


def share_beyond(
    y: np.ndarray,
    v: np.ndarray,
    made: Pooled,
    threshold: float,
    *,
    side: str = "below",
    way: str = "calibrated",
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Share:
    """The share of settings (such as these studies are drawn from) whose true effect is beyond.

    Args:
        y: effects, pooled without moderators.
        v: sampling variances.
        made: what `pooled` made of them.
        threshold: in the unit of the effects.
        side: `below` or `above` the threshold is worthwhile.
        way: `calibrated`: effects drawn towards the centre so that they spread like true effects,
            counted; interval by bootstrap of studies (accelerated). Or `normal`: from the normal
            distribution of true effects; interval by the delta method on the logit.
        resamples: bootstrap samples.
        seed: of the bootstrap; the same seed gives the same digits.

    Returns:
        The share. Where tau2 is zero it is 0 or 1 and has no interval: all settings are alike. Nor
        has it one where (nearly) all resamples give the same share, which is no certainty.

    Raises:
        UsageError: an unknown side or way, or a threshold that is not finite.
        ModelError: fewer than three studies.

    Source: Mathur & VanderWeele (2019) Stat Med 38:1336; Mathur & VanderWeele (2020) Res Synth
    Methods 11:356 for the calibrated share; Wang & Lee (2019) Res Synth Methods 10:255; Efron
    (1987) J Am Stat Assoc 82:171 for the interval.
    """
    _check(side, way, threshold, len(y))
    sign = 1.0 if side == "below" else -1.0
    tau2 = float(made.hetero.tau2)
    if tau2 == 0:
        whole = float(sign * (threshold - float(made.beta[0])) > 0)
        return Share(whole, np.nan, np.nan, way, 0)
    if way == "normal":
        return _normal(made, threshold, sign)
    share = float(_counted(y, v, made, threshold, sign))
    rng = np.random.default_rng(seed)
    chosen = rng.integers(0, len(y), (resamples, len(y)))
    method = made.hetero.method
    drawn = pooled(y[chosen], v[chosen], method=method, test="z")
    many = _counted(y[chosen], v[chosen], drawn, threshold, sign)
    left = ~np.eye(len(y), dtype=bool)
    without = [np.flatnonzero(row) for row in left]
    jack = pooled(y[without], v[without], method=method, test="z")
    lower, upper = _accelerated(
        many, share, _counted(y[without], v[without], jack, threshold, sign), made.level
    )
    return Share(share, lower, upper, way, resamples)


def _counted(
    y: np.ndarray, v: np.ndarray, made: Pooled, threshold: float, sign: float
) -> np.ndarray:
    """The share of calibrated effects beyond: they have mean and variance of the true ones."""
    tau2 = made.hetero.tau2[..., None]
    centre = made.beta[..., :1]
    calibrated = centre + np.sqrt(tau2 / (tau2 + v)) * (y - centre)
    return (sign * (threshold - calibrated) > 0).mean(axis=-1)


def _accelerated(
    many: np.ndarray, share: float, jack: np.ndarray, level: float
) -> tuple[float, float]:
    """Efron's interval, corrected for bias and acceleration; plain percentiles at the borders.

    None (nan) where it would have no width, and claim what few studies cannot know.
    """
    below = ((many < share).sum() + 0.5 * (many == share).sum()) / len(many)
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    spread = ((jack.mean() - jack) ** 2).sum()
    if 0 < below < 1 and spread > 0:
        bias = stats.norm.ppf(below)
        speed = ((jack.mean() - jack) ** 3).sum() / (6 * spread**1.5)
        z = bias + stats.norm.ppf(tails)
        tails = stats.norm.cdf(bias + z / (1 - speed * z))
    lower, upper = np.quantile(many, tails)
    if lower == upper:
        return np.nan, np.nan
    return float(lower), float(upper)


def _normal(made: Pooled, threshold: float, sign: float) -> Share:
    tau2, centre = float(made.hetero.tau2), float(made.beta[0])
    tau = np.sqrt(tau2)
    z = sign * (threshold - centre) / tau
    share = float(stats.norm.cdf(z))
    of_centre = float(made.covariance[0, 0]) / tau2
    of_tau2 = float(made.hetero.se) ** 2 * (z / (2 * tau2)) ** 2
    se = stats.norm.pdf(z) * np.sqrt(of_centre + of_tau2)
    with np.errstate(divide="ignore"):
        logit = np.log(share) - np.log1p(-share)
        half = stats.norm.ppf((1 + made.level) / 2) * se / (share * (1 - share))
    ends = 1 / (1 + np.exp(-np.array([logit - half, logit + half])))
    return Share(share, float(ends[0]), float(ends[1]), "normal", 0)


def _check(side: str, way: str, threshold: float, k: int) -> None:
    refuse_no_choice(side, "side", SIDES, "side")
    refuse_no_choice(way, "way", WAYS, "way")
    if not np.isfinite(threshold):
        raise UsageError("The threshold must be a finite number.", where="threshold")
    if k < 3:
        raise ModelError(
            f"{k} studies do not show how true effects spread.",
            why="The share of settings beyond a threshold would be a guess.",
            do="Show the studies side by side.",
        )
