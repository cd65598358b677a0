"""The ledger in words: the verdict on each claim, how certain it is, and what its parts say."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.show.link import link, prose
from analysis.show.select import absent, records, where
from analysis.show.sentences.phrase import departures, paragraph
from analysis.show.tables.claims import claim_key, claim_words, verdict_word
from analysis.show.words import sentence_case
from analysis.terms import ClaimLabel, Labels

_OPENINGS = {
    "supported": "Supported",
    "supported in part": "Supported in part",
    "not shown": "Not shown either way",
    "contradicted": "Contradicted",
    "not testable here": "Not testable with what is published here",
}


def claims(rows: pd.DataFrame, labels: Labels) -> str:
    """The claims by their verdict, best first; each word leads to the row that it stands for.

    Args:
        rows: result rows `verdict` and `certainty` of one question, and `part` of claims with
            parts.
        labels: the study's words, those of the claims among them.

    Returns:
        HTML that stands by itself: a list with an item a claim.

    Raises:
        ClaimError: no verdict, or a claim without words.
    """
    found = records(where(rows, statistic="verdict"))
    if not found:
        raise absent("<question>.verdict.<claim>")
    sure = {claim_key(row): row for row in records(where(rows, statistic="certainty"))}
    parts = records(where(rows, statistic="part"))
    items = [
        _item(row, sure[claim_key(row)], [each for each in parts if _same(each, row)], labels)
        for word in _OPENINGS
        for row in found
        if verdict_word(row) == word
    ]
    listed = "".join(f"<li>{item}</li>" for item in items)
    closing = departures(found)
    return f"<ul>{listed}</ul>" + (f"<p>{paragraph(closing)}</p>" if closing else "")


def _same(one: Any, other: Any) -> bool:
    return claim_key(one) == claim_key(other)


def _item(row: Any, sure: Any, parts: list[Any], labels: Labels) -> str:
    """`Contradicted, very low certainty: three sessions a week are best. Its parts: ...`."""
    words = claim_words(labels, claim_key(row))
    opening = prose(_OPENINGS[verdict_word(row)])
    if (certainty := verdict_word(sure)) != "none":
        opening += f", {link(sure, f'{certainty} certainty')}"
    told = "; ".join(_part(each, words) for each in parts)
    quoted = f"{opening}: {link(row, words.quotation)}".replace("\n", " ")
    return paragraph([quoted, sentence_case(told)])


def _part(row: Any, words: ClaimLabel) -> str:
    key = str(row.level).split(":")[1]
    return f"{prose(words.parts[key])}: {link(row, verdict_word(row))}"
