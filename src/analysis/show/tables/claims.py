"""The ledger: each claim with its verdict, the results behind it, and what would change it."""

from __future__ import annotations

import html
import re
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.errors import ClaimError
from analysis.show.evidence import STATED_WORDS
from analysis.show.link import cell, link, sourced, to_row
from analysis.show.numbers import fixed, interval, is_missing, span
from analysis.show.select import absent, records, where
from analysis.show.tables.dress import dress
from analysis.show.words import sentence_case
from analysis.terms import ClaimLabel, Labels

_DECIMALS = 2
_SAYS = {"for": "speaks for it", "against": "speaks against it", "open": "leaves it open"}
_HEADINGS = {
    "row": "Claim",
    "verdict": "Verdict",
    "certainty": "Certainty",
    "means": "What it would mean",
    "why": "How the rule came to it",
    "change": "What would change it",
}


def claims(rows: pd.DataFrame, labels: Labels) -> GT:
    """Each claim with its verdict and certainty, by the written rule.

    Args:
        rows: result rows `verdict` and `certainty` of one question.
        labels: the study's words, those of the claims among them.

    Raises:
        ClaimError: no verdict, or a claim without words.
    """
    found = records(where(rows, statistic="verdict"))
    if not found:
        raise absent("<question>.verdict.<claim>")
    sure = {claim_key(row): row for row in records(where(rows, statistic="certainty"))}
    return dress(
        [_line(row, sure[claim_key(row)], labels) for row in found],
        found,
        labels,
        name="claims",
        title="The claims and what the results say of them",
        headings=_HEADINGS,
        texts=[key for key in _HEADINGS if key != "row"],
        notes=[
            "Verdicts, best first: supported, every main result speaks for every part of it; "
            "supported in part, results speak for some part; not shown, results leave it open or "
            "point both ways; contradicted, results speak against some part and for none; not "
            "testable here, no result bears on it. A result speaks only where its whole interval "
            "lies on one side, or where its source states it so. Certainty starts at high and "
            "loses a step for each reason.",
        ],
    )


def claim_evidence(rows: pd.DataFrame, labels: Labels) -> GT:
    """Every result that bears on a claim, as it was found, with its papers.

    Args:
        rows: result rows `evidence` and `evidence_stated` of one question.
        labels: the study's words, those of the claims among them.

    Raises:
        ClaimError: no evidence, or a claim without words.
    """
    told = rows["statistic"].isin(["evidence", "evidence_stated"])
    found = records(rows[told])
    if not found:
        raise absent("<question>.evidence.<claim>")
    return dress(
        [_evidence(row, labels) for row in found],
        found,
        labels,
        name="claim-evidence",
        title="The results behind the verdicts",
        headings={"row": "What it says", "value": "Result", "source": "Which result; its source"},
        group="group",
        texts=["source"],
        notes=[
            "Results in the unit of their own study; the row that each was taken from is named, "
            "and the papers behind it. Main results decide; those beside are shown. What a source "
            "states without a number is told in words: the first and the second are the arms in "
            "the order in which the row names them."
        ],
    )


def claim_key(row: Any) -> str:
    """Key of the claim that a row is about."""
    return str(row.level).partition(":")[0]


def claim_words(labels: Labels, key: str) -> ClaimLabel:
    """The words of a claim.

    Raises:
        ClaimError: the ledger has no such claim.
    """
    if key not in labels.claims:
        raise ClaimError(
            f"The claim '{key}' of a result row has no words.",
            where="labels.claims",
            why="A verdict without its claim says nothing.",
            do="Make the rows and the labels from the same ledger.",
        )
    return labels.claims[key]


def verdict_word(row: Any) -> str:
    """The word of a verdict or a certainty."""
    return str(row.level).partition(": ")[2]


def _line(row: Any, sure: Any, labels: Labels) -> dict[str, str]:
    words = claim_words(labels, claim_key(row))
    return {
        "row": sentence_case(words.quotation),
        "verdict": cell(row, sentence_case(verdict_word(row))),
        "certainty": link(sure, sentence_case(verdict_word(sure))),
        "means": html.escape(sentence_case(words.means)),
        "why": link(row, sentence_case(str(row.method))),
        "change": html.escape(sentence_case(words.would_change)),
    }


def _evidence(row: Any, labels: Labels) -> dict[str, str]:
    line = {
        "group": sentence_case(claim_words(labels, claim_key(row)).quotation),
        "row": _says(row),
        "source": _source(row, labels),
    }
    if row.statistic == "evidence_stated":
        return line | {"value": cell(row, sentence_case(STATED_WORDS[int(row.value)]))}
    if is_missing(row.value) and is_missing(row.lower):
        return line
    if is_missing(row.value):
        return line | {"value": cell(row, span(row.lower, row.upper, _DECIMALS))}
    bounds = "" if is_missing(row.lower) else interval(row.lower, row.upper, _DECIMALS)
    return line | {"value": cell(row, f"{fixed(row.value, _DECIMALS)} {bounds}".strip())}


def _source(row: Any, labels: Labels) -> str:
    """The words of a result, in which a row of this study leads to itself, and papers likewise."""
    words = sentence_case(str(row.method))
    found = re.search(rf"(?<={re.escape(labels.study)}: )[^;\s]+", words)
    if found is None:
        return sourced(row, words)
    before, after = words[: found.start()], words[found.end() :]
    return sourced(row, before) + to_row(found[0], found[0]) + sourced(row, after)


def _says(row: Any) -> str:
    said = _SAYS.get(str(row.comparator), "is not there")
    return f"Beside: {said}" if str(row.level).endswith(":beside") else sentence_case(said)
