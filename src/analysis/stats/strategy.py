"""Strategies: from what an arm and the reference arm do to what a participant is assumed to do.

Every strategy has one signature, `strategy(own_mean, own_cov, reference_mean, reference_cov, mar)`,
and returns the joint mean and covariance of the participant's outcomes at all M planned visits.
Means end in an axis of M, covariances in two; leading axes (draws, participants) pass through, so
write `mean[..., j]`. `mar` (M truth values) is True at visits before the event: from the first
False on, the strategy speaks. A user's own function of this shape may stand wherever a name may.

Source: Carpenter, Roger & Kenward (2013) J Biopharm Stat 23:1352.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.errors import UsageError

Joint = tuple[np.ndarray, np.ndarray]
Rule = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray], Joint]


@dataclass(frozen=True)
class Strategy:
    """One strategy: its short name, what it assumes in words, and its rule.

    excludes: outcomes seen after the event do not inform the model of what comes before it, because
    the strategy says that they follow another law.
    """

    name: str
    words: str
    rule: Rule
    excludes: bool = True


def missing_at_random(
    own_mean: np.ndarray,
    own_cov: np.ndarray,
    reference_mean: np.ndarray,
    reference_cov: np.ndarray,
    mar: np.ndarray,
) -> Joint:
    """As if the event had not happened: like others of the same arm with the same past."""
    return own_mean, own_cov


def jump_to_reference(
    own_mean: np.ndarray,
    own_cov: np.ndarray,
    reference_mean: np.ndarray,
    reference_cov: np.ndarray,
    mar: np.ndarray,
) -> Joint:
    """From the event on the mean of the reference arm: what the arm had gained is lost at once."""
    return np.where(mar, own_mean, reference_mean), spliced(own_cov, reference_cov, mar)


def copy_reference(
    own_mean: np.ndarray,
    own_cov: np.ndarray,
    reference_mean: np.ndarray,
    reference_cov: np.ndarray,
    mar: np.ndarray,
) -> Joint:
    """As a member of the reference arm from the start: a good past carries over in part."""
    return (own_mean, own_cov) if mar.all() else (reference_mean, reference_cov)


def copy_increments(
    own_mean: np.ndarray,
    own_cov: np.ndarray,
    reference_mean: np.ndarray,
    reference_cov: np.ndarray,
    mar: np.ndarray,
) -> Joint:
    """What was gained stays; from the event on the mean moves as the reference arm's does."""
    start = _last_before(mar)
    lead = 0.0 if start is None else (own_mean - reference_mean)[..., start, None]
    return np.where(mar, own_mean, reference_mean + lead), spliced(own_cov, reference_cov, mar)


def last_mean_carried_forward(
    own_mean: np.ndarray,
    own_cov: np.ndarray,
    reference_mean: np.ndarray,
    reference_cov: np.ndarray,
    mar: np.ndarray,
) -> Joint:
    """From the event on the arm's mean stays where it last was (if nowhere: the reference's)."""
    start = _last_before(mar)
    if start is None:
        return reference_mean, reference_cov
    return np.where(mar, own_mean, own_mean[..., start, None]), own_cov


def _last_before(mar: np.ndarray) -> int | None:
    """The last visit before the event."""
    if mar.all():
        return len(mar) - 1
    first = int(np.argmin(mar))
    return first - 1 if first else None


def spliced(own_cov: np.ndarray, reference_cov: np.ndarray, mar: np.ndarray) -> np.ndarray:
    """Before the event the arm's covariance, after it given the past the reference's.

    With R the reference's and T the arm's covariance, 1 before and 2 from the event on, and
    A = R21 inv(R11): S11 = T11, S21 = A T11, S22 = R22 - A (R11 - T11) A'.

    Source: Carpenter, Roger & Kenward (2013), equations of section 3.
    """
    if mar.all():
        return own_cov
    if not mar.any() or own_cov is reference_cov:
        return reference_cov
    before, after = np.flatnonzero(mar), np.flatnonzero(~mar)
    R11 = reference_cov[..., before[:, None], before]
    R12 = reference_cov[..., before[:, None], after]
    T11 = own_cov[..., before[:, None], before]
    At = np.linalg.solve(R11, R12)
    A = np.swapaxes(At, -1, -2)
    made = np.array(np.broadcast_to(reference_cov, np.broadcast(own_cov, reference_cov).shape))
    made[..., before[:, None], before] = T11
    made[..., before[:, None], after] = T11 @ At
    made[..., after[:, None], before] = A @ T11
    made[..., after[:, None], after] -= A @ (R11 - T11) @ At
    return made


STRATEGIES: dict[str, Strategy] = {
    row.name: row
    for row in (
        Strategy(
            "mar",
            "missing at random",
            missing_at_random,
            excludes=False,
        ),
        Strategy("j2r", "jump to reference", jump_to_reference),
        Strategy("cr", "copy reference", copy_reference),
        Strategy("cir", "copy increments in reference", copy_increments),
        Strategy("lmcf", "last mean carried forward", last_mean_carried_forward),
    )
}


def find_strategy(given: object) -> Strategy:
    """The strategy of this name, or a user's own function as one.

    Raises:
        UsageError: neither a name of the table nor a function.
    """
    if isinstance(given, Strategy):
        return given
    if callable(given):
        name = getattr(given, "__name__", type(given).__name__)
        return Strategy(name, f"own strategy {name}", given)
    if isinstance(given, str) and given in STRATEGIES:
        return STRATEGIES[given]
    raise UsageError(
        f"There is no strategy {given!r}.",
        where="strategy",
        do="Use one of: "
        + ", ".join(f"{row.name} ({row.words})" for row in STRATEGIES.values())
        + "; or a function with the same five arguments.",
    )
