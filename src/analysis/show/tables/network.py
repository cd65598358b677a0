"""A network of trials as a table: every pair, and how sure each is to be better."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.link import cell, link
from analysis.show.means import interval_words
from analysis.show.numbers import count, decimals_of, fixed, is_missing, percent, span
from analysis.show.select import absent, maybe, records, where
from analysis.show.tables.dress import dress
from analysis.show.words import measure_label, sentence_case
from analysis.terms import Labels, MeasureLabel


def network(rows: pd.DataFrame, labels: Labels) -> GT:
    """All comparisons of a network, with the trials that compare each pair directly.

    Args:
        rows: result rows `network_difference`, and `p_score` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows.
    """
    found = records(where(rows, statistic="network_difference"))
    if not found:
        raise absent("<question>.network_difference.<measure>.<node> minus <node>")
    measure = measure_label(labels, found[0].measure)
    return dress(
        [_line(row, measure) for row in found],
        found,
        labels,
        name="network",
        title=f"{measure.label}: kinds of training through their comparators",
        headings={
            "row": "Comparison",
            "value": "Difference",
            "interval": sentence_case(interval_words(rows, str(found[0].question))),
            "trials": "Trials that compare them",
        },
        notes=[
            f"In {measure.unit}, negative favours the first-named. Where no trial compares a pair, "
            "the difference rests on indirect evidence alone.",
            *_direct(rows),
            *_ranks(rows),
            *_nodes(rows),
            *_limits(rows),
            *_consistency(rows),
        ],
    )


def _line(row: Any, measure: MeasureLabel) -> dict[str, str]:
    decimals = decimals_of(measure)
    return {
        "row": sentence_case(str(row.level)),
        "value": cell(row, fixed(row.value, decimals)),
        "interval": link(row, span(row.lower, row.upper, decimals)),
        "trials": link(row, count(row.n)),
    }


def _direct(rows: pd.DataFrame) -> list[str]:
    """On how many trials and people each direct comparison rests, which a rank does not tell."""
    told = []
    for row in records(where(rows, statistic="network_edge")):
        people = "people not told" if is_missing(row.n) else f"{count(row.n)} people"
        kind = "trial" if row.value == 1 else "trials"
        told.append(
            f"{html.escape(str(row.level))}, {link(row, f'{count(row.value)} {kind}, {people}')}"
        )
    words = "Compared directly, where doses and arms of one kind in a trial count together"
    return [f"{words}: {'; '.join(told)}."] if told else []


def _ranks(rows: pd.DataFrame) -> list[str]:
    ranks = records(where(rows, statistic="p_score"))
    told = [f"{row.level} {link(row, percent(row.value))}" for row in ranks]
    words = "How sure each is to be better than another (P-score)"
    few = "A rank does not tell on how few trials and people it rests"
    return [f"{words}: {', '.join(told)}. {few}."] if told else []


def _nodes(rows: pd.DataFrame) -> list[str]:
    told = []
    for row in records(where(rows, statistic="network_node")):
        people = "" if is_missing(row.n) else f", {count(row.n)} people"
        trials = f"{count(row.value)} trial{'' if row.value == 1 else 's'}{people}"
        told.append(f"{html.escape(str(row.level))} {link(row, trials)}")
    return [f"Who was studied: {'; '.join(told)}."] if told else []


def _limits(rows: pd.DataFrame) -> list[str]:
    found = records(where(rows, statistic="network_limit"))
    return [link(row, str(row.method)) for row in found]


def _consistency(rows: pd.DataFrame) -> list[str]:
    loop = maybe(rows, statistic="network_no_loop")
    return [] if loop is None else [f"The network has {loop.method}."]
