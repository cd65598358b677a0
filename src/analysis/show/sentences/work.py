"""The work that was done, in words: sets and load of a person in the whole programme."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.link import link, prose
from analysis.show.numbers import fixed, span
from analysis.show.select import in_order, records, where
from analysis.show.sentences.phrase import arm_words, departures, paragraph
from analysis.show.words import begin, joined
from analysis.terms import Labels

_INTERVAL = "95\N{NO-BREAK SPACE}% interval"
_COUNTED = ("sessions", "sets", "repetitions")
_LOAD = "volume load in "
_CLOSING = (
    "Volume load is sets times repetitions times the load of the main lift, of the people with a "
    "load on record. A group without one in this sentence has no loads to tell, which is not less "
    "work; loads of different equipment do not compare"
)


def work_in_words(rows: pd.DataFrame, labels: Labels) -> str:
    """What a person did in the whole programme, by arm; muscle groups are in the table.

    Args:
        rows: result rows `work` of one question about dose; without them nothing is said.
        labels: the study's words.
    """
    own = where(rows, statistic="work")
    said, loads = [], False
    for arm in dict.fromkeys(row.arm for row in in_order(own, labels)):
        found = records(where(own, arm=arm))
        counted = [_mean(row, str(row.level)) for row in found if row.level in _COUNTED]
        lifted = [
            _mean(row, f"{prose(str(row.level).removeprefix(_LOAD))} of volume load")
            for row in found
            if str(row.level).startswith(_LOAD) and ": " not in str(row.level)
        ]
        loads = loads or bool(lifted)
        if counted or lifted:
            said.append(
                f"a person with {arm_words(labels, arm)} did on average "
                f"{joined([*counted, *lifted])}"
            )
    if not said:
        return ""
    start = begin(labels, f"In the whole programme {'; '.join(said)}")
    return paragraph([start, *([_CLOSING] if loads else []), *departures(records(own))])


def _mean(row: Any, what: str) -> str:
    """One decimal of what is counted, none of loads, which are large."""
    decimals = 0 if str(row.level).startswith(_LOAD) else 1
    ends = link(row, span(row.lower, row.upper, decimals))
    return f"{link(row, fixed(row.value, decimals))} {what} ({_INTERVAL} {ends})"
