"""The training: sessions attended, work done, and what happened week by week."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.link import cell, link
from analysis.show.numbers import count, fixed, percent, span
from analysis.show.select import arms_of, maybe, one_key, records, some, weeks_of, where
from analysis.show.tables.dress import arm_headings, dress, source
from analysis.show.unknown_arms import unknown_arms
from analysis.show.words import arm_label, sentence_case, week_label
from analysis.terms import Labels

PROGRESS = {
    "progress_load": "Load, percent of own first load",
    "progress_band": "Band, the first being the weakest",
    "progress_exertion": "Exertion",
    "progress_soreness": "Soreness",
    "progress_pain": "Pain before the session",
}
# The column of the log whose unit and range belong to it.
_COLUMNS = {
    "progress_exertion": "exertion",
    "progress_soreness": "soreness",
    "progress_pain": "pain_before",
}
_MEANS = "Means of people with 95\N{NO-BREAK SPACE}% interval (t)."


def attendance(rows: pd.DataFrame, labels: Labels) -> GT:
    """Sessions planned, offered and attended by arm, a mean a person with its interval.

    Args:
        rows: result rows of a question about adherence.
        labels: the study's words.

    Raises:
        ClaimError: no such rows.
    """
    own = _need(rows, "attended_share")
    arms = arms_of(own, labels)
    lines = [
        ("planned_weeks", "Weeks planned", {}, _count),
        ("planned_sessions", "Sessions planned", {}, _count),
        ("offered_sessions", "Sessions on the log", {}, _mean),
        ("attended_sessions", "Sessions attended", {}, _mean),
        ("attended_share", "Attended of those planned, percent", {}, _mean),
        *(
            ("attended_quantile", f"\u2003{name.replace('_', ' ')}", {"level": name}, _one)
            for name in ("lower_quartile", "median", "upper_quartile")
        ),
        *(
            (
                "attended_enough",
                sentence_case(labels.populations.get(key, key)),
                {"level": key},
                _people,
            )
            for key in dict.fromkeys(where(rows, statistic="attended_enough")["level"])
        ),
        ("never_attended", "People who never attended", {}, _people),
    ]
    cells, used = _lines(rows, arms, lines)
    idle = [
        f"{html.escape(arm_label(labels, row.arm))} has no programme, yet its people's log holds "
        f"{link(row, count(row.value))} sessions: they are in no programme's dose."
        for row in records(where(rows, statistic="sessions_without_programme"))
    ]
    notes = [f"{_MEANS} Everyone randomised counts, those who never came among them.", *idle]
    notes += [f"{words}." for words in unknown_arms(rows, labels)]
    return _dressed(
        cells, used, labels, arms, "attendance", "Sessions of a person", "Sessions", notes
    )


def attendance_weeks(rows: pd.DataFrame, labels: Labels) -> GT:
    """Percent of the planned sessions attended, and of people who trained, by week and arm."""
    own = _need(rows, "attended_by_week")
    arms = arms_of(own, labels)
    lines = []
    for week in weeks_of(own):
        place = {"week": week}
        lines.append(("attended_by_week", f"{week_label(week)}, sessions", place, _sure))
        lines.append(("trained_by_week", "\u2003people who trained", place, _sure))
    cells, used = _lines(rows, arms, lines)
    notes = [
        "Percent of the planned sessions, and of the people, of everyone randomised, with "
        "95\N{NO-BREAK SPACE}% interval (of sessions t, people being the units; of people Wilson)."
    ]
    title = "Attendance by week of the programme"
    return _dressed(cells, used, labels, arms, "attendance-weeks", title, "Week", notes)


def work(rows: pd.DataFrame, labels: Labels) -> GT:
    """The work of a person in the programme, by arm: sets, repetitions, load, muscle groups."""
    own = where(_need(rows, "work"), statistic="work")
    arms = arms_of(own, labels)
    lines = [
        ("work", _work_words(level), {"level": level}, _mean)
        for level in sorted(dict.fromkeys(own["level"]), key=_order)
    ]
    cells, used = _lines(own, arms, lines)
    notes = [
        f"{_MEANS} Sets and load count for each muscle group that a session trained.",
        "Volume load is sets times repetitions times the load of the main lift; units are never "
        "converted into one another.",
        *_thin(rows, labels),
        *(f"{words}." for words in unknown_arms(rows, labels)),
        *source(used, labels),
    ]
    title = "Work of a person in the whole programme"
    return _dressed(cells, used, labels, arms, "work", title, "Work", notes)


def _thin(rows: pd.DataFrame, labels: Labels) -> list[str]:
    """What so few people did that it would tell of one of them."""
    return [
        f"{html.escape(arm_label(labels, row.arm))}, {html.escape(str(row.level))}: not told, "
        f"because fewer than {link(row, count(row.value))} people did it."
        for row in records(where(rows, statistic="work_thin"))
    ]


def progress(rows: pd.DataFrame, labels: Labels) -> GT:
    """Load, exertion, soreness and pain by week of the programme, of those who trained."""
    own = some(rows[rows["statistic"].isin(PROGRESS)], "<question>.progress_exertion.week1.<arm>")
    arms = arms_of(own, labels)
    lines = [
        (statistic, week_label(week), {"week": week}, _mean)
        for statistic in PROGRESS
        for week in weeks_of(where(own, statistic=statistic))
    ]
    cells, used = _lines(own, arms, lines)
    groups = [progress_words(statistic, labels) for statistic, *_ in lines]
    cells = [{"group": group} | line for group, line in zip(groups, cells, strict=True)]
    notes = [f"{_MEANS} Of the people who trained in that week."]
    title = "Load, effort, soreness and pain by week of the programme"
    return _dressed(cells, used, labels, arms, "progress", title, "Week", notes, group="group")


def progress_words(statistic: str, labels: Labels) -> str:
    """What is followed over the weeks, with its unit and range as far as the data tell them."""
    scale = labels.scales.get(_COLUMNS.get(statistic, ""), "")
    return f"{PROGRESS[statistic]} ({scale})" if scale else PROGRESS[statistic]


Writer = Callable[[Any], str]


def _lines(
    rows: pd.DataFrame, arms: Sequence[str], lines: Sequence[tuple[str, str, dict, Writer]]
) -> tuple[list[dict[str, str]], list[Any]]:
    """A line of cells for each statistic, and the rows behind them; empty where there is none."""
    cells, used = [], []
    for statistic, words, place, write in lines:
        line = {"row": words}
        for arm in arms:
            row = maybe(rows, statistic=statistic, arm=arm, **place)
            if row is not None:
                used.append(row)
                line[arm] = write(row)
        if len(line) > 1:
            cells.append(line)
    return cells, used


def _dressed(
    cells: list,
    used: list[Any],
    labels: Labels,
    arms: Sequence[str],
    name: str,
    title: str,
    first: str,
    notes: Sequence[str],
    group: str | None = None,
) -> GT:
    headings = {"row": first} | arm_headings(arms, labels)
    return dress(
        cells, used, labels, name=name, title=title, headings=headings, group=group, notes=notes
    )


def _need(rows: pd.DataFrame, statistic: str) -> pd.DataFrame:
    found = some(where(rows, statistic=statistic), f"<question>.{statistic}.<arm>")
    one_key(found, "question")
    return found


def _order(level: str) -> tuple[bool, int]:
    """Loads after all that has none; of each first the whole, then modalities, then groups."""
    part = 0 if ": " not in level else (1 if ": with " in level else 2)
    return level.startswith("volume"), part


def _work_words(level: str) -> str:
    kind, _, rest = level.partition(": ")
    return f"\u2003{rest}, {kind}" if rest else sentence_case(level)


def _count(row: Any) -> str:
    return cell(row, count(row.value))


def _one(row: Any) -> str:
    return cell(row, fixed(row.value, 1))


def _percent(row: Any) -> str:
    return cell(row, percent(row.value, row.n))


def _sure(row: Any) -> str:
    return f"{_percent(row)} ({link(row, span(row.lower, row.upper, 0))})"


def _people(row: Any) -> str:
    return f"{cell(row, count(row.value))} of {link(row, count(row.n))}"


def _mean(row: Any) -> str:
    return f"{cell(row, fixed(row.value, 1))} ({link(row, span(row.lower, row.upper, 1))})"
