"""Second verb: impute. What each absent value is, given the outcomes seen and the strategy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.errors import ModelError, UsageError

from .draw import Draws
from .impute_grid import Planned
from .strategy import Strategy


@dataclass(frozen=True)
class Cell:
    """Participants who share what was seen, the event's visit, the strategy and their Sigmas.

    members: their places. seen, absent: visits. mar: M truth values, before the event. own,
    reference: places of the Sigmas. place: members x absent, where each value stands among all
    absent values (in the order of participants, then visits).
    """

    members: np.ndarray
    seen: np.ndarray
    absent: np.ndarray
    mar: np.ndarray
    rule: Strategy
    own: int
    reference: int
    place: np.ndarray


@dataclass(frozen=True)
class Completed:
    """Data sets without gaps.

    Y: D x N x M, in the outcome's unit. weights: D x N, how often each participant counts, or None.
    """

    Y: np.ndarray
    weights: np.ndarray | None


@dataclass(frozen=True)
class Imputer:
    """Fills the absent values of the planned ones, draw by draw."""

    planned: Planned
    draws: Draws

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Everyone with an absent value, by what they share."""
        planned, events = self.planned, self.planned.events
        absent = planned.absent
        m = absent.shape[1]
        some = np.flatnonzero(absent.any(axis=1))
        own = self.draws.group[planned.arm[some]]
        reference = self.draws.group[planned.reference[planned.arm[some]]]
        shared = np.column_stack([events.first[some], events.rule[some], own, reference])
        key = np.column_stack([absent[some], shared]).astype(int)
        rows, which = np.unique(key, axis=0, return_inverse=True)
        number = np.cumsum(absent.reshape(-1)).reshape(absent.shape) - 1
        made = []
        for c, row in enumerate(rows):
            members = some[which.reshape(-1) == c]
            gone = np.flatnonzero(row[:m])
            first, rule, mine, other = row[m:]
            made.append(
                Cell(
                    members,
                    np.flatnonzero(row[:m] == 0),
                    gone,
                    np.arange(m) < first,
                    events.rules[rule],
                    int(mine),
                    int(other),
                    number[members[:, None], gone],
                )
            )
        return tuple(made)

    @property
    def n_absent(self) -> int:
        """How many values are absent."""
        return int(self.planned.absent.sum())

    def complete(self, chosen: slice, shift: np.ndarray) -> Completed:
        """Whole data sets of some draws.

        Args:
            chosen: which draws.
            shift: N x M, what is added to absent values afterwards (delta).
        """
        draws, planned = self.draws, self.planned
        noise = draws.noise(chosen, self.n_absent)
        values = self.values(draws.beta[chosen], draws.sigmas[chosen], noise)
        absent = planned.absent
        whole = np.repeat(planned.Y[None], len(values), axis=0)
        whole[:, absent] = values + shift[absent]
        weights = None if draws.weights is None else draws.weights[chosen]
        return Completed(whole, weights)

    def values(
        self, beta: np.ndarray, sigmas: np.ndarray, noise: np.ndarray | None = None
    ) -> np.ndarray:
        """The absent values, D x absent: conditional means, and with noise drawn around them.

        Args:
            beta: D x p.
            sigmas: D x G x M x M.
            noise: D x absent, standard normal numbers.

        Raises:
            ModelError: a strategy gives something that is no covariance.
        """
        made = np.empty((len(beta), self.n_absent))
        for cell in self.cells:
            mean, root = self._conditional(cell, beta, sigmas)
            if noise is not None:
                mean = mean + noise[:, cell.place] @ np.swapaxes(root, 1, 2)
            made[:, cell.place] = mean
        return made

    def means_and_spreads(self) -> tuple[np.ndarray, np.ndarray]:
        """Conditional mean and standard deviation of each absent value under the fit itself."""
        point = self.draws.optimum.point
        beta, sigmas = point.beta[None], np.array(point.sigmas)[None]
        mean, spread = np.empty(self.n_absent), np.empty(self.n_absent)
        for cell in self.cells:
            values, root = self._conditional(cell, beta, sigmas)
            mean[cell.place] = values[0]
            spread[cell.place] = np.sqrt((root[0] ** 2).sum(axis=1))
        return mean, spread

    def _conditional(
        self, cell: Cell, beta: np.ndarray, sigmas: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Means D x n x a, and the root of the covariance D x a x a, given what was seen."""
        mean, cov = self._joint(cell, beta, sigmas)
        s, a = cell.seen, cell.absent
        past = self.planned.Y[cell.members[:, None], s] - mean[..., s]
        try:
            B = np.linalg.solve(cov[:, s[:, None], s], cov[:, s[:, None], a])
            left = cov[:, a[:, None], a] - cov[:, a[:, None], s] @ B
            root = np.linalg.cholesky((left + np.swapaxes(left, 1, 2)) / 2)
        except np.linalg.LinAlgError:
            raise ModelError(
                f"The strategy {cell.rule.name} gives a matrix that is no covariance.",
                where="strategy",
                why="Absent values have no distribution then.",
                do="Return a symmetric, positive definite covariance of all visits.",
            ) from None
        return mean[..., a] + past @ B, root

    def _joint(
        self, cell: Cell, beta: np.ndarray, sigmas: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        X, R = self.planned.X_own[cell.members], self.planned.X_reference[cell.members]
        n, m, p = X.shape
        own = (beta @ X.reshape(-1, p).T).reshape(len(beta), n, m)
        other = (beta @ R.reshape(-1, p).T).reshape(len(beta), n, m)
        mine = sigmas[:, cell.own]
        reference = mine if cell.own == cell.reference else sigmas[:, cell.reference]
        mean, cov = cell.rule.rule(own, mine, other, reference, cell.mar)
        mean, cov = np.asarray(mean, dtype=float), np.asarray(cov, dtype=float)
        try:
            mean = np.broadcast_to(mean, own.shape)
            cov = np.broadcast_to(cov, mine.shape)
        except ValueError:
            mean = cov = np.array(np.nan)
        if not (np.isfinite(mean).all() and np.isfinite(cov).all()):
            raise UsageError(
                f"The strategy {cell.rule.name} does not return a finite mean and covariance of "
                f"all {m} visits.",
                where="strategy",
                do="Return (mean, covariance); means end in an axis of visits, covariances in two.",
            )
        return mean, cov
