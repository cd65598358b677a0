"""Rows that contradict the plan, the dictionary or one another."""

from __future__ import annotations

from breaks import (
    EVENTS,
    PEOPLE,
    SESSIONS,
    VISITS,
    add_line,
    both,
    case,
    new_table,
    replace,
    same_value_everywhere,
)

RULES = [
    case(
        "a value off the instrument's range",
        replace(VISITS, "pain_vas,58.5", "pain_vas,585"),
        (VISITS, 3, "value", "off the instrument's range 0 to 100"),
    ),
    case(
        "a value off its range and one that cannot be read, in one column",
        both(
            replace(VISITS, "pain_vas,58.5", "pain_vas,-1"),
            replace(VISITS, "P05,56,pain_vas,49", "P05,56,pain_vas,forty"),
        ),
        (VISITS, 3, "value", "off the instrument's range"),
        (VISITS, 15, "value", "not a number"),
    ),
    case(
        "an age off the dictionary's limits",
        replace(PEOPLE, "09,34,female", "09,340,female"),
        (PEOPLE, 2, "age", "above 75"),
    ),
    case(
        "a level that the dictionary does not know",
        replace(PEOPLE, "09,34,female", "09,34,F"),
        (PEOPLE, 2, "sex", "a level that is not known"),
    ),
    case(
        "an arm that the plan does not know",
        replace(PEOPLE, "P10,bands", "P10,Bands"),
        (PEOPLE, 11, "arm", "an arm that the plan does not know"),
    ),
    case(
        "an arm with nobody",
        replace(PEOPLE, ",bands,", ",usual_care,"),
        (PEOPLE, None, "arm", "nobody is in the arm bands"),
    ),
    case(
        "a participant given twice",
        add_line(PEOPLE, "P03,bands,2023-03-01,50,female"),
        (PEOPLE, 12, "participant", "there twice"),
    ),
    case(
        "identifiers that differ in capitals",
        add_line(PEOPLE, "p03,bands,2023-03-01,50,female"),
        (PEOPLE, 4, "participant", "differ only in capitals"),
        (PEOPLE, 12, "participant", "differ only in capitals"),
    ),
    case(
        "a space after an identifier",
        replace(VISITS, "P01,56", "P01 ,56"),
        (VISITS, 3, "participant", "a space before or after"),
    ),
    case(
        "a visit of somebody unknown",
        add_line(VISITS, "P77,56,pain_vas,40"),
        (VISITS, 30, "participant", "not in participants.csv"),
    ),
    case(
        "a visit under another spelling",
        replace(VISITS, "P01,56", "p01,56"),
        (VISITS, 3, "participant", "other capitals"),
    ),
    case(
        "a measure that the plan does not know",
        replace(VISITS, "P01,56,pain_vas", "P01,56,pain_nrs"),
        (VISITS, 3, "measure", "a measure that the plan does not know"),
    ),
    case(
        "a value given twice",
        add_line(VISITS, "P01,56,pain_vas,57"),
        (VISITS, 30, "value", "the same participant, day and measure"),
    ),
    case(
        "identical values",
        same_value_everywhere(VISITS),
        (VISITS, 2, "value", "all 28 values of pain_vas are identical"),
    ),
    case(
        "a date in place of a day",
        replace(VISITS, "P01,56", "P01,20230306"),
        (VISITS, 3, "day", "above 7300"),
    ),
    case(
        "a week that was not planned",
        new_table(
            VISITS, ["participant,week,measure,value", "P01,0,pain_vas,5", "P01,9,pain_vas,45"]
        ),
        (VISITS, 3, "week", "a week that the plan does not know"),
    ),
    case(
        "an event that is not known",
        replace(EVENTS, "flare-up", "worsening"),
        (EVENTS, 2, "event", "an event that is not known"),
    ),
    case(
        "an event given twice",
        add_line(EVENTS, "P08,21,adverse event,sore shoulder,yes,no,1"),
        (EVENTS, 7, "", "the row is there twice"),
    ),
    case(
        "a visit after death",
        add_line(EVENTS, "P05,100,death,,no,yes,5"),
        (VISITS, 16, "day", "after the day of death"),
    ),
    case(
        "an event after death",
        add_line(EVENTS, "P08,20,death,,no,yes,5"),
        (EVENTS, 4, "day", "an event after the day of death"),
        *((SESSIONS, line, "day", "after the day of death") for line in range(19, 26)),
        *((VISITS, line, "day", "after the day of death") for line in (24, 25)),
    ),
    case(
        "exertion off its scale",
        replace(
            SESSIONS, "P06,7,yes,abdominals|glutes,3,8,,,red,4", "P06,7,yes,glutes,3,8,,,red,14"
        ),
        (SESSIONS, 2, "exertion", "above 10"),
    ),
    case(
        "a negative load, and a load without unit",
        both(
            replace(SESSIONS, "P06,7,yes,abdominals|glutes,3,8,,,", "P06,7,yes,glutes,3,8,-20,kg,"),
            replace(SESSIONS, "P06,21,yes,abdominals|glutes,3,9,,,", "P06,21,yes,glutes,3,9,20,,"),
        ),
        (SESSIONS, 2, "load", "below 0"),
        (SESSIONS, 3, "load_unit", "a load without unit"),
    ),
    case(
        "two units in one log",
        both(
            replace(SESSIONS, "P06,7,yes,abdominals|glutes,3,8,,,", "P06,7,yes,,3,8,20,kg,"),
            replace(SESSIONS, "P06,21,yes,abdominals|glutes,3,9,,,", "P06,21,yes,,3,9,44,lb,"),
        ),
        (SESSIONS, 3, "load_unit", "another unit than earlier"),
    ),
    case(
        "a muscle group that is not known",
        replace(SESSIONS, "P06,7,yes,abdominals|glutes", "P06,7,yes,abs|glutes"),
        (SESSIONS, 2, "muscle_groups", "a muscle group that is not known"),
    ),
    case(
        "work in a session that was missed",
        replace(SESSIONS, "P06,63,no,,,", "P06,63,no,,3,"),
        (SESSIONS, 6, "sets", "a session that was missed"),
    ),
]
