"""Standard errors and degrees of freedom of linear contrasts in small samples."""

from __future__ import annotations

import numpy as np


def variances(L: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """l' Phi l for each row l of L."""
    return np.einsum("ri,ij,rj->r", L, phi, L)


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
    turned = L @ phi
    slopes = -np.einsum("ri,kij,rj->rk", turned, P, turned, optimize=True)
    spread = np.einsum("rk,kl,rl->r", slopes, theta_covariance, slopes)
    with np.errstate(divide="ignore"):
        return 2 * variances(L, phi) ** 2 / spread
