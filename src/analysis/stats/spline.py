"""Curves over time as columns of a design: straight pieces, and cubic splines.

Time runs from 0, and with knots of 0 or later every basis is 0 there: its coefficients speak of
what changed since the start.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.errors import UsageError


def piecewise_linear(times: np.ndarray, bends: Sequence[float]) -> np.ndarray:
    """Straight lines that meet at the bends.

    Args:
        times: n times, in any unit.
        bends: where the slope may change, increasing.

    Returns:
        n x (1 + bends): the time, and the time beyond each bend; each coefficient beyond the first
        is a change of slope.

    Raises:
        UsageError: bends that do not increase.
    """
    t = np.asarray(times, dtype=float)
    _refuse_disorder(bends, least=1)
    return np.column_stack([t, *(np.maximum(t - bend, 0) for bend in bends)])


def natural_cubic(times: np.ndarray, knots: Sequence[float]) -> np.ndarray:
    """A cubic spline that is a straight line beyond its outer knots.

    With outer knots at the first and last time this is the natural spline; with outer knots inside
    the data it is the restricted cubic spline. They are one family and differ in the knots only.

    Args:
        times: n times.
        knots: at least three, increasing, the outer ones included.

    Returns:
        n x (knots - 1): the time, and the truncated powers, in the unit of the time.

    Raises:
        UsageError: fewer than three knots, or knots that do not increase.

    Source: Harrell (2015) Regression Modeling Strategies, 2nd ed., section 2.4.5, equation 2.25.
    """
    _refuse_disorder(knots, least=3)
    if knots[0] < 0:
        raise UsageError("A knot lies before the start.", where="knots", do="Begin at 0 or later.")
    t, k = np.asarray(times, dtype=float), np.asarray(knots, dtype=float)
    made = [t]
    for at in k[:-2]:
        pieces = _cube(t - at) - _cube(t - k[-2]) * (k[-1] - at) / (k[-1] - k[-2])
        pieces += _cube(t - k[-1]) * (k[-2] - at) / (k[-1] - k[-2])
        made.append(pieces / (k[-1] - k[0]) ** 2)
    return np.column_stack(made)


def _cube(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0) ** 3


def _refuse_disorder(knots: Sequence[float], *, least: int) -> None:
    if len(knots) < least or np.any(np.diff(knots) <= 0):
        raise UsageError(
            f"The knots of a curve must increase, and there must be at least {least}.",
            where=f"knots {', '.join(f'{knot:g}' for knot in knots) or '(none)'}",
            do="Give the times at which the course may bend, each once, in order.",
        )
