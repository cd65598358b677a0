"""A network of trials in sentences: every pair, and how little some of it rests on."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.link import link, prose
from analysis.show.means import interval_words
from analysis.show.numbers import count, is_missing
from analysis.show.select import absent, records, where
from analysis.show.sentences.phrase import amount, bounds_words, departures, paragraph
from analysis.show.words import better, measure_label, people_word, sentence_case
from analysis.terms import Labels

_INDIRECT = "no trial compares them, so this is read through what both were compared with"


def network(rows: pd.DataFrame, labels: Labels) -> str:
    """Every comparison of a network, whether trials made it, and which kind rests on one trial.

    Args:
        rows: result rows `network_difference` and `network_node` of one question.
        labels: the study's words.

    Returns:
        HTML that stands by itself: a line, and a list with an item a pair.

    Raises:
        ClaimError: no such rows.
    """
    found = records(where(rows, statistic="network_difference"))
    if not found:
        raise absent("<question>.network_difference.<measure>.<node> minus <node>")
    measure = measure_label(labels, found[0].measure)
    name = interval_words(rows, str(found[0].question))
    pairs = [_pair(row, name, labels) for row in found]
    listed = "".join(f"<li>{paragraph([words])}</li>" for words in pairs)
    closing = [*_of_one_trial(rows), *departures(found)]
    last = f"<p>{paragraph(closing)}</p>" if closing else ""
    start = prose(f"{measure.label}, the first-named against the second; {better(measure)}")
    return f"<p>{start}:</p><ul>{listed}</ul>{last}"


def _pair(row: Any, name: str, labels: Labels) -> str:
    """`Pilates against education: 20.0 points lower (95 % interval ...); 2 trials compare them`."""
    measure = measure_label(labels, row.measure)
    one, _, other = str(row.level).partition(" minus ")
    words = f"{prose(sentence_case(one))} against {prose(other)}: {amount(row, measure)}"
    words += f" ({name} {bounds_words(row, measure)})"
    if not row.n:
        return f"{words}; {link(row, _INDIRECT)}"
    trials = "1 trial compares" if row.n == 1 else f"{count(row.n)} trials compare"
    return f"{words}; {link(row, trials)} them"


def _of_one_trial(rows: pd.DataFrame) -> list[str]:
    """Which kinds only one trial studied: what is said of them is its result, however it ranks."""
    nodes = records(where(rows, statistic="network_node"))
    return [
        f"All that is said here of {prose(str(row.level))} comes from "
        f"{link(row, f'one trial{_people(row)}')}: another trial could change it"
        for row in nodes
        if row.value == 1
    ]


def _people(row: Any) -> str:
    return "" if is_missing(row.n) else f", in which {count(row.n)} {people_word(row.n)} had it"
