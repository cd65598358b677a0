"""How far pools can be trusted: certainty with its reasons, risk of bias, and what was selected."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.bias import DOMAINS, LIGHTS
from analysis.show.evidence import of_pool, own_rows, pooled_rows, study_label, synthesis_label
from analysis.show.link import cell, link
from analysis.show.numbers import count, decimals_of, with_interval
from analysis.show.select import absent, records, where
from analysis.show.tables.dress import dress
from analysis.show.words import measure_label, sentence_case
from analysis.terms import Labels

_DOMAINS = {
    "risk_of_bias": "Risk of bias",
    "inconsistency": "Inconsistency",
    "indirectness": "Indirectness",
    "imprecision": "Imprecision",
    "publication_bias": "Publication bias",
}


def findings(rows: pd.DataFrame, labels: Labels) -> GT:
    """The summary of findings: each pool, its certainty, and the reason for every step down.

    Args:
        rows: result rows `pooled`, `grade` and `pool_certainty` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no pool.
    """
    rows = own_rows(rows, "grade")
    found = pooled_rows(rows)
    headings = {"row": "Outcome", "effect": "Effect", "certainty": "Certainty"}
    return dress(
        [_finding(rows, row, labels) for row in found],
        found,
        labels,
        name="findings",
        title="Summary of findings",
        headings=headings | _DOMAINS,
        texts=["certainty", *_DOMAINS],
        notes=[
            "Certainty starts at high, as for trials that allocate at random, and loses the steps "
            "of each domain; a trial that did not allocate at random costs a step under risk of "
            "bias. Inconsistency and imprecision follow from the pool by a rule. What nobody "
            "judged is told, and the certainty is then what it can be at best."
        ],
    )


def bias(rows: pd.DataFrame, labels: Labels) -> GT:
    """The judgements behind the traffic lights, in words.

    Args:
        rows: result rows `pooled`, `effect` and `bias` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no pool.
    """
    rows = own_rows(rows, "bias")
    main = pooled_rows(rows)[0]
    found = {str(row.level): row for row in of_pool(rows, "bias", str(main.level))}
    cells = []
    for effect in of_pool(rows, "effect", str(main.level)):
        line = {"row": study_label(labels, effect)}
        for domain in DOMAINS:
            row = found[f"{effect.level}:{domain}"]
            line[domain] = cell(row, sentence_case(LIGHTS[int(row.value)][2]))
        cells.append(line)
    return dress(
        cells,
        list(found.values()),
        labels,
        name="bias",
        title="Risk of bias (RoB 2)",
        headings={"row": "Study"} | DOMAINS,
        texts=list(DOMAINS),
    )


def selection(rows: pd.DataFrame, labels: Labels) -> GT:
    """How the effects on file came down to those that are pooled.

    Args:
        rows: result rows `selection` of one question.
        labels: the study's words.

    Raises:
        ClaimError: no such rows.
    """
    found = records(where(rows, statistic="selection"))
    if not found:
        raise absent("<question>.selection.<step>")
    return dress(
        [{"row": sentence_case(str(row.level)), "n": cell(row, count(row.value))} for row in found],
        found,
        labels,
        name="selection",
        title="From the effects on file to those pooled",
        headings={"row": "Step", "n": "Effects"},
        notes=[
            "Counted as PRISMA 2020 counts studies; no search of the literature was made here, so "
            "the flow starts with the effects that are on file."
        ],
    )


def _finding(rows: pd.DataFrame, row: Any, labels: Labels) -> dict[str, str]:
    measure = measure_label(labels, row.measure)
    decimals, key = decimals_of(measure), str(row.level)
    number = with_interval(row, decimals)
    sure = next(
        each
        for each in records(where(rows, statistic="pool_certainty"))
        if str(each.level).partition(": ")[0] == key
    )
    line = {
        "row": f"{measure.label}, {synthesis_label(labels, key)}",
        "effect": cell(row, f"{number} {measure.unit}"),
        "certainty": link(sure, _sure(sure)),
    }
    for each in of_pool(rows, "grade", key):
        domain = str(each.level).partition(":")[2]
        steps = "" if each.value <= 0 else f" ({int(each.value)} down)"
        line[domain] = link(each, sentence_case(html.unescape(str(each.method))) + steps)
    return line


def _sure(row: Any) -> str:
    word = sentence_case(str(row.level).partition(": ")[2])
    return f"{word}, at best" if "at best" in str(row.method) else word
