"""The likelihood without one participant, for many participants side by side.

Subtracting a participant moves the optimum little, so every search uses the Hessian of the whole
fit: theta <- theta - inv(H) gradient. Where this settles the Hessian there is positive definite
too: the error shrinks by I - inv(H) H_i, which it can only if the eigenvalues of inv(H) H_i lie
between 0 and 2. Notation as in `likelihood`, with a first axis for the participant left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import linalg

from .crossproducts import CrossProducts, upper_triangle
from .likelihood import Problem
from .newton import DECREMENT, Optimum

MAX_STEPS = 40


@dataclass(frozen=True)
class Own:
    """Participants of one group to leave out, one at a time.

    who: their codes, b. seen: b x M, visits attended. z: b x M x q, their rows of [X, y], weighted,
    by visit; zero where a visit was missed.
    """

    group: int
    who: np.ndarray
    seen: np.ndarray
    z: np.ndarray

    def of(self, chosen: np.ndarray) -> Own:
        """The same for some of them."""
        return replace(self, who=self.who[chosen], seen=self.seen[chosen], z=self.z[chosen])


def settle(
    problem: Problem, optimum: Optimum, own: Own
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coefficients and covariance parameters without each participant.

    Returns:
        beta b x p, theta b x k, and whether the search settled (elsewhere the numbers mean
        nothing).

    Source: docs/methods/mmrm.md, Leaving one out.
    Agrees with: validation/rbmi/README.md
    """
    root = linalg.cho_factor(optimum.slopes.hessian)
    n = len(own.who)
    theta = np.repeat(optimum.point.theta[None], n, axis=0)
    beta = np.full((n, problem.p), np.nan)
    done = np.zeros(n, dtype=bool)
    active, smallest = np.arange(n), np.full(n, np.inf)
    for _ in range(MAX_STEPS):
        with np.errstate(all="ignore"):
            found, gradient = _score(problem, theta[active], own.of(active))
            step = linalg.cho_solve(root, gradient.T, check_finite=False).T
            decrement = np.einsum("bk,bk->b", gradient, step)
        beta[active] = found
        arrived = decrement < DECREMENT
        done[active[arrived]] = True
        # A search that moves away is given up; the caller fits that model by itself.
        going = ~arrived & (decrement < 4 * smallest[active])
        smallest[active] = np.minimum(smallest[active], decrement)
        active, step = active[going], step[going]
        theta[active] -= step
        if not len(active):
            break
    return beta, theta, done


def _score(problem: Problem, theta: np.ndarray, own: Own) -> tuple[np.ndarray, np.ndarray]:
    """beta (b x p) and the gradient of -2 log likelihood (b x k) at each one's own theta."""
    built = [
        [problem.structure.build(one, problem.times)[:2] for one in block]
        for block in np.split(theta, len(problem.parts), axis=1)
    ]
    sigmas = [np.array([sigma for sigma, _ in group]) for group in built]
    inverses = [_inverses(s, part.patterns) for s, part in zip(sigmas, problem.parts, strict=True)]
    mine = _inverses(sigmas[own.group], own.seen, paired=True)
    total = -own.z.transpose(0, 2, 1) @ mine @ own.z
    for part, W in zip(problem.parts, inverses, strict=True):
        total += part.contract(W)
    phi = _inverse(total[:, :-1, :-1])
    beta = (phi @ total[:, :-1, -1:])[..., 0]
    d = np.concatenate([-beta, np.ones((len(beta), 1))], axis=1)
    moment = d[:, :, None] * d[:, None, :]
    if problem.reml:
        moment[:, :-1, :-1] += phi
    gradients = []
    for g, (part, W) in enumerate(zip(problem.parts, inverses, strict=True)):
        V = W @ _spread(part, moment) @ W
        pull = np.tensordot(W, part.counts, axes=(1, 0)) - V.sum(axis=1)
        if g == own.group:
            pull -= mine - mine @ (own.z @ moment @ own.z.transpose(0, 2, 1)) @ mine
        first = np.array([first for _, first in built[g]])
        gradients.append(np.einsum("bkij,bij->bk", first, pull, optimize=True))
    return beta, np.concatenate(gradients, axis=1)


def _inverses(sigmas: np.ndarray, patterns: np.ndarray, *, paired: bool = False) -> np.ndarray:
    """Inverse of each Sigma over each pattern's visits, b x R x M x M; paired: over its own."""
    seen = patterns.astype(float)
    both = seen[:, :, None] * seen[:, None, :]
    alone = np.eye(sigmas.shape[-1]) * (1.0 - seen)[:, None, :]
    filled = (sigmas if paired else sigmas[:, None]) * both + alone
    return _inverse(filled) * both


def _inverse(matrices: np.ndarray) -> np.ndarray:
    """Inverses, made symmetric; not a number where a matrix is singular."""
    try:
        made = np.linalg.inv(matrices)
    except np.linalg.LinAlgError:
        usable = np.linalg.matrix_rank(matrices) == matrices.shape[-1]
        made = np.full_like(matrices, np.nan)
        made[usable] = np.linalg.inv(matrices[usable])
    return (made + np.swapaxes(made, -1, -2)) / 2


def _spread(part: CrossProducts, matrices: np.ndarray) -> np.ndarray:
    """`CrossProducts.spread` for many matrices at once, b x R x M x M."""
    rows, columns = upper_triangle(part.q)
    packed = matrices[:, rows, columns] * np.where(rows == columns, 1.0, 2.0)
    values = (packed @ part.table.T) * np.where(part.j == part.k, 1.0, 0.5)
    made = np.zeros((len(matrices), len(part.counts), part.n_visits, part.n_visits))
    made[:, part.pattern, part.j, part.k] = values
    made[:, part.pattern, part.k, part.j] = values
    return made
