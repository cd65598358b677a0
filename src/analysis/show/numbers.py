"""The one rounding policy: how a number is printed in every table, figure and sentence.

What floating point leaves behind the tenth decimal (1.2499999999999998 for 1.25) is rounded away
first, so that equal numbers print alike however they were calculated. Halves round away from zero,
as clinicians expect. A minus is the true minus sign. A value that rounds to zero carries no sign. A
missing value is an en dash, which `link` gives hidden words.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from analysis.errors import ClaimError
from analysis.show.link import MISSING
from analysis.terms import MeasureLabel

MINUS = "−"
SE_DECIMALS = 2
DF_DECIMALS = 1
CORRELATION_DECIMALS = 2
_TRUE_DECIMALS = 10


def is_missing(value: float | None) -> bool:
    """Whether there is no number to print."""
    return value is None or pd.isna(value)


def decimals_of(measure: MeasureLabel | None) -> int:
    """Decimals of a mean of this measure, from its range; 1 for a variable without a range."""
    if measure is None:
        return 1
    span = measure.maximum - measure.minimum
    if span < 5:
        return 2
    return 1 if span < 1000 else 0


def _without_noise(value: float) -> float:
    """The number that a calculation in floating point stands for."""
    return round(float(value), _TRUE_DECIMALS)


def fixed(value: float | None, decimals: int) -> str:
    """A number with so many decimals: halves away from zero, true minus sign, never minus zero."""
    if is_missing(value):
        return MISSING
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    # repr is the shortest text that means this float: 2.675 is then the half it looks like.
    exact = Decimal(repr(_without_noise(value)))
    shown = abs(exact).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    sign = MINUS if exact < 0 and shown != 0 else ""
    return f"{sign}{shown:f}"


def size(value: float | None, decimals: int) -> str:
    """A number without its sign, for sentences whose words carry the direction."""
    return fixed(value if is_missing(value) else abs(value), decimals)


def count(value: float | None) -> str:
    """A number of people or events."""
    return fixed(value, 0)


def percent(value: float | None, of: int | None = None) -> str:
    """A percentage, 0 to 100: one decimal where at least 200 people are behind it, else none.

    A percentage that is not 0 or 100 is never printed as 0 or 100.
    """
    if is_missing(value):
        return MISSING
    value = _without_noise(value)
    decimals = 1 if not is_missing(of) and of >= 200 else 0
    step = 10.0**-decimals
    shown = fixed(value, decimals)
    if value > 0 and shown == fixed(0, decimals):
        return f"<{step:g} %"
    if value < 100 and shown == fixed(100, decimals):
        return f">{100 - step:g} %"
    return f"{shown} %"


def interval_level(value: float) -> str:
    """The level of an interval, in percent: `95`, `97.5`."""
    return fixed(value, 0 if _without_noise(value).is_integer() else 1)


def p_value(p: float | None) -> str:
    """A p value with three decimals, `<0.001` or `>0.999` at the ends.

    Raises:
        ClaimError: the number is not between 0 and 1.
    """
    if is_missing(p):
        return MISSING
    if not 0 <= p <= 1:
        raise ClaimError(
            "A p value is not between 0 and 1.",
            why="It cannot be printed as a probability.",
            do="Check the room that made this row.",
        )
    if p < 0.001:
        return "<0.001"
    return ">0.999" if fixed(p, 3) == "1.000" else fixed(p, 3)


def p_statement(p: float | None) -> str:
    """A p value as said in a sentence: `p = 0.032`, `p < 0.001`."""
    shown = p_value(p)
    return f"p {shown[0]} {shown[1:]}" if shown[0] in "<>" else f"p = {shown}"


def span(lower: float | None, upper: float | None, decimals: int) -> str:
    """Two bounds joined by `to`, since a dash would read as a minus."""
    if is_missing(lower) and is_missing(upper):
        return MISSING
    return f"{fixed(lower, decimals)} to {fixed(upper, decimals)}"


def interval(lower: float | None, upper: float | None, decimals: int) -> str:
    """An interval in brackets: `(−19.9 to −9.3)`."""
    shown = span(lower, upper, decimals)
    return shown if shown == MISSING else f"({shown})"


def with_interval(row: Any, decimals: int) -> str:
    """A result's value with its interval: `−14.6 (−19.9 to −9.3)`."""
    return f"{fixed(row.value, decimals)} {interval(row.lower, row.upper, decimals)}"
