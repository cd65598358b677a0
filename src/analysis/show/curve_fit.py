"""How a curve lies to the visits, read from the rows `lack_of_fit` and `curve_miss`."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.numbers import DF_DECIMALS, count, fixed, is_missing, p_statement
from analysis.show.select import maybe, records, some, where


def furthest(rows: pd.DataFrame, test: Any) -> Any:
    """The row of the arm and visit that a curve lies furthest from.

    Args:
        rows: result rows with `curve_miss`.
        test: the row `lack_of_fit` of the curve.

    Raises:
        ClaimError: a test without its misses.
    """
    level = None if is_missing(test.level) else test.level
    own = where(rows, statistic="curve_miss", question=test.question, level=level)
    found = records(some(own, "<question>.curve_miss.<measure>.<week>.<arm>"))
    return max(found, key=lambda row: abs(row.value))


def told_from_chance(rows: pd.DataFrame, test: Any) -> bool:
    """Whether the test refuses the curve at the level of the intervals; 95 % where none is told."""
    level = maybe(rows, statistic="interval_level", question=test.question)
    return 100 * (1 - test.p) > (95 if level is None else level.value)


def f_test(test: Any) -> str:
    """`F 2.40 on 15 and 387.5 degrees of freedom, p = 0.002`."""
    freedom = f"{count(test.n_observed)} and {fixed(test.df, DF_DECIMALS)} degrees of freedom"
    return f"F {fixed(test.value, 2)} on {freedom}, {p_statement(test.p)}"
