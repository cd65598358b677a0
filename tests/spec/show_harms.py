"""Hand-made result rows of harms for the tests of the show room."""

from __future__ import annotations

from analysis.result.record import Result
from tests.spec.show_rows import THREE_ARMS, row

LEVELS = (
    "died",
    "serious adverse event",
    "any adverse event",
    "related: yes",
    "related: no",
    "left or stopped because of harm",
    "flare-up",
    "grade: 1",
    "grade: not stated",
    "type: muscle strain",
    "type: death: cause not stated",
    "type: not stated",
    "serious: fall: not related",
)
DAYS = ("day 0", "day 1", "day 2", "day 3 or later", "no session yet")
DAYS += ("soon after a session", "other days")


def harm_rows() -> list[Result]:
    """Harms of three arms up to weeks 16 and 104, flare-ups around sessions, the stopping rule."""
    rows = [_row("interval_level", 95), _row("flare_up_gap", 7)]
    for week in (16, 104):
        for place, arm in enumerate(THREE_ARMS):
            rows.append(_row("person_years", 24.0 * week / 16, arm=arm, week=week))
            rows.append(_row("events_after_follow_up", place, arm=arm, week=week))
            for level in LEVELS:
                rows += _level(arm, level, week, people=place * (week // 16))
    rows.append(_row("not_followed", 3, arm="free_weights", n=80))
    return [*rows, *_flare_ups(), *_stopping()]


def _row(statistic: str, value: float, **rest) -> Result:
    place = {"question": "safety", "measure": None, "estimand": None} | rest
    return row(statistic, value, **place)


def _level(arm: str, level: str, week: int, people: int) -> list[Result]:
    place = {"arm": arm, "level": level, "week": week, "n": 80}
    share = 100 * people / 80
    rows = [
        _row("harm_people", people, **place),
        _row("harm_events", people + 1, **place),
        _row("harm_events_followed", people, **place),
        _row("harm_risk", share, lower=share / 2, upper=share + 4.5, **place),
        _row("harm_rate", share / 2, lower=share / 4, upper=share + 1, **place),
    ]
    if arm == "usual_care":
        return rows
    place |= {"comparator": "usual_care", "n": 160}
    return [*rows, _row("risk_difference", share, lower=share - 9, upper=share + 9, **place)]


def _flare_ups() -> list[Result]:
    rows = []
    for arm in ("bands", "free_weights"):
        for place, level in enumerate(DAYS):
            where = {"arm": arm, "level": level}
            rows.append(_row("flare_ups", place, **where))
            rows.append(_row("flare_days", 1000, **where))
            if level not in ("day 3 or later", "no session yet", "other days"):
                ends = {"lower": place / 9, "upper": place + 4.0, "n": 14}
                rows.append(_row("flare_ratio", place / 3, **ends, **where))
    return rows


def _stopping() -> list[Result]:
    rows = []
    for arm in ("bands", "free_weights"):
        rows.append(_row("stopping_size", 20, arm=arm, level="worsening pain", measure="pain_vas"))
        rows.append(_row("stopping_size", 10, arm=arm, level="new pain", measure="pain_vas"))
        rows.append(_row("stopping_scored", 2400, arm=arm, n=78))
        rows.append(_row("stopping_unscored", 12, arm=arm))
        for level in ("either", "new pain", "worsening pain"):
            place = {"arm": arm, "level": level, "n": 78}
            rows.append(_row("stopping_sessions", 9, **place))
            rows.append(_row("stopping_people", 7, **place))
            rows.append(_row("stopping_share", 9, lower=3.7, upper=17.6, **place))
        rows.append(_row("stopping_sessions", 9, arm=arm, week=3, level="either"))
        rows.append(_row("stopping_next", 9, arm=arm, level="next session attended", n=9))
    return rows
