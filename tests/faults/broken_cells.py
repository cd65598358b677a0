"""Cells that cannot be read, and values off their limits."""

from __future__ import annotations

from breaks import (
    PEOPLE,
    VISITS,
    both,
    case,
    replace,
)

CELLS = [
    case(
        "a decimal comma",
        replace(VISITS, "pain_vas,58.5", 'pain_vas,"58,5"'),
        (VISITS, 3, "value", "a decimal comma"),
    ),
    case(
        "decimal commas between semicolons",
        both(replace(VISITS, ",", ";"), replace(VISITS, "58.5", "58,5")),
        (VISITS, 3, "value", "a decimal comma"),
    ),
    case(
        "a comma that may mark thousands",
        replace(VISITS, "pain_vas,58.5", 'pain_vas,"58,500"'),
        (VISITS, 3, "value", "decimals or thousands"),
    ),
    case(
        "a unit in the cell",
        replace(VISITS, "pain_vas,58.5", "pain_vas,58.5 mm"),
        (VISITS, 3, "value", "a unit in the cell"),
    ),
    case(
        "a word for a missing value",
        replace(VISITS, "pain_vas,58.5", "pain_vas,NULL"),
        (VISITS, 3, "value", "a word for a missing value"),
    ),
    case(
        "years that are not whole",
        replace(PEOPLE, "09,34,female", "09,34.5,female"),
        (PEOPLE, 2, "age", "not a whole number"),
    ),
    case(
        "a required cell that is empty",
        replace(PEOPLE, "2023-01-09,34,female", "2023-01-09,,female"),
        (PEOPLE, 2, "age", "a required cell is empty"),
    ),
    case(
        "a day that no calendar has",
        replace(PEOPLE, "P05,usual_care,2023-02-01", "P05,usual_care,2023-02-31"),
        (PEOPLE, 6, "randomised", "the calendar does not have"),
    ),
    case(
        "a date in the future",
        replace(PEOPLE, "P05,usual_care,2023-02-01", "P05,usual_care,2923-02-01"),
        (PEOPLE, 6, "randomised", "in the future"),
    ),
    case(
        "a date before 1900",
        replace(PEOPLE, "P05,usual_care,2023-02-01", "P05,usual_care,1823-02-01"),
        (PEOPLE, 6, "randomised", "before 1900"),
    ),
    case(
        "day and month in another order",
        replace(PEOPLE, "P05,usual_care,2023-02-01", "P05,usual_care,01/02/2023"),
        (PEOPLE, 6, "randomised", "not year-month-day"),
    ),
]
