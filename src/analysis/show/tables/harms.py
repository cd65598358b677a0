"""Harms by arm: people with an event, absolute differences, rates, and serious events listed."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.headings import (
    ANY_SERIOUS,
    GRADES,
    MAIN,
    SERIOUS,
    TYPES,
    at_week,
    few,
    group_of,
    harm_rows,
    heading,
    levels_of,
)
from analysis.show.link import cell, link
from analysis.show.means import interval_words
from analysis.show.numbers import count, fixed, percent, span
from analysis.show.select import arms_of, maybe, one_key, records, weeks_of, where
from analysis.show.tables.dress import arm_headings, dress
from analysis.show.unknown_arms import not_followed
from analysis.show.words import arm_label, inside, joined
from analysis.terms import Labels

_NOT_SAFE = (
    "No event in a group is not proof of safety: the upper end of the interval is the share that "
    "the data are still compatible with."
)


def harms(rows: pd.DataFrame, labels: Labels) -> GT:
    """People with each harm by arm up to the last visit, and the difference from the comparator.

    Args:
        rows: result rows `harm_people`, `harm_risk`, `risk_difference` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or of several questions.
    """
    week = weeks_of(harm_rows(rows))[-1]
    return _people(rows, labels, week, MAIN, GRADES, TYPES, name="harms")


def harms_in_programme(rows: pd.DataFrame, labels: Labels) -> GT:
    """As `harms`, up to the end of the programme, without grades and kinds."""
    week = weeks_of(harm_rows(rows))[0]
    return _people(rows, labels, week, MAIN, name="harms-in-programme")


def serious(rows: pd.DataFrame, labels: Labels) -> GT:
    """Every serious event by kind and relatedness, counted by arm; nobody is named or dated."""
    week = weeks_of(harm_rows(rows))[-1]
    return _people(rows, labels, week, SERIOUS, name="serious")


def harm_rates(rows: pd.DataFrame, labels: Labels) -> GT:
    """Events and their rate in 100 person-years, by arm, up to the last visit."""
    own = harm_rows(rows)
    week = weeks_of(own)[-1]
    here, arms = at_week(own, week), arms_of(own, labels)
    years = [maybe(rows, statistic="person_years", week=week, arm=arm) for arm in arms]
    cells = [{"row": "Person-years"} | {r.arm: cell(r, fixed(r.value, 1)) for r in years if r}]
    used: list[Any] = [row for row in years if row]
    for level in levels_of(here, MAIN):
        line = {"row": heading(level)}
        for arm in arms:
            found = [maybe(here, statistic=s, arm=arm, level=level) for s in _RATE]
            used += [row for row in found if row]
            line[arm] = _rate(*found)
        cells.append(line)
    name = interval_words(rows, one_key(own, "question"))
    return dress(
        cells,
        used,
        labels,
        name="harm-rates",
        title=f"Events in a hundred person-years, up to week {week}",
        headings={"row": "Event"} | arm_headings(arms, labels),
        notes=[
            f"Events while their person was followed, then their rate with its exact {name}. People"
            " are followed until they withdraw or die, else to the last visit or session.",
            *_aside(rows, labels, week),
            *_unfollowed(rows, labels),
            "Some people have many flare-ups and most have few: an interval that counts events as "
            "unrelated is then too narrow.",
        ],
    )


_RATE = ("harm_events_followed", "harm_rate")


def _aside(rows: pd.DataFrame, labels: Labels, week: int) -> list[str]:
    """Events that are in no rate, and records that are one flare-up."""
    late, said = _late(rows, labels, week), []
    if late:
        said.append(
            f"After the end of their person's follow-up came {late}: these adverse events and "
            "flare-ups are counted among people, and in no rate."
        )
    gap = maybe(rows, statistic="flare_up_gap")
    if gap is not None and gap.value:
        days = link(gap, f"{count(gap.value)} days")
        said.append(f"Records of a flare-up at most {days} after the one before are one flare-up.")
    return said


def _late(rows: pd.DataFrame, labels: Labels, week: int) -> str:
    """How many events came after the follow-up of their person, by arm; empty where none did."""
    found = where(rows, statistic="events_after_follow_up", week=week)
    return joined(
        [
            f"{link(row, count(row.value))} in {html.escape(inside(arm_label(labels, row.arm)))}"
            for row in records(found)
            if row.value
        ]
    )


def _counted_here(rows: pd.DataFrame, labels: Labels, week: int) -> list[str]:
    """Why other places tell of fewer people: they count only while people were followed."""
    late = _late(rows, labels, week)
    if not late:
        return []
    return [
        "Adverse events and flare-ups after the end of their person's follow-up are counted here "
        f"({late}). Rates, and the time to a first flare-up, leave them out, so that fewer people "
        "can have one there."
    ]


def _unfollowed(rows: pd.DataFrame, labels: Labels) -> list[str]:
    none, some = not_followed(rows, labels)
    return [f"{words}." for words in (*none, *some)]


def _rate(events: Any, found: Any) -> str:
    if events is None or found is None:
        return ""
    shown = cell(events, count(events.value))
    bounds = link(found, f"{fixed(found.value, 1)} ({span(found.lower, found.upper, 1)})")
    return f"{shown}<br>{bounds}"


def _people(rows: pd.DataFrame, labels: Labels, week: int, *groups: str, name: str) -> GT:
    own = harm_rows(rows)
    here, arms = at_week(own, week), arms_of(own, labels)
    others = [a for a in arms if maybe(here, statistic="risk_difference", arm=a) is not None]
    used: list[Any] = []
    levels = levels_of(here, *groups)
    # Where there is no serious event to list, the count of nought stands in its place.
    cells = [_line(here, level, arms, others, used) for level in levels or [ANY_SERIOUS]]
    sure = interval_words(rows, one_key(own, "question"))
    columns = {f"{arm}-difference": html.escape(arm_label(labels, arm)) for arm in others}
    headings = {"row": "Event"} | arm_headings(arms, labels) | columns
    spanners = {"People with at least one": arms}
    if others:
        reference = html.escape(inside(arm_label(labels, labels.reference)))
        spanners[f"Minus {reference}, percentage points"] = list(columns)
    title = "Serious adverse events" if groups == (SERIOUS,) else "Harms"
    return dress(
        cells,
        used,
        labels,
        name=name,
        title=f"{title} up to week {week}",
        headings=headings,
        group="group" if len(groups) > 1 else None,
        spanners=spanners,
        notes=[
            *_notes(levels, used, sure),
            *([] if groups == (SERIOUS,) else _counted_here(rows, labels, week)),
            *_unfollowed(rows, labels),
        ],
    )


def _notes(levels: list, used: list, name: str) -> list[str]:
    none = [] if levels else ["No serious adverse event was recorded."]
    first = (
        f"People of all randomised to the group, with the exact {name} of the share; differences "
    )
    first += f"with the {name} by Newcombe's method. A person with several events counts once."
    return [*none, first, _NOT_SAFE, *few(used)]


def _line(
    here: pd.DataFrame, level: str, arms: list[str], others: list[str], used: list[Any]
) -> dict[str, str]:
    line = {"group": group_of(level), "row": heading(level)}
    for arm in arms:
        line[arm] = _people_and_share(here, level, arm, used)
    for arm in others:
        row = maybe(here, statistic="risk_difference", arm=arm, level=level)
        used.append(row)
        bounds = link(row, span(row.lower, row.upper, 1))
        line[f"{arm}-difference"] = f"{cell(row, fixed(row.value, 1))}<br>{bounds}"
    return line


def _people_and_share(here: pd.DataFrame, level: str, arm: str, used: list[Any]) -> str:
    """A count with its share; of an arm that nobody followed there is no share, or nothing."""
    people = maybe(here, statistic="harm_people", arm=arm, level=level)
    risk = maybe(here, statistic="harm_risk", arm=arm, level=level)
    used += [row for row in (people, risk) if row is not None]
    if people is None:
        return ""
    shown = cell(people, count(people.value))
    if risk is None:
        return shown
    bounds = link(risk, f"{span(risk.lower, risk.upper, 1)} %")
    return f"{shown} ({link(risk, percent(risk.value, risk.n))})<br>{bounds}"
