"""Harm around sessions: flare-ups by days since training, and the stopping rule held to the log."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.link import cell, link
from analysis.show.means import interval_words
from analysis.show.numbers import count, fixed, percent, span
from analysis.show.select import arms_of, maybe, one_key, records, some, weeks_of, where
from analysis.show.tables.dress import arm_headings, dress
from analysis.show.words import arm_label, inside, joined, measure_label, sentence_case, week_label
from analysis.terms import Labels

_FLARES = ("flare_ups", "flare_days", "flare_ratio")
# What the days that others are set against end in.
_OTHERS = ("or later", "other days")


def flare_days(rows: pd.DataFrame, labels: Labels) -> GT:
    """Flare-ups and days by days since the last attended session, and ratios within people.

    Args:
        rows: result rows `flare_ups`, `flare_days`, `flare_ratio` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows.
    """
    own = some(rows[rows["statistic"].isin(_FLARES)], "<question>.flare_ups.<arm>.day 0")
    arms = arms_of(own, labels)
    used: list[Any] = []
    cells = []
    for level in dict.fromkeys(own["level"]):
        line = {"row": sentence_case(level)}
        for arm in arms:
            found = [maybe(own, statistic=s, arm=arm, level=level) for s in _FLARES]
            used += [row for row in found if row is not None]
            line |= {f"{arm}-{i}": words for i, words in enumerate(_flares(level, *found))}
        cells.append(line)
    name = interval_words(rows, one_key(own, "question"))
    parts = ("Flare-ups", "Days", f"Times as often<br>({name})")
    return dress(
        cells,
        used,
        labels,
        name="flare-days",
        title="Flare-ups during the programme, by days since the last session",
        headings={"row": "Days since a session"}
        | {f"{arm}-{i}": words for arm in arms for i, words in enumerate(parts)},
        spanners={
            html.escape(arm_label(labels, arm)): [f"{arm}-{i}" for i in range(3)] for arm in arms
        },
        notes=[
            "Counts are of everybody in the arm: people who train much have more days near to a "
            "session, so the counts alone compare different people. How many times as often is "
            "within people: single days against the same person's later ones, days soon after a "
            "session against all other days, alike in the stretch of the programme.",
            "Day 0 is the day of the session itself: whether a flare-up of that day came before or "
            "after it is not known.",
            *_not_compared(rows, labels),
        ],
    )


def _flares(level: str, events: Any, days: Any, found: Any) -> tuple[str, str, str]:
    shown = cell(events, count(events.value)), cell(days, count(days.value))
    if found is None:
        return *shown, "(reference)" if level.endswith(_OTHERS) else link(events, "–")
    return *shown, link(found, f"{fixed(found.value, 2)} ({span(found.lower, found.upper, 2)})")


def _not_compared(rows: pd.DataFrame, labels: Labels) -> list[str]:
    return [
        f"Not compared in {html.escape(inside(arm_label(labels, row.arm)))} "
        f"({html.escape(str(row.level))}): {link(row, str(row.method))}."
        for row in records(where(rows, statistic="not_compared"))
    ]


def stopping(rows: pd.DataFrame, labels: Labels) -> GT:
    """How often the stopping rule was met, by whom, and what came next, by arm.

    Args:
        rows: result rows `stopping_*` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows.
    """
    own = _stopping_rows(rows)
    arms = arms_of(own, labels)
    used: list[Any] = []
    cells = [
        _line(own, arms, used, "stopping_scored", "Sessions with pain before and after"),
        _line(own, arms, used, "stopping_unscored", "Attended sessions without both"),
    ]
    for level, words in (("either", "The rule said stop"), ("new pain", "\u2003new pain"),
                         ("worsening pain", "\u2003worsening pain")):  # fmt: skip
        cells.append(_line(own, arms, used, "stopping_sessions", words, level=level, week=None))
    cells.append(_share_line(own, arms, used))
    for level in dict.fromkeys(where(own, statistic="stopping_next")["level"]):
        words = f"\u2003then: {level}"
        cells.append(_line(own, arms, used, "stopping_next", words, level=level))
    return dress(
        cells,
        used,
        labels,
        name="stopping",
        title="The stopping rule, held against the training log",
        headings=_headings("Sessions", arms, labels),
        notes=_sizes(own, labels),
    )


def stopping_weeks(rows: pd.DataFrame, labels: Labels) -> GT:
    """The sessions after which the rule said stop, listed by week of the programme and arm."""
    own = _stopping_rows(rows)
    arms = arms_of(own, labels)
    hits = where(own, statistic="stopping_sessions", level="either")
    hits = hits[hits["week"].notna()]
    used: list[Any] = []
    cells = []
    for week in weeks_of(hits):
        cells.append(_line(hits, arms, used, "stopping_sessions", week_label(week), week=week))
    return dress(
        [{key: words or "0" for key, words in line.items()} for line in cells],
        used,
        labels,
        name="stopping-weeks",
        title="Sessions after which the rule said stop, by week of the programme",
        headings=_headings("Week", arms, labels),
        notes=["Weeks without any are left out. The first week is week 1."],
    )


def _stopping_rows(rows: pd.DataFrame) -> pd.DataFrame:
    own = some(
        rows[rows["statistic"].str.startswith("stopping_")], "<question>.stopping_scored.<arm>"
    )
    one_key(own, "question")
    return own


def _headings(first: str, arms: list[str], labels: Labels) -> dict[str, str]:
    return {"row": first} | arm_headings(arms, labels)


def _line(
    own: pd.DataFrame, arms: list[str], used: list[Any], statistic: str, words: str, **more: Any
) -> dict[str, str]:
    line = {"row": words}
    for arm in arms:
        row = maybe(own, statistic=statistic, arm=arm, **more)
        if row is not None:
            used.append(row)
        line[arm] = "0" if row is None else cell(row, count(row.value))
    return line


def _share_line(own: pd.DataFrame, arms: list[str], used: list[Any]) -> dict[str, str]:
    line = {"row": "People with at least one"}
    for arm in arms:
        people = maybe(own, statistic="stopping_people", arm=arm, level="either")
        part = maybe(own, statistic="stopping_share", arm=arm, level="either")
        if people is None or part is None:
            continue
        used += [people, part]
        bounds = f"{percent(part.value, part.n)}; {span(part.lower, part.upper, 1)} %"
        line[arm] = f"{cell(people, count(people.value))} ({link(part, bounds)})"
    return line


def _sizes(own: pd.DataFrame, labels: Labels) -> list[str]:
    """The rule's sizes, each once with the arms that have it."""
    said: dict[str, list[str]] = {}
    for row in records(where(own, statistic="stopping_size")):
        measure = measure_label(labels, row.measure)
        size = f"{row.value:g} {html.escape(measure.unit)} or more"
        what = f"a rise by {size} within a session"
        if row.level == "new pain":
            what = f"{size} after a session that began without pain"
        arm = html.escape(inside(arm_label(labels, row.arm)))
        said.setdefault(f"{row.level}: {what}", []).append(link(row, arm))
    return [f"{sentence_case(words)} ({joined(arms)})." for words, arms in said.items()]
