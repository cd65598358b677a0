"""The ledger: each claim with its verdict, and the results behind it."""

from __future__ import annotations

import html
import re
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.errors import ClaimError
from analysis.show.evidence import STATED_WORDS
from analysis.show.link import NOT_AVAILABLE, cell, link, sourced, to_row
from analysis.show.numbers import fixed, interval, is_missing, percent, span
from analysis.show.select import absent, records, where
from analysis.show.tables.dress import dress
from analysis.show.words import sentence_case
from analysis.terms import ClaimLabel, EvidenceLabel, Labels

# Decimals of a result by its unit; a share of people or of settings is a whole percentage.
_DECIMALS = {"points of 100": 1, "points of 10": 1, "%": 0}
_OTHER_DECIMALS = 2
_BEFORE = ("risk ratio", "risk difference")
_SAYS = {"for": "speaks for it", "against": "speaks against it", "open": "leaves it open"}
_HEADINGS = {
    "row": "Claim",
    "verdict": "Verdict",
    "certainty": "Certainty",
    "means": "What it would mean",
    "why": "How the rule came to it",
    "change": "What would change it",
}
_EVIDENCE_HEADINGS = {
    "row": "What it is",
    "value": "Result",
    "says": "What it says",
    "test": "The claim has it",
    "source": "Its row, and where it was read",
}
# On a small screen the words of a source go aside with the table, not down in a narrow column.
_READABLE = "min-width:17rem"


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
            "supported in part, some part is shown or shown in part and results speak against "
            "none; not shown, results leave it open or its parts point both ways; contradicted, "
            "results speak against some part and no part is shown; not testable here, no result "
            "bears on it. A result speaks only where its whole interval lies on one side, or where "
            "its source states it so. Certainty starts at high and loses a step for each reason.",
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
        headings=_EVIDENCE_HEADINGS,
        group="group",
        texts=[key for key in _EVIDENCE_HEADINGS if key not in ("row", "value")],
        notes=[
            "A result speaks for a claim where its whole interval is as the claim has it. Results "
            "are in the unit of their own study, SD is a standardised mean difference; below "
            "nought is less pain, or less harm, in the first arm. Main results decide; those "
            "beside are shown. What a source states without a number is told in words: the first "
            "and the second are the arms in the order in which the row names them."
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
    words = claim_words(labels, claim_key(row))
    one = _evidence_words(row, words)
    return {
        "group": _group(words, one),
        "row": f"{sentence_case(one.why)} ({one.design})",
        "value": _result(row, one.unit),
        "says": _says(row),
        "test": link(row, sentence_case(one.test)),
        "source": f'<div style="{_READABLE}">{_source(row, one, labels)}</div>',
    }


def _group(words: ClaimLabel, one: EvidenceLabel) -> str:
    """The claim, and which of its parts a result decides."""
    part = one.part or ("beside its parts" if words.parts else "")
    return sentence_case(f"{words.quotation}: {part}" if part else words.quotation)


def _evidence_words(row: Any, words: ClaimLabel) -> EvidenceLabel:
    number = int(str(row.level).split(":")[1])
    if number > len(words.evidence):
        raise ClaimError(
            f"Result {number} of the claim '{claim_key(row)}' has no words.",
            where="labels.claims",
            why="Nobody could say what the claim would have it be.",
            do="Make the rows and the labels from the same ledger.",
        )
    return words.evidence[number - 1]


def _result(row: Any, unit: str) -> str:
    """The number with its unit and interval, or what is stated in its place."""
    if row.statistic == "evidence_stated":
        return cell(row, sentence_case(STATED_WORDS[int(row.value)]))
    decimals = _DECIMALS.get(unit, _OTHER_DECIMALS)
    if is_missing(row.value):
        bare = span(row.lower, row.upper, decimals)
        return NOT_AVAILABLE if is_missing(row.lower) else cell(row, _with_unit(bare, unit))
    value = percent(row.value) if unit == "%" else _with_unit(fixed(row.value, decimals), unit)
    shown = cell(row, value)
    if is_missing(row.lower):
        return shown
    return f"{shown}<br>{link(row, interval(row.lower, row.upper, decimals))}"


def _with_unit(shown: str, unit: str) -> str:
    return sentence_case(f"{unit} {shown}") if unit in _BEFORE else f"{shown} {unit}".strip()


def _source(row: Any, one: EvidenceLabel, labels: Labels) -> str:
    """The row that a result was taken from, and on a line below where its figures were read.

    A row of this study leads to itself, and papers likewise.
    """
    words = str(row.method)
    place, _, rest = words.removeprefix(f"{one.why}; ").partition("; ")
    study, _, taken = place.partition(": ")
    read = rest.partition(f"{one.test}; ")[2]
    if not read:
        return sourced(row, sentence_case(words))
    shown = to_row(taken, taken) if study == labels.study else sourced(row, place)
    return f"{_breakable(shown)}<br>{sourced(row, sentence_case(read))}"


def _breakable(linked: str) -> str:
    """A link whose text, the long id of a row, may go on in a new line after its marks."""
    start, _, text = linked.partition(">")
    return f"{start}>{re.sub(r'(?<=[._:])(?=[a-zA-Z0-9])', '<wbr>', text)}"


def _says(row: Any) -> str:
    said = _SAYS.get(str(row.comparator), "is not there")
    return f"Beside: {said}" if str(row.level).endswith(":beside") else sentence_case(said)
