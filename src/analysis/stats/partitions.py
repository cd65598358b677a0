"""Dask partitions: each is summed where it lies, and the sums are added in a tree.

Dask is an optional extra of this package; it is loaded when partitions are given.
"""

from __future__ import annotations

import lazy_loader as lazy
import pandas as pd

from .piece import Piece, piece_of, summed
from .recipe import Recipe

dask = lazy.load("dask", error_on_import=False)

# Sums that one step of the tree adds.
BRANCHES = 8


def is_partitioned(source: object) -> bool:
    """Whether this is a Dask DataFrame (told without loading Dask)."""
    return hasattr(source, "to_delayed") and hasattr(source, "npartitions")


def sum_partitions(recipe: Recipe, source: object) -> Piece:
    """The sums of all partitions.

    Args:
        recipe: how rows become numbers.
        source: a Dask DataFrame, the rows of a participant in one partition or in neighbours.
    """
    parts = source[recipe.asked.columns].to_delayed()
    level = [dask.delayed(piece_of)(recipe, part) for part in parts]
    while len(level) > 1:
        level = [
            dask.delayed(summed)(level[at : at + BRANCHES]) for at in range(0, len(level), BRANCHES)
        ]
    return level[0].compute()


def sample_of(source: object, columns: list[str], left: list[str], n_rows: int) -> pd.DataFrame:
    """Some rows with an outcome."""
    return source[columns].dropna(subset=left).head(n_rows, npartitions=-1)


def distinct(source: object, column: str, left: list[str]) -> pd.Series:
    """The different values of a column."""
    return source[[column]].drop_duplicates().compute()[column]
