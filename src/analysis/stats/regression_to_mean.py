"""What regression to the mean alone gives: change without any treatment, after selection by score.

People who may enter only with a score at or above a cut are scored, on average, too high that day.
If nothing else changes, the next score is nearer to the mean of the population. Two scores of a
person are normal with the same mean and SD; their correlation tells how far the next falls back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import integrate, optimize
from scipy.stats import norm

from analysis.errors import ModelError, UsageError

LEAST = 10  # pairs of scores


@dataclass(frozen=True)
class Population:
    """The population that entrants come from.

    mean, sd: of a score, in its unit, before anybody was left out. correlation: of two scores of a
    person, so far apart in time as the visits that are compared. cut: entrants score at least this.
    """

    mean: float
    sd: float
    correlation: float
    cut: float

    @property
    def change(self) -> float:
        """The mean change of entrants by regression to the mean alone; negative is a fall.

        Source: Davis (1976) Am J Epidemiol 104:493; Barnett, van der Pols & Dobson (2005) Int J
        Epidemiol 34:215: effect = (1 - rho) sd phi(z) / (1 - Phi(z)), z = (cut - mean) / sd.
        """
        if self.cut == -np.inf:
            return 0.0
        z = (self.cut - self.mean) / self.sd
        mills = np.exp(norm.logpdf(z) - norm.logsf(z))
        return float(-(1 - self.correlation) * self.sd * mills)

    def share_falling(self, least: float = 0.0) -> float:
        """The share of entrants whose next score is lower by more than `least`.

        Source: the same two normal scores: P(fall > d | first = x) =
        Phi(((1 - rho)(x - mean) - d) / (sd sqrt(1 - rho^2))), averaged over x above the cut.
        """
        rho, spread = self.correlation, self.sd * np.sqrt(1 - self.correlation**2)
        low = max((self.cut - self.mean) / self.sd, -10.0)

        def part(z: float) -> float:
            fall = ((1 - rho) * z * self.sd - least) / spread
            return norm.pdf(z) * norm.cdf(fall)

        top, _ = integrate.quad(part, low, max(low, 0.0) + 10)
        return float(top / norm.sf(low))


def population_of(
    start: np.ndarray, first: np.ndarray, later: np.ndarray, cut: float | None
) -> Population:
    """The population from entrants' first scores, and from pairs of scores without treatment.

    Args:
        start: first scores of all entrants.
        first: first scores of people without the treatment.
        later: their scores at the visit in question.
        cut: the score that was needed to enter; None where there was no such rule, and then nothing
            is expected to fall on average.

    Raises:
        UsageError: a first score below the cut.
        ModelError: fewer than ten pairs, or scores that do not spread.

    Source: maximum likelihood of a truncated normal (Cohen 1959 Technometrics 1:217); correlation
    corrected for the restricted range of the first score (Thorndike 1949, case 2).
    """
    x, a, b = (np.asarray(each, dtype=float) for each in (start, first, later))
    if cut is not None and (x < cut).any():
        raise UsageError("A first score lies below the cut.", where=f"cut={cut:g}")
    if len(a) < LEAST or min(x.std(), a.std(), b.std()) == 0:
        raise ModelError(
            "What regression to the mean alone would give cannot be worked out.",
            where=f"{len(a)} people without the treatment have both scores",
            why=f"it needs the correlation of two scores of at least {LEAST} people",
            do="Read the shares without it.",
        )
    seen = float(np.corrcoef(a, b)[0, 1])
    if cut is None:
        return Population(float(x.mean()), float(x.std(ddof=1)), _inside(seen), -np.inf)
    mean, sd = _truncated(x, cut)
    ratio = sd / float(a.std(ddof=1))
    wide = seen * ratio / np.sqrt(1 + seen**2 * (ratio**2 - 1))
    return Population(mean, sd, _inside(wide), float(cut))


def _truncated(x: np.ndarray, cut: float) -> tuple[float, float]:
    def misfit(theta: np.ndarray) -> float:
        mean, sd = theta[0], np.exp(theta[1])
        return -(norm.logpdf(x, mean, sd).sum() - len(x) * norm.logsf(cut, mean, sd))

    begin = np.array([x.mean(), np.log(x.std(ddof=1))])
    # A tail alone is an exponential curve: the mean may run off, so it is held near the data.
    reach = [(x.mean() - 5 * x.std(), x.mean() + x.std()), (begin[1] - 2, begin[1] + 2)]
    found = optimize.minimize(misfit, begin, bounds=reach, method="L-BFGS-B")
    return float(found.x[0]), float(np.exp(found.x[1]))


def _inside(correlation: float) -> float:
    return float(np.clip(correlation, -0.99, 0.99))
