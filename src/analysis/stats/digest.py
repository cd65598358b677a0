"""What a design was, when its rows are gone: enough for LS means and contrasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from formulaic import ModelSpec


@dataclass(frozen=True)
class Digest:
    """A design without its rows.

    names: the columns of the design. factors: factor to its levels, reference first. means: of the
    covariates that are no factors, over the rows used. seen, seen_rows: the combinations of factor
    levels that occurred, as codes (combinations x factors), and how many rows each had.
    """

    formula: str
    names: tuple[str, ...]
    spec: ModelSpec
    factors: dict[str, tuple]
    means: dict[str, float]
    seen: np.ndarray
    seen_rows: np.ndarray
    n_observations: int
    n_dropped: int

    def cells(self, factors: Sequence[str]) -> np.ndarray:
        """Rows used at each combination of these factors, one axis a factor."""
        names = list(self.factors)
        codes = tuple(self.seen[:, names.index(name)] for name in factors)
        made = np.zeros([len(self.factors[name]) for name in factors], dtype=np.int64)
        np.add.at(made, codes, self.seen_rows)
        return made


@dataclass(frozen=True)
class Summed:
    """What remains of the rows of a repeated-measures model once they are summed.

    groups: the levels with a Sigma each, empty for one Sigma.
    """

    design: Digest
    groups: tuple
    visits: pd.Index
    n_participants: int
    weighted: bool
