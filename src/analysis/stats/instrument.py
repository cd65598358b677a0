"""Two-stage least squares with one instrument: what a dose does to those whom an offer moved."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import t

from analysis.errors import ModelError

# Staiger and Stock 1997, Econometrica 65:557: below this the instrument is called weak.
WEAK = 10.0


class Instrumented(NamedTuple):
    """The effect of one unit of dose, and of the offer on outcome and dose.

    ``value``, ``se``, ``lower``, ``upper``: effect of a unit of dose, robust.
    ``first_stage``: how many units of dose the offer adds. ``f``: its robust F, 1 and ``df``
    degrees of freedom. ``offer``, ``offer_se``, ``offer_lower``, ``offer_upper``: effect of the
    offer.
    """

    value: float
    se: float
    lower: float
    upper: float
    first_stage: float
    f: float
    offer: float
    offer_se: float
    offer_lower: float
    offer_upper: float
    df: int
    n: int


def two_stage(
    outcome: np.ndarray,
    dose: np.ndarray,
    offered: np.ndarray,
    covariates: np.ndarray,
    *,
    level: float = 0.95,
) -> Instrumented:
    """The effect of a unit of dose on the outcome, with the offer as its instrument.

    The effect is one of those who took more because it was offered to them, if the offer came by
    chance, moves the outcome through the dose alone, moves nobody's dose down, and if each unit
    does the same.

    Args:
        outcome: shape (n,).
        dose: shape (n,).
        offered: shape (n,); 1 where the programme was offered, else 0.
        covariates: shape (n, k), without a column of ones.
        level: of the intervals, t with n - k - 2 degrees of freedom.

    Returns:
        Estimates with variances that are robust to unequal spread (HC1).

    Raises:
        ModelError: too few people, an offer without two values, or one that moves no dose at all.

    Source: Angrist, Imbens and Rubin 1996, JASA 91:444; Wooldridge 2010, Econometric Analysis of
        Cross Section and Panel Data, section 5.2.
    Agrees with: validation/instrument/README.md
    """
    n = len(outcome)
    others = np.column_stack([np.ones(n), covariates])
    design, instruments = np.column_stack([dose, others]), np.column_stack([offered, others])
    df = n - instruments.shape[1]
    _refuse(instruments, df)
    first, first_se = _robust(instruments, dose, instruments)
    if abs(first[0]) <= 1e-9 * max(1.0, np.abs(dose).max()):
        raise ModelError(
            "The offer does not change the dose.",
            where="first stage",
            why="the effect of a dose cannot be told from an offer that nobody took up",
            do="Look at attendance; report the effect of the offer alone.",
        )
    value, se = _robust(instruments, outcome, design)
    offer, offer_se = _robust(instruments, outcome, instruments)
    critical = float(t.isf((1 - level) / 2, df))
    f = (first[0] / first_se[0]) ** 2 if first_se[0] > 0 else float("inf")
    return Instrumented(
        *_interval(value[0], se[0], critical),
        float(first[0]),
        float(f),
        *_interval(offer[0], offer_se[0], critical),
        df,
        n,
    )


def _robust(z: np.ndarray, y: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of y on x with instruments z, as many as x, and their HC1 errors."""
    bread = np.linalg.inv(z.T @ x)
    beta = bread @ (z.T @ y)
    scored = z * (y - x @ beta)[:, None]
    cover = bread @ (scored.T @ scored) @ bread.T * len(y) / (len(y) - x.shape[1])
    # Rounding can leave a variance of nought a hair below it.
    return beta, np.sqrt(np.maximum(np.diag(cover), 0.0))


def _interval(value: float, se: float, critical: float) -> tuple[float, float, float, float]:
    return float(value), float(se), float(value - critical * se), float(value + critical * se)


def _refuse(instruments: np.ndarray, df: int) -> None:
    if df >= 1 and np.linalg.matrix_rank(instruments) == instruments.shape[1]:
        return
    raise ModelError(
        "Too few people, or columns that tell the same, for the effect of a dose.",
        where="offer and covariates",
        why="the equations have no single solution",
        do="Leave covariates out that are the same for everyone or follow from others.",
    )
