"""Small samples: how well the variance of a contrast is known, and by how much it is too small.

Notation as in `likelihood`: Phi = inv(X'WX), and P_i the derivative of X'WX by covariance parameter
i. The covariance of these parameters is twice the inverse of the observed Hessian of -2 log
likelihood.
"""

from __future__ import annotations

import numpy as np

from .likelihood import Point, Problem


def variances(L: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """l' V l for each row l of L."""
    return np.einsum("ri,ij,rj->r", L, covariance, L)


def satterthwaite(
    L: np.ndarray, phi: np.ndarray, P: np.ndarray, theta_covariance: np.ndarray
) -> np.ndarray:
    """Degrees of freedom of each contrast: how well its own variance is known.

    Args:
        L: contrasts x p.
        phi: p x p, inv(X'WX) at the optimum.
        P: k x p x p, derivatives of X'WX by the covariance parameters.
        theta_covariance: k x k, covariance of the parameters: twice the inverse of the observed
            Hessian of -2 log likelihood.

    Returns:
        One number a contrast, 2 v^2 / var(v) with v = l' Phi l.

    Source: Fai & Cornelius (1996) J Stat Comput Simul 54:363, for one degree of freedom;
        Kenward & Roger (1997) Biometrics 53:983 give the same for a single contrast.
    Agrees with: validation/mmrm/reference.json
    """
    slopes = variance_slopes(L, phi, P)
    spread = np.einsum("rk,kl,rl->r", slopes, theta_covariance, slopes)
    with np.errstate(divide="ignore"):
        return 2 * variances(L, phi) ** 2 / spread


def variance_slopes(L: np.ndarray, phi: np.ndarray, P: np.ndarray) -> np.ndarray:
    """Derivatives of l' Phi l by the covariance parameters, contrasts x k."""
    turned = L @ phi
    return -np.einsum("rkj,rj->rk", np.einsum("ri,kij->rkj", turned, P, optimize=True), turned)


def kenward_roger(
    problem: Problem, point: Point, P: np.ndarray, theta_covariance: np.ndarray, *, linear: bool
) -> np.ndarray:
    """The covariance of the coefficients, freed of its small-sample bias.

    Sums over pairs of parameters are taken on M x M matrices before they meet the data: the price
    does not depend on the number of participants and hardly on the number of parameters.

    Args:
        problem: cross-products and structure.
        point: the optimum.
        P: k x p x p, derivatives of X'WX by the covariance parameters.
        theta_covariance: k x k.
        linear: leave out the curvature of Sigma in its parameters. What remains does not depend on
            how Sigma is parametrised; it is exact for a Sigma that is linear in its parameters.

    Returns:
        Phi_A, p x p.

    Source: Kenward & Roger (1997) Biometrics 53:983, section 2.
    Agrees with: validation/mmrm/reference.json
    """
    phi, p = point.phi, len(point.phi)
    weighted = np.tensordot(theta_covariance, P, axes=1)
    inner = -np.einsum("iab,bc,icd->ad", weighted, phi, P, optimize=True)
    k = problem.n_parameters
    for g, part in enumerate(problem.parts):
        own = slice(g * k, (g + 1) * k)
        w, E, W = theta_covariance[own, own], point.first[g], point.inverses[g]
        middle = _weighted_products(w, E, W)
        if not linear:
            middle = middle - np.tensordot(w, point.second[g], axes=2) / 4
        inner = inner + part.contract(W @ middle @ W)[:p, :p]
    adjusted = phi + 2 * phi @ inner @ phi
    return (adjusted + adjusted.T) / 2


def _weighted_products(w: np.ndarray, E: np.ndarray, W: np.ndarray) -> np.ndarray:
    """Sum over i, j of w[i, j] E_i W_r E_j for each pattern, R x M x M."""
    k, m, _ = E.shape
    flat = E.reshape(k, m * m)
    joint = (flat.T @ w @ flat).reshape(m, m, m, m)
    # joint[a, b, c, d] = sum of w E_i[a, b] E_j[c, d]; W[b, c] closes the product.
    made = W.reshape(len(W), m * m) @ joint.transpose(1, 2, 0, 3).reshape(m * m, m * m)
    made = made.reshape(len(W), m, m)
    return (made + made.transpose(0, 2, 1)) / 2


def residual_df(L: np.ndarray, n_observations: int) -> np.ndarray:
    """Outcomes less coefficients, the same for every contrast."""
    return np.full(len(L), float(n_observations - L.shape[1]))


def between_within(L: np.ndarray, X: np.ndarray, subject: np.ndarray) -> np.ndarray:
    """Degrees of freedom by whether a contrast touches what differs between participants only.

    A coefficient is *between* when its column never changes within a participant, else *within*.
    Between: participants less such columns. Within, and the intercept: outcomes less participants
    less the other columns. A contrast takes the smallest of the coefficients it touches.

    Args:
        L: contrasts x p.
        X: rows x p, the design.
        subject: the participant of each row, 0 to n - 1.

    Source: Schluchter & Elashoff (1990) J Stat Comput Simul 37:69.
    Agrees with: validation/mmrm/reference.json
    """
    n_rows, n_people = len(subject), int(subject.max()) + 1
    first = np.zeros(n_people, dtype=int)
    first[subject[::-1]] = np.arange(n_rows)[::-1]
    between = (X[first[subject]] == X).all(axis=0)
    constant = (X[0] == X).all(axis=0)
    df_between = n_people - between.sum()
    df_within = n_rows - n_people - (~between).sum()
    df = np.where(between & ~constant, df_between, df_within).astype(float)
    return np.array([df[row != 0].min(initial=np.inf) for row in L])
