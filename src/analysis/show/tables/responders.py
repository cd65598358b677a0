"""Responders by arm: shares, how they compare, and what the missing scores change."""

from __future__ import annotations

import html

import pandas as pd
from great_tables import GT

from analysis.show.link import cell, link
from analysis.show.numbers import interval_level
from analysis.show.responding import (
    UNADJUSTED,
    Responders,
    at_least,
    needed_words,
    points_words,
    ratio_words,
    responders,
    share_words,
)
from analysis.show.select import arms_of, maybe, records, where
from analysis.show.tables.dress import dress, source
from analysis.show.words import arm_label, inside, measure_label, sentence_case, week_label
from analysis.terms import Labels

_HOW = (
    "Percent of the people of a group; differences in percentage points, positive favours the "
    "group over {comparator}."
)
_NNT = (
    "Number needed to treat: how many people are offered the programme for one more who responds. "
    "Where the interval of the difference holds 0, it runs from benefit through infinity to harm."
)


def compared(rows: pd.DataFrame, labels: Labels) -> GT:
    """Responders by threshold and arm at the week asked about: shares, difference, ratio, NNT.

    Args:
        rows: result rows of one question about responders.
        labels: the study's words.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    found = responders(rows)
    return _comparison(found, labels, "responder", week_label(found.week))


def sustained(rows: pd.DataFrame, labels: Labels) -> GT:
    """The same of a response that lasts; says so where the plan asks for none.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    found = responders(rows)
    first = maybe(found.rows, statistic="sustained_from")
    if first is None:
        return _not_asked(found, labels)
    words = f"at every visit from week {first.value:g} to week {first.week}"
    return _comparison(found, labels, "sustained", words)


# The ids of the tables, by the word that the statistics of their rows start with.
_NAMES = {"responder": "responders", "sustained": "responders-sustained"}


def _comparison(found: Responders, labels: Labels, stem: str, when: str) -> GT:
    """Shares and how they compare, of the rows `<stem>_percent`, `<stem>_difference` and so on."""
    cells, used = [], []
    for threshold in found.thresholds:
        own = found.of(f"{stem}_percent", threshold)
        own = own[own["week"].eq(found.week)] if stem == "responder" else own
        for arm in arms_of(own, labels):
            line = {
                "group": sentence_case(at_least(found, labels, threshold)),
                "row": arm_label(labels, arm),
            }
            for key, write in _COLUMNS.items():
                of = found.of(f"{stem}_{key}", threshold)
                row = maybe(of, arm=arm, week=int(own["week"].iloc[0]))
                if row is not None:
                    used.append(row)
                    line[key] = cell(row, write(row))
            cells.append(line)
    measure = measure_label(labels, found.measure)
    notes = [html.escape(_HOW.format(comparator=_comparator(found, labels))), _NNT]
    one_arm = where(found.rows, statistic=f"{stem}_difference").empty
    return dress(
        cells,
        used,
        labels,
        name=_NAMES[stem],
        title=f"Responders by {inside(measure.label)}, {inside(when)}",
        headings=_headings(found, one_arm),
        group="group",
        notes=[*(notes if not one_arm else []), *source(used, labels)],
    )


_COLUMNS = {
    "percent": share_words,
    "difference": points_words,
    "ratio": ratio_words,
    "nnt": needed_words,
}


def _headings(found: Responders, one_arm: bool) -> dict[str, str]:
    level = where(found.rows, statistic="interval_level")
    row = records(level)[0]
    name = f"({link(row, interval_level(row.value))} % interval)"
    headings = {
        "row": "Group",
        "percent": f"Responders {name}",
        "difference": f"Difference {name}",
        "ratio": f"Ratio {name}",
        "nnt": f"Number needed to treat {name}",
    }
    return {key: headings[key] for key in (("row", "percent") if one_arm else headings)}


def _comparator(found: Responders, labels: Labels) -> str:
    keys = found.rows["comparator"].dropna().unique()
    return inside(arm_label(labels, str(keys[0]))) if len(keys) else ""


def _not_asked(found: Responders, labels: Labels) -> GT:
    return dress(
        [{"row": "The plan names no weeks over which a response must last."}],
        found.handlings,
        labels,
        name="responders-sustained",
        title="Responses that last",
        headings={"row": "Not asked"},
    )


def missing_scores(rows: pd.DataFrame, labels: Labels) -> GT:
    """The difference of every arm under every way of treating missing scores, by threshold.

    The share itself where nothing is compared.

    Raises:
        ClaimError: no such rows, or several questions or measures.
    """
    found = responders(rows)
    statistic, write, what = "responder_difference", points_words, "difference"
    arms = arms_of(where(found.rows, statistic=statistic), labels)
    if not arms:
        statistic, write, what = "responder_percent", share_words, "responders"
        arms = arms_of(where(found.rows, statistic=statistic), labels)
    cells, used = [], []
    for threshold in found.thresholds:
        for handling in found.handlings:
            for way in ("", UNADJUSTED):
                words = sentence_case(str(handling.method))
                line = {
                    "group": sentence_case(at_least(found, labels, threshold)),
                    "row": f"{words} ({way})" if way else words,
                }
                for arm in arms:
                    row = found.at_week(statistic, threshold, arm, str(handling.level), way)
                    if row is not None:
                        used.append(row)
                        line[arm] = cell(row, write(row))
                cells.append(line)
    headings = {"row": "Missing scores"}
    headings |= {arm: html.escape(f"{arm_label(labels, arm)}, {what}") for arm in arms}
    return dress(
        cells,
        used,
        labels,
        name="responders-missing",
        title=f"What missing scores change, {inside(week_label(found.week))}",
        headings=headings,
        group="group",
        notes=[html.escape(_HOW.format(comparator=_comparator(found, labels)))]
        if what == "difference"
        else [],
    )
