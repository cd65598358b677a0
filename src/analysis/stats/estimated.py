"""What every fit of a linear mean model knows of itself; each kind of fit says how."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from .design import Design
from .digest import Digest


class Estimated(ABC):
    """Coefficients of a design, and how sure they are."""

    design: Design | Digest
    beta: np.ndarray

    def estimates(self, L: np.ndarray) -> np.ndarray:
        """The value of each contrast (row of L)."""
        return L @ self.beta

    @abstractmethod
    def joint(self, L: np.ndarray) -> tuple[float, float]:
        """F statistic and denominator degrees of freedom of all contrasts (rows of L) together."""

    @abstractmethod
    def uncertainty(self, L: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Standard error and degrees of freedom of each contrast (row of L)."""

    @abstractmethod
    def contrast_covariance(self, L: np.ndarray) -> np.ndarray:
        """Covariance of the contrasts (rows of L), rows x rows."""

    @property
    @abstractmethod
    def n_participants(self) -> int:
        """Participants with an outcome."""

    @property
    @abstractmethod
    def method(self) -> str:
        """The method in a few words."""

    @abstractmethod
    def one_row_a_person(self, by: Sequence[str]) -> bool:
        """Whether a person has one row at most within each cell of these columns."""
