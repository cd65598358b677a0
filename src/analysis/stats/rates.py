"""How often something happens again and again: rates and their ratios between groups."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm
from scipy import stats
from statsmodels.tools.sm_exceptions import ConvergenceWarning, HessianInversionWarning

from analysis.errors import ModelError


@dataclass(frozen=True)
class RateRatios:
    """ratio, lower, upper, p: one a column of the design but the first. words: the method."""

    ratio: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    p: np.ndarray
    words: str


def rate_ratios(
    counts: np.ndarray, time: np.ndarray, X: np.ndarray, *, method: str, level: float = 0.95
) -> RateRatios:
    """Ratios of rates where one person can have many events.

    Args:
        counts: events a person.
        time: of follow-up a person, above 0.
        X: people x columns, the first of ones; 0 and 1 for groups.
        method: `negative binomial` (people differ in their rate by a gamma distribution) or
            `robust Poisson` (no assumption on how they differ; sandwich variance times
            n / (n - k)).
        level: of the intervals.

    Raises:
        ModelError: no event in some group, or no convergence.

    Source: Lawless (1987) Can J Stat 15:209; for the sandwich of recurrent events Lin, Wei, Yang
    and Ying (2000) J R Stat Soc B 62:711.
    """
    _refuse_empty(counts, X)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        warnings.simplefilter("error", HessianInversionWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            fit = _fit(counts, time, X, method)
        except (ConvergenceWarning, HessianInversionWarning, np.linalg.LinAlgError):
            raise _no_ratio("the search found no maximum") from None
    k = X.shape[1]
    b, se = np.asarray(fit.params)[1:k], np.asarray(fit.bse)[1:k]
    if method == "robust Poisson":
        # statsmodels' sandwich of a GLM is that of large samples, whatever it is called.
        se = se * np.sqrt(len(counts) / (len(counts) - k))
    if not np.isfinite(se).all():
        raise _no_ratio("the spread between people cannot be told from none")
    half = stats.norm.ppf((1 + level) / 2) * se
    return RateRatios(
        np.exp(b), np.exp(b - half), np.exp(b + half), 2 * stats.norm.sf(np.abs(b) / se), method
    )


def _fit(counts: np.ndarray, time: np.ndarray, X: np.ndarray, method: str):
    if method == "robust Poisson":
        family = sm.families.Poisson()
        return sm.GLM(counts, X, family=family, offset=np.log(time)).fit(cov_type="HC0")
    model = sm.NegativeBinomial(counts, X, loglike_method="nb2", offset=np.log(time))
    return model.fit(disp=0, method="bfgs", maxiter=500, gtol=1e-6)


def _refuse_empty(counts: np.ndarray, X: np.ndarray) -> None:
    groups = [counts[X[:, j] == 1].sum() for j in range(1, X.shape[1])]
    rest = counts[(X[:, 1:] == 0).all(axis=1)].sum()
    if min([rest, *groups]) == 0:
        raise _no_ratio("a group has no event")


def _no_ratio(why: str) -> ModelError:
    return ModelError(
        "Rates cannot be compared.",
        where="rate ratio",
        why=why,
        do="Read the counts and the time at risk of each group.",
    )
