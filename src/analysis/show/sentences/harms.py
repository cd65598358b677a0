"""At what harm, in words: how many people, how many more than without, and how sure."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.headings import at_week, few, harm_rows
from analysis.show.link import link, prose
from analysis.show.means import interval_words
from analysis.show.numbers import count, fixed, percent, size, span
from analysis.show.select import arms_of, in_order, maybe, one_key, records, weeks_of, where
from analysis.show.sentences.phrase import arm_words, bounds_in, paragraph
from analysis.show.unknown_arms import not_followed, unknown_arms
from analysis.show.words import begin, joined, measure_label, people_word, with_unit
from analysis.terms import Labels

_TOLD = {
    "died": "Death, whatever brought it about",
    "serious adverse event": "A serious adverse event, death among them",
    "any adverse event": "Any adverse event, whatever brought it about",
    "related: yes": "An adverse event that was judged related to the programme (only groups with a "
    "programme can have one)",
    "left or stopped because of harm": "Leaving or stopping the programme because of harm",
    "flare-up": "At least one flare-up",
}
_RARE = (
    "Harms rarer than the upper ends of these intervals could have been missed, so a harm that was "
    "not seen is not ruled out"
)


def harms(rows: pd.DataFrame, labels: Labels) -> str:
    """People with a harm by arm, how many more than the comparator, how sure.

    Any adverse event stands before those judged related: only the former can be compared without
    leaning on a judgement that one of the groups cannot be given.

    Args:
        rows: result rows `harm_people`, `harm_risk`, `risk_difference`, `harm_rate`,
            `not_followed`, `events_after_follow_up`.
        labels: the study's words.

    Returns:
        HTML that stands by itself: a line, a list with an item a kind of harm, and a caution.

    Raises:
        ClaimError: a row that the words need is not there; names its id.
    """
    own = harm_rows(rows)
    question, week = one_key(own, "question"), weeks_of(own)[-1]
    here = at_week(own, week)
    levels = {level: words for level, words in _TOLD.items() if len(where(here, level=level))}
    late = _late(where(rows, statistic="events_after_follow_up", week=week), labels)
    items = [
        _level(where(here, level=level), labels, words, late if level == "flare-up" else "")
        for level, words in levels.items()
    ]
    none, some = not_followed(rows, labels)
    items = [*none, *items, *_flares(here, labels)]
    first = link(records(here)[0], str(week))
    start = begin(labels, f"Up to week {first}, with {interval_words(rows, question)}")
    listed = "".join(f"<li>{paragraph([item])}</li>" for item in items)
    closing = [_RARE, *some, *few(records(here))]
    return f"<p>{start}:</p><ul>{listed}</ul><p>{paragraph(closing)}</p>"


def _level(own: pd.DataFrame, labels: Labels, words: str, late: str) -> str:
    """One heading: who had it in each arm, and how many more or fewer than in the comparator."""
    known = arms_of(where(own, statistic="harm_risk"), labels)
    said = [_arm(own, arm, labels) for arm in known]
    return ". ".join([f"{words}: {'; '.join(said)}", *([late] if late else [])])


def _late(rows: pd.DataFrame, labels: Labels) -> str:
    """Why the time to a first flare-up tells of fewer: it counts while people were followed."""
    said = [
        f"{link(row, count(row.value))} with {arm_words(labels, row.arm)}"
        for row in in_order(rows, labels)
        if row.value
    ]
    if not said:
        return ""
    return (
        "Counted here are also people whose flare-up came after the end of their follow-up "
        f"(adverse events and flare-ups that came so late: {joined(said)}). Where the time to a "
        "first flare-up is told, and in the rates, they are not, so fewer people have one there"
    )


def _arm(own: pd.DataFrame, arm: str, labels: Labels) -> str:
    people = maybe(own, statistic="harm_people", arm=arm)
    risk = maybe(own, statistic="harm_risk", arm=arm)
    more = maybe(own, statistic="risk_difference", arm=arm)
    shown = "none" if people.value == 0 else count(people.value)
    of = f"{link(people, shown)} of {link(people, count(people.n))} {people_word(people.n)}"
    bounds = link(risk, f"{span(risk.lower, risk.upper, 1)} %")
    part = link(risk, percent(risk.value, risk.n))
    # Of nobody the upper end is what there is to tell.
    sure = f"up to {link(risk, f'{fixed(risk.upper, 1)} %')} not ruled out"
    found = f"{of} with {arm_words(labels, arm)} ({f'{part}, {bounds}' if people.value else sure})"
    return found if more is None else f"{found}, {_more(more, labels)}"


def _more(row: Any, labels: Labels) -> str:
    """`22.5 more in a hundred than with usual care (13.5 to 32.8 more)`; what is open is said."""
    bounds = bounds_in(row, 1, "fewer", "more")
    other = arm_words(labels, row.comparator)
    if size(row.value, 1) == "0.0":
        return f"as many in a hundred as with {other} ({bounds})"
    way = "more" if row.value > 0 else "fewer"
    said = f"{link(row, size(row.value, 1))} {way} in a hundred than with {other}"
    includes = "" if row.lower > 0 or row.upper < 0 else ", which includes no difference"
    return f"{said} ({bounds}{includes})"


def _flares(here: pd.DataFrame, labels: Labels) -> list[str]:
    rates = in_order(where(here, level="flare-up", statistic="harm_rate"), labels)
    if not rates:
        return []
    said = [
        f"{link(row, fixed(row.value, 0))} with {arm_words(labels, row.arm)} "
        f"({link(row, span(row.lower, row.upper, 0))})"
        for row in rates
    ]
    return [f"Flare-ups in a hundred person-years, while people were followed: {joined(said)}"]


def flare_days(rows: pd.DataFrame, labels: Labels) -> str:
    """Whether people have flare-ups more often soon after a session than on their other days."""
    soon = "soon after a session"
    ratios = in_order(where(rows, statistic="flare_ratio", level=soon), labels)
    if not ratios:
        return ""
    name = interval_words(rows, one_key(where(rows, statistic="flare_ratio"), "question"))
    said = [
        f"with {arm_words(labels, row.arm)} {link(row, fixed(row.value, 2))} times as often as on "
        f"other days of the same person ({name} {link(row, span(row.lower, row.upper, 2))}; from "
        f"{link(row, count(row.n))} {people_word(row.n)} with a flare-up and both kinds of days)"
        for row in ratios
    ]
    crossing = all(row.lower <= 1 <= row.upper for row in ratios)
    closing = (
        "The data leave open whether training brings flare-ups forward, holds them off or neither"
        if crossing
        else "What makes a person both train and flare up on the same days is not undone, so this "
        "is an association and not an effect"
    )
    how = (
        "People are compared with their own other days: it does not matter who trains much and who "
        "has many flare-ups, and a rate that changes over the programme is allowed for"
    )
    return paragraph(
        [begin(labels, f"Soon after a session flare-ups came {joined(said)}"), how, closing]
    )


def stopping(rows: pd.DataFrame, labels: Labels) -> str:
    """How often the stopping rule was met, by how many people, and what pain it looks at."""
    scored = in_order(where(rows, statistic="stopping_scored"), labels)
    said = []
    for row in scored:
        hits = maybe(rows, statistic="stopping_sessions", arm=row.arm, level="either", week=None)
        who = maybe(rows, statistic="stopping_people", arm=row.arm, level="either")
        if hits is None or who is None:
            continue
        said.append(
            f"after {link(hits, count(hits.value))} of {link(row, count(row.value))} sessions with "
            f"{arm_words(labels, row.arm)}, in {link(who, count(who.value))} of "
            f"{link(who, count(who.n))} {people_word(who.n)}"
        )
    if not said:
        return ""
    closing = (
        "Pain before and after a session goes up and down by itself, so a rule met is a reason to "
        "look, and not by itself a harm"
    )
    start = begin(labels, f"The plan's stopping rule was met {joined(said)}")
    rule = f"The rule: {joined(_sizes(rows, labels))}"
    return paragraph([start, rule, *unknown_arms(rows, labels), closing])


def _sizes(rows: pd.DataFrame, labels: Labels) -> list[str]:
    """The rule in numbers, each size once: the first row that has it is linked."""
    said: dict[str, str] = {}
    for row in in_order(where(rows, statistic="stopping_size"), labels):
        measure = measure_label(labels, row.measure)
        shown = with_unit(link(row, f"{row.value:g}"), prose(measure.unit))
        what = "new pain of" if row.level == "new pain" else "pain that rises by"
        said.setdefault(f"{what} {row.value:g}", f"{what} {shown} or more")
    return list(said.values())
