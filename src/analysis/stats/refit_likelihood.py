"""-2 log likelihood of many samples side by side, with its slopes. Notation as in `likelihood`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .covariance import Structure
from .refit_sums import Sums


@dataclass(frozen=True)
class Point:
    """Where each sample stands: -2 log L up to constants, b, Phi, Sigma with slopes, W by group."""

    value: np.ndarray
    beta: np.ndarray
    phi: np.ndarray
    built: list[tuple[np.ndarray, np.ndarray, np.ndarray | None]]
    W: list[np.ndarray]


@dataclass(frozen=True)
class Model:
    """What is fitted to every sample: the structure of Sigma, the visits' times, REML or not."""

    structure: Structure
    times: np.ndarray
    reml: bool

    @property
    def free(self) -> bool:
        """Whether Sigma is searched in its own elements."""
        return self.structure.name == "us"

    def parameters(self, sigma: np.ndarray) -> np.ndarray:
        """The parameters of a Sigma, M x M."""
        return (
            sigma[np.tril_indices(len(sigma))]
            if self.free
            else self.structure.start(sigma, self.times)
        )

    def build(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Sigma D x M x M and its derivatives; no second ones where Sigma is linear."""
        if not self.free:
            made = [self.structure.build(one, self.times) for one in theta]
            sigma, first, second = (np.array(piece) for piece in zip(*made, strict=True))
            return sigma, first, second
        m = len(self.times)
        rows, columns = np.tril_indices(m)
        first = np.zeros((len(rows), m, m))
        which = np.arange(len(rows))
        first[which, rows, columns] = first[which, columns, rows] = 1.0
        return np.tensordot(theta, first, axes=1), first[None], None


def evaluate(model: Model, parts: list[Sums], theta: np.ndarray) -> Point:
    """-2 log likelihood up to constants (infinite where Sigma or X'WX is not positive definite)."""
    built = [model.build(block) for block in np.split(theta, len(parts), axis=1)]
    value, total, inverses = np.zeros(len(theta)), 0.0, []
    for part, (sigma, _, _) in zip(parts, built, strict=True):
        seen = part.patterns.astype(float)
        both = seen[:, :, None] * seen[:, None, :]
        good = _positive(sigma)
        usable = np.where(good[:, None, None], sigma, np.eye(len(sigma[0])))
        filled = usable[:, None] * both + np.eye(len(sigma[0])) * (1.0 - seen)[:, None, :]
        W = np.linalg.inv(filled)
        W = (W + np.swapaxes(W, -1, -2)) * (both / 2)
        value += (part.counts * np.linalg.slogdet(filled)[1]).sum(axis=1)
        value[~good] = np.inf
        total = total + part.contract(W)
        inverses.append(W)
    xwx = total[:, :-1, :-1]
    good = _positive(xwx)
    xwx = np.where(good[:, None, None], xwx, np.eye(xwx.shape[-1]))
    phi = np.linalg.inv(xwx)
    phi = (phi + np.swapaxes(phi, -1, -2)) / 2
    beta = (phi @ total[:, :-1, -1:])[..., 0]
    value += total[:, -1, -1] - np.einsum("dp,dp->d", total[:, :-1, -1], beta)
    value += np.linalg.slogdet(xwx)[1] if model.reml else 0.0
    value[~good] = np.inf
    return Point(value, beta, phi, built, inverses)


def _positive(matrices: np.ndarray) -> np.ndarray:
    """Which matrices are positive definite."""
    try:
        np.linalg.cholesky(matrices)
        return np.ones(len(matrices), dtype=bool)
    except np.linalg.LinAlgError:
        finite = np.isfinite(matrices).all(axis=(1, 2))
        scale = np.abs(np.where(finite[:, None, None], matrices, 0.0)).max(axis=(1, 2))
        values = np.linalg.eigvalsh(np.where(finite[:, None, None], matrices, 0.0))[:, 0]
        return finite & (values > 1e-13 * scale)


def slopes(
    model: Model, parts: list[Sums], point: Point
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Gradient (D x k), Hessian (D x k x k), P (D x k x p x p), and which Hessians are observed.

    Where the observed Hessian is not positive definite the expected one stands in its place.
    """
    d = np.concatenate([-point.beta, np.ones((len(point.beta), 1))], axis=1)
    moment = d[:, :, None] * d[:, None, :]
    if model.reml:
        moment[:, :-1, :-1] += point.phi
    gradients, bends, turned = [], [], []
    for part, W, (_, first, second) in zip(parts, point.W, point.built, strict=True):
        V = W @ part.spread(moment) @ W
        weighted = part.counts[:, :, None, None] * W
        pull = (weighted - V).sum(axis=1)
        gradients.append((first * pull[:, None]).sum(axis=(2, 3)))
        bend = _quadratic(first, W, 2 * V - weighted)
        if second is not None:
            bend += (second * pull[:, None, None]).sum(axis=(3, 4))
        bends.append(bend)
        turned.append(-part.contract(W[:, None] @ first[:, :, None] @ W[:, None]))
    P = np.concatenate(turned, axis=1)
    v = (P @ d[:, None, :, None])[:, :, :-1, 0]
    P = P[:, :, :-1, :-1]
    traces = _traces(P, point.phi) if model.reml else 0.0
    hessian = _blocks(bends) - 2 * v @ point.phi @ np.swapaxes(v, 1, 2) - traces
    hessian = (hessian + np.swapaxes(hessian, 1, 2)) / 2
    sure = _positive(hessian)
    if not sure.all():
        hessian[~sure] = _expected(model, parts, point, traces)[~sure]
    return np.concatenate(gradients, axis=1), hessian, P, sure


def _expected(
    model: Model, parts: list[Sums], point: Point, traces: np.ndarray | float
) -> np.ndarray:
    blocks = []
    n, q = len(point.beta), parts[0].q
    padded = np.zeros((n, q, q))
    padded[:, :-1, :-1] = point.phi
    for part, W, (_, first, _) in zip(parts, point.W, point.built, strict=True):
        V = part.counts[:, :, None, None] * W
        if model.reml:
            V = V - 2 * W @ part.spread(padded) @ W
        blocks.append(_quadratic(first, W, V))
    made = _blocks(blocks) + traces
    # A sample without a step is given up; the others go on.
    good = _positive(made)
    return np.where(good[:, None, None], made, np.nan)


def _quadratic(first: np.ndarray, W: np.ndarray, V: np.ndarray) -> np.ndarray:
    """Sum over patterns of tr(E_i W_r E_j V_r), D x k x k."""
    n, r, m, _ = W.shape
    k = first.shape[1]
    flat = np.swapaxes(W.reshape(n, r, m * m), 1, 2) @ V.reshape(n, r, m * m)
    joint = flat.reshape(n, m, m, m, m).transpose(0, 4, 1, 2, 3).reshape(n, m * m, m * m)
    E = np.broadcast_to(first, (n, k, m, m)).reshape(n, k, m * m)
    return E @ joint @ np.swapaxes(E, 1, 2)


def _traces(P: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """tr(Phi P_i Phi P_j), D x k x k."""
    turned = phi[:, None] @ P
    n, k = P.shape[:2]
    other = np.swapaxes(turned, -1, -2).reshape(n, k, -1)
    return turned.reshape(n, k, -1) @ np.swapaxes(other, 1, 2)


def _blocks(blocks: list[np.ndarray]) -> np.ndarray:
    if len(blocks) == 1:
        return blocks[0]
    sizes = [block.shape[1] for block in blocks]
    made = np.zeros((len(blocks[0]), sum(sizes), sum(sizes)))
    for block, end in zip(blocks, np.cumsum(sizes), strict=True):
        at = slice(end - block.shape[1], end)
        made[:, at, at] = block
    return made
