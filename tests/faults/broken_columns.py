"""Tables whose columns or dictionary are broken."""

from __future__ import annotations

from breaks import (
    DICTIONARY,
    EVENTS,
    PEOPLE,
    VISITS,
    add_line,
    case,
    renamed_columns,
    replace,
    with_column,
    without_column,
)

COLUMNS = [
    case(
        "a missing column",
        without_column(PEOPLE, "arm"),
        (PEOPLE, 1, "arm", "the column is missing"),
    ),
    case(
        "a missing column of the dictionary",
        without_column(PEOPLE, "sex"),
        (PEOPLE, 1, "sex", "the column is missing"),
    ),
    case(
        "an extra column",
        with_column(PEOPLE, "initials", "AB"),
        (PEOPLE, 1, "initials", "a column that nothing describes"),
    ),
    case(
        "a column in capitals",
        renamed_columns(VISITS, value="Value"),
        (VISITS, 1, "value", "the column is missing"),
        (VISITS, 1, "Value", "a column that nothing describes"),
    ),
    case(
        "a column that is there twice",
        with_column(PEOPLE, "age", "50"),
        (PEOPLE, 1, "age", "the column is there twice"),
    ),
    case(
        "a column without a name",
        with_column(PEOPLE, "", "7"),
        (PEOPLE, 1, "number 6", "a column without a name"),
    ),
    case(
        "no first line",
        replace(EVENTS, "participant,day,event,reason,related,serious,grade\n", ""),
        (EVENTS, 1, "", "no known column name"),
    ),
    case(
        "days and weeks side by side",
        with_column(VISITS, "week", "8"),
        (VISITS, 1, "week", "both days and weeks"),
    ),
    case(
        "neither days nor weeks",
        without_column(VISITS, "day"),
        (VISITS, 1, "day", "the column day (or week) is missing"),
    ),
]

DICTIONARIES = [
    case(
        "an unknown type",
        replace(DICTIONARY, "Age,integer", "Age,int"),
        (DICTIONARY, 3, "type", "an unknown type"),
        (DICTIONARY, 3, "minimum", "a text column has no minimum"),
        (DICTIONARY, 3, "maximum", "a text column has no maximum"),
    ),
    case(
        "limits the wrong way round",
        replace(DICTIONARY, "18,75", "75,18"),
        (DICTIONARY, 3, "minimum", "the minimum is above the maximum"),
    ),
    case(
        "a category without levels",
        replace(DICTIONARY, "female|male", ""),
        (DICTIONARY, 4, "levels", "a category without levels"),
    ),
    case(
        "levels between semicolons",
        replace(DICTIONARY, "female|male", "female;male"),
        (DICTIONARY, 4, "levels", "one level that looks like several"),
    ),
    case(
        "levels between commas",
        replace(DICTIONARY, "female|male", '"female, male"'),
        (DICTIONARY, 4, "levels", "one level that looks like several"),
    ),
    case(
        "a table that does not exist",
        replace(DICTIONARY, "events,grade", "event,grade"),
        (DICTIONARY, 8, "table", "no table of this name"),
    ),
    case(
        "a column described twice",
        add_line(DICTIONARY, "participants,age,Age,integer,years,18,75,,yes,"),
        (DICTIONARY, 9, "column", "described twice"),
    ),
    case(
        "limits wider than a scale has",
        add_line(DICTIONARY, "sessions,exertion,Exertion,number,,6,20,,no,"),
        (DICTIONARY, 9, "maximum", "limits wider"),
    ),
]
