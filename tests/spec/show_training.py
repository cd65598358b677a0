"""Hand-made result rows of adherence and dose for the tests of the show room."""

from __future__ import annotations

from analysis.result.record import Result
from tests.spec.show_rows import THREE_ARMS, row

ARMS = ("bands", "free_weights")
WORK = ("sessions", "sets", "sessions: with machines", "sets: glutes", "volume load in kg")
WORK += ("volume load in kg: glutes",)
PROGRESS = ("load", "band", "exertion", "soreness", "pain")


def training_rows() -> list[Result]:
    """Adherence and dose of two programmes of eight weeks, one of them without bands."""
    return [*_adherence(), *_swimmers(), *_work(), *_falls(), *_received()]


def _row(statistic: str, value: float, *, question: str = "dose", **rest) -> Result:
    place = {"measure": None, "estimand": None} | rest
    return row(statistic, value, question=question, **place)


def _mean(statistic: str, value: float, **rest) -> Result:
    bounds = {"lower": value - 2.5, "upper": value + 2.5, "n": 80, "method": "mean of people"}
    return _row(statistic, value, **(bounds | rest))


def _adherence() -> list[Result]:
    rows = []
    for arm in ARMS:
        place = {"arm": arm, "question": "adherence"}
        rows += [
            _row("planned_weeks", 8, **place),
            _row("planned_sessions", 24, **place),
            _mean("offered_sessions", 22, **place),
            _mean("attended_sessions", 16, **place),
            _mean("attended_share", 66.7, **place),
            _row("attended_enough", 42, level="per_protocol", n=80, **place),
            _row("never_attended", 3, n=80, **place),
            _row("sessions_without_programme", 4, question="adherence", arm="usual_care")
            if arm == "bands"
            else _row("attended_quantile", 70, level="median", n=80, **place),
        ]
        for week in range(1, 9):
            rows.append(_mean("attended_by_week", 90 - 5 * week, week=week, **place))
            rows.append(_mean("trained_by_week", 98 - 5 * week, week=week, **place))
    return rows


def _swimmers() -> list[Result]:
    rows = []
    for arm in ARMS:
        for number, why in ((1, "to the end"), (2, "stopped programme"), (3, "withdrew")):
            place = {"arm": arm, "level": f"person 0{number}", "question": "adherence"}
            last = 8 if number == 1 else 5 - number
            rows.append(_row("swim_end", last, method=why, **place))
            for week in range(1, last + 1):
                rows.append(_row("swim_sessions", (week + number) % 4, week=week, **place))
        rows.append(
            _row("swim_flare_up", 1, week=3, arm=arm, level="person 01", question="adherence")
        )
    return rows


def _work() -> list[Result]:
    rows = []
    for arm in ARMS:
        rows += [_mean("work", 31.2, arm=arm, level=level) for level in WORK]
        rows.append(_row("work_thin", 5, arm=arm, level="volume load in lb", method="few"))
        for kind in PROGRESS:
            if not (arm == "bands" and kind == "load"):
                rows += [
                    _mean(f"progress_{kind}", 20.0 + week, arm=arm, week=week)
                    for week in range(1, 9)
                ]
    return rows


def _falls() -> list[Result]:
    return [
        _mean(
            "fall_per_week",
            -1.5 + week / 8,
            arm=arm,
            week=week,
            level=f"weeks {week - 4} to {week}",
            measure="pain_vas",
        )
        for arm in THREE_ARMS
        for week in (4, 8, 12, 16)
    ]


def _received() -> list[Result]:
    rows = [_row("interval_level", 95, week=16, measure="pain_vas")]
    for arm in ARMS:
        place = {
            "arm": arm,
            "comparator": "usual_care",
            "week": 16,
            "measure": "pain_vas",
            "n": 136,
        }
        rows += [
            _mean("offered_difference", -6.1, **place),
            _mean("offered_per_week", -0.4, level="length not randomised", **place),
            _row("received_sessions", 32.2, **place),
            _row("received_f", 7, level="weak", **place),
            _mean("received_per_session", -0.2, **place),
            _mean("received_per_week", -0.6, **place),
            _row("received_left_out", 24, week=16, arm=arm, measure="pain_vas"),
        ]
    return rows
