"""Many refits of one model side by side: each with its own weights of the participants.

A bootstrap sample, or a completed data set, differs from the next in its sums of cross-products
only. All samples take Newton's steps together, each array with a first axis for the sample; where
the observed Hessian is not positive definite that sample takes the step of the expected
information. An unstructured Sigma is searched in its own elements, in which it is linear.
Notation as in `likelihood`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .covariance import Structure
from .refit_likelihood import Model, evaluate, slopes
from .refit_sums import Sums

# Newton decrement at which a refit has arrived: parameters within 1e-6 of their standard errors.
DECREMENT = 1e-12
MAX_STEPS = 60
MAX_HALVINGS = 12


@dataclass(frozen=True)
class Refits:
    """The optimum of each sample: beta D x p, phi D x p x p, sigmas D x G x M x M, settled D.

    P (D x k x p x p) and hessian (D x k x k): the slopes in the parameters that were searched.
    """

    beta: np.ndarray
    phi: np.ndarray
    sigmas: np.ndarray
    P: np.ndarray
    hessian: np.ndarray
    settled: np.ndarray


def refit(
    parts: list[Sums], structure: Structure, times: np.ndarray, start: np.ndarray, *, reml: bool
) -> Refits:
    """Maximise the likelihood of every sample.

    Args:
        parts: the sums, one for each group with its own Sigma.
        structure: of Sigma.
        times: where the visits lie.
        start: G x M x M, Sigma of each group to begin at.
        reml: restricted maximum likelihood or maximum likelihood.

    Returns:
        The optima; where `settled` is False none was found and the numbers mean nothing.

    Source: Lindstrom & Bates (1988) J Am Stat Assoc 83:1014.
    Agrees with: validation/rbmi/README.md
    """
    model = Model(structure, times, reml)
    begin = np.concatenate([model.parameters(sigma) for sigma in start])
    n, k, p, m = len(parts[0].counts), len(begin), parts[0].q - 1, len(times)
    theta = np.repeat(begin[None], n, axis=0)
    made = Refits(
        np.full((n, p), np.nan),
        np.full((n, p, p), np.nan),
        np.full((n, len(parts), m, m), np.nan),
        np.full((n, k, p, p), np.nan),
        np.full((n, k, k), np.nan),
        np.zeros(n, dtype=bool),
    )
    active = np.arange(n)
    for _ in range(MAX_STEPS):
        mine = [part.of(active) for part in parts]
        point = evaluate(model, mine, theta[active])
        gradient, hessian, P, sure = slopes(model, mine, point)
        step = -np.linalg.solve(hessian, gradient[..., None])[..., 0]
        decrement = -np.einsum("dk,dk->d", gradient, step)
        arrived = sure & (decrement < DECREMENT)
        at = active[arrived]
        made.beta[at], made.phi[at] = point.beta[arrived], point.phi[arrived]
        made.P[at], made.hessian[at] = P[arrived], hessian[arrived]
        for g, (sigma, _, _) in enumerate(point.built):
            made.sigmas[at, g] = sigma[arrived]
        made.settled[at] = True
        size = _descend(model, mine, theta[active], point.value, step, decrement)
        going = ~arrived & (size > 0)
        theta[active[going]] += (size[:, None] * step)[going]
        active = active[going]
        if not len(active):
            break
    return made


def _descend(
    model: Model,
    parts: list[Sums],
    theta: np.ndarray,
    value: np.ndarray,
    step: np.ndarray,
    decrement: np.ndarray,
) -> np.ndarray:
    """How much of each step lowers -2 log likelihood enough; zero where none does."""
    size, found = np.ones(len(theta)), np.zeros(len(theta))
    open_ = np.flatnonzero(np.isfinite(decrement))
    for _ in range(MAX_HALVINGS):
        if not len(open_):
            break
        there = theta[open_] + size[open_, None] * step[open_]
        reached = evaluate(model, [part.of(open_) for part in parts], there).value
        # Near the optimum rounding hides the fall, so a step this small is taken as it is.
        bar = value[open_] - 1e-4 * size[open_] * decrement[open_]
        good = (reached <= bar) | (np.isfinite(reached) & (decrement[open_] < 1e-7))
        found[open_[good]] = size[open_[good]]
        size[open_] /= 2
        open_ = open_[~good]
    return found
