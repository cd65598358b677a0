"""Standard errors typed where variances belong, found by their scale against the people studied."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

# A variance falls as 1 / n, a standard error as 1 / root n. A row is suspected when it lies off the
# others by this factor as it stands, and within the smaller one after a root or a square.
FAR, NEAR = 4.0, 1.6
# Nor is a row suspected within so many interquartile ranges: outcomes differ in spread.
BEYOND = 3.0
# All rows are suspected when a root or a square makes variance x n far more alike.
ALIKE = 0.25
ENOUGH = 6


def suspects(
    variances: np.ndarray, n: np.ndarray, labels: list[Hashable], *, column: str, is_se: bool
) -> list[str]:
    """Problems in words: rows, or all rows, whose spread is of another kind than the column says.

    Args:
        variances: sampling variances as the column has them.
        n: people of each study.
        labels: the studies.
        column: where the variances came from.
        is_se: the column was said to hold standard errors.

    Returns:
        No problem, or one that names the studies.
    """
    said, meant = ("standard errors", "variances") if is_se else ("variances", "standard errors")
    if len(variances) < 3:
        return []
    # What the variance would be, had the column held the other kind.
    other = np.sqrt(variances) if is_se else variances**2
    plain, swapped = np.log(variances * n), np.log(other * n)
    odd = _rows(plain, swapped)
    if odd.any():
        named = ", ".join(str(labels[i]) for i in np.flatnonzero(odd))
        return [
            f"{column} seems to hold a {meant[:-1]} in place of a {said[:-1]} in: {named} (of "
            "another scale than its people and the other studies let expect; leave out n if the "
            "figure is right)"
        ]
    if _all_swapped(plain, swapped, n):
        return [
            f"{column} looks as if it held {meant}, not {said}: it falls with the people of the "
            f"study (n) as {meant} do (leave out n if it is right)"
        ]
    return []


def _rows(plain: np.ndarray, swapped: np.ndarray) -> np.ndarray:
    odd = np.zeros(len(plain), dtype=bool)
    for i in range(len(plain)):
        others = np.delete(plain, i)
        middle = np.median(others)
        far = abs(plain[i] - middle) > max(np.log(FAR), BEYOND * _spread(others))
        odd[i] = far and abs(swapped[i] - middle) < np.log(NEAR)
    # Where most rows were odd, the others would be the ones in doubt.
    return odd if odd.sum() <= len(odd) / 2 else np.zeros_like(odd)


def _all_swapped(plain: np.ndarray, swapped: np.ndarray, n: np.ndarray) -> bool:
    """Far more alike after the swap, among enough studies of different sizes."""
    if len(n) < ENOUGH or np.ptp(np.log(n)) < np.log(3):
        return False
    return _spread(swapped) < ALIKE * _spread(plain)


def _spread(x: np.ndarray) -> float:
    """The middle half: one row that is wrong must not speak for all."""
    return float(np.subtract(*np.quantile(x, [0.75, 0.25])))
