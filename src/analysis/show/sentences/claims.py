"""The ledger in a sentence: how many claims hold, and which do not."""

from __future__ import annotations

import pandas as pd

from analysis.show.link import link, prose
from analysis.show.select import absent, records, where
from analysis.show.sentences.phrase import departures, paragraph
from analysis.show.tables.claims import claim_key, claim_words, verdict_word
from analysis.show.words import sentence_case
from analysis.terms import Labels

_OPENINGS = {
    "supported": "Supported",
    "supported in part": "Supported in part",
    "not shown": "Not shown either way",
    "contradicted": "Contradicted",
    "not testable here": "Not testable with what is published here",
}


def claims(rows: pd.DataFrame, labels: Labels) -> str:
    """The claims by their verdict, best first; each word leads to the row of its verdict.

    Args:
        rows: result rows `verdict` of one question.
        labels: the study's words, those of the claims among them.

    Raises:
        ClaimError: no verdict, or a claim without words.
    """
    found = records(where(rows, statistic="verdict"))
    if not found:
        raise absent("<question>.verdict.<claim>")
    parts = []
    for word, opening in _OPENINGS.items():
        own = [row for row in found if verdict_word(row) == word]
        if own:
            named = [
                link(row, claim_words(labels, claim_key(row)).quotation).replace("\n", " ")
                for row in own
            ]
            parts.append(f"{prose(sentence_case(opening))}: {'; '.join(named)}")
    return paragraph([*parts, *departures(found)])
