"""The design of new rows: what a fitted formula says of people it has not seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandas.api import types

from analysis.errors import ModelError

from .design import Design, refuse_missing_covariates, refuse_unknown_columns
from .digest import Digest
from .formula import on_rows
from .levels import with_levels


def new_rows(design: Design | Digest, data: pd.DataFrame) -> np.ndarray:
    """The design matrix of new rows, with the levels and columns of the fit.

    Args:
        design: of the fit.
        data: one row a mean wanted; the columns of the right side of the formula.

    Returns:
        Rows x coefficients.

    Raises:
        UsageError: a column that is missing.
        ModelError: a missing value, a level that the fit has not seen, text for a number, or a
            value at which a term cannot be worked out.
    """
    needed = [*design.factors, *design.means]
    refuse_unknown_columns(data, needed)
    refuse_missing_covariates(data, needed)
    table, strange = pd.DataFrame(index=data.index), []
    for name, levels in design.factors.items():
        table[name], count = with_levels(data[name], levels)
        strange += [f"{name} ({count} rows)"] if count else []
    for name in design.means:
        if types.is_numeric_dtype(data[name].dtype):
            table[name] = data[name].astype(float)
        else:
            strange.append(f"{name} (not numbers)")
    if strange:
        raise ModelError(
            f"The fit has not seen such values: {', '.join(strange)}.",
            why="There is no coefficient for them.",
            do="Use the levels of `.design.factors`, written as there, and numbers elsewhere.",
        )
    return on_rows(design.spec, table)
