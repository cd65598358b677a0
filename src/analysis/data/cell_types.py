"""Text to values, one type at a time; a cell that cannot be read keeps its fault beside it.

Every reader takes the distinct texts of a column, so that a long table costs little, and gives a
value and a fault (None where the text was read) for each.
"""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd

# A fault is a rule and what to do.
Fault = tuple[str, str]
Read = tuple[pd.Series, list[Fault | None]]
NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
EMPTY = "leave the cell empty where the value is missing"
POINT = "write a decimal point and no marks between thousands (or give the table as XLSX)"
NOT_A_NUMBER: tuple[tuple[str, Fault], ...] = (
    (r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", ("a comma that may mark decimals or thousands", POINT)),
    (r"[+-]?\d*,\d+", ("a decimal comma", POINT)),
    (r"[+-]?\d{1,3}([ .'’\u00a0\u202f]\d{3})+([.,]\d+)?", ("marks between thousands", POINT)),
    (r"[\u2212\u2013]\d.*", ("a long dash in place of a minus sign", "write a plain minus: -")),
    (r"[<>≤≥~].*", ("a limit in place of a number", "write the number, or " + EMPTY)),
    (r"[+-]?[\d.,]+\s*[%A-Za-z°]+", ("a unit in the cell", "write the number alone")),
    (r"(?i)n/?a|nan|null|none|missing|unknown|[.?*-]+", ("a word for a missing value", EMPTY)),
    (r"\d{4}-\d\d-\d\d.*", ("a date in place of a number", "write the number; check the format")),
)
OTHER: Fault = ("not a number", "write digits, with a point for decimals, or " + EMPTY)
FRACTION: Fault = ("not a whole number", "correct it, or make the type number in dictionary.csv")
TOO_LARGE: Fault = ("a number too large to be stored", "correct the number")
YES_NO = {"yes": True, "no": False, "true": True, "false": False}
NOT_YES_NO: Fault = ("neither yes nor no", "write yes or no, or " + EMPTY)
ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ]00:00:00)?")
ORDER = "write dates as 2023-01-31: in other orders day and month can be exchanged"
NOT_A_DATE: tuple[tuple[str, Fault], ...] = (
    (r"\d{1,4}[./ -]\d{1,2}[./ -]\d{1,4}", ("a date that is not year-month-day", ORDER)),
    (r"\d{5}(\.\d+)?", ("a number in place of a date (a day number of a spreadsheet)", ORDER)),
    (r"\d{4}-\d\d-\d\d.+", ("a time of day in a date", "write the date alone, as 2023-01-31")),
)
OTHER_DATE: Fault = ("not a date", ORDER)
NO_SUCH_DAY: Fault = ("a day that the calendar does not have", "correct the date")
FIRST_DATE = date(1900, 1, 1)
TOO_OLD: Fault = ("a date before 1900", "correct the date")
FUTURE: Fault = ("a date in the future", "correct the date, or the clock of this machine")


def numbers(texts: pd.Series) -> Read:
    """Plain numbers with a decimal point as float64."""
    plain = texts.str.fullmatch(NUMBER).to_numpy(bool)
    values = np.full(len(texts), np.nan)
    values[plain] = texts[plain].astype(float)
    faults: list[Fault | None] = [None] * len(texts)
    for index in np.flatnonzero(~plain):
        faults[index] = _named(texts.iloc[index], NOT_A_NUMBER, OTHER)
    for index in np.flatnonzero(np.isinf(values)):
        values[index], faults[index] = np.nan, TOO_LARGE
    return pd.Series(values), faults


def integers(texts: pd.Series) -> Read:
    """Whole numbers as Int64; 3.0 is whole."""
    values, faults = numbers(texts)
    for index in np.flatnonzero(values.notna() & (values % 1 != 0)):
        values[index], faults[index] = np.nan, FRACTION
    for index in np.flatnonzero(values.abs() >= 2**53):
        values[index], faults[index] = np.nan, TOO_LARGE
    return values.astype("Int64"), faults


def dates(texts: pd.Series) -> Read:
    """Dates in ISO form, from 1900 to today."""
    today = date.today()
    read = [_date(text, today) for text in texts]
    values = pd.Series(pd.to_datetime([value for value, _ in read]), dtype="datetime64[us]")
    return values, [fault for _, fault in read]


def yes_no(texts: pd.Series) -> Read:
    """Yes and no (or true and false, as spreadsheets store them), in any letter case."""
    values = [YES_NO.get(text.lower()) for text in texts]
    faults = [NOT_YES_NO if value is None else None for value in values]
    return pd.Series(pd.array(values, dtype="boolean")), faults


def words(texts: pd.Series) -> Read:
    """Text as it is."""
    return texts, [None] * len(texts)


READERS = {
    "number": numbers,
    "integer": integers,
    "date": dates,
    "yes_no": yes_no,
    "category": words,
    "text": words,
}


def _named(text: str, known: tuple[tuple[str, Fault], ...], other: Fault) -> Fault:
    return next((fault for pattern, fault in known if re.fullmatch(pattern, text)), other)


def _date(text: str, today: date) -> tuple[date | None, Fault | None]:
    iso = ISO.fullmatch(text)
    if iso is None:
        return None, _named(text, NOT_A_DATE, OTHER_DATE)
    try:
        value = date.fromisoformat(iso[1])
    except ValueError:
        return None, NO_SUCH_DAY
    if value < FIRST_DATE:
        return None, TOO_OLD
    return (None, FUTURE) if value > today else (value, None)
