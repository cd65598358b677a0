"""Figures of how far published effects can be trusted and compared, in words."""

from __future__ import annotations

import pandas as pd

from analysis.show.bias import LIGHTS
from analysis.show.descriptions.closed import closed
from analysis.show.evidence import at_pool, of_pool, own_rows, pooled_rows
from analysis.show.numbers import decimals_of, fixed, interval, is_missing
from analysis.show.select import absent, records, where
from analysis.show.whose import with_stamp, words_for
from analysis.show.words import arm_label, inside, joined, measure_label, sentence_case
from analysis.terms import Labels


def funnel(rows: pd.DataFrame, labels: Labels) -> str:
    """The funnel in words: how many trials, and how the small and the large ones lie about it."""
    rows = own_rows(rows, "funnel_limit")
    main = pooled_rows(rows)[0]
    measure = measure_label(labels, main.measure)
    number = f"{int(main.n_observed)} trials around {fixed(main.value, decimals_of(measure))}"
    what = f"Funnel plot of {inside(measure.label)}, {measure.unit}, by standard error"
    sides = [
        f"of {int(row.n)} {str(row.level).partition(': ')[2]} trials {int(row.value)} lie on the "
        "side of the training"
        for row in of_pool(rows, "funnel_side", str(main.level))
    ]
    told = [sentence_case(joined(sides))] if sides else []
    return closed([what, number, *told], labels, [main])


def bias(rows: pd.DataFrame, labels: Labels) -> str:
    """The traffic lights in words: how many of each judgement."""
    rows = own_rows(rows, "bias")
    main = pooled_rows(rows)[0]
    found = of_pool(rows, "bias", str(main.level))
    parts = [f"Risk of bias of {int(main.n)} effects in five domains and overall"]
    for value, (_, _, word) in LIGHTS.items():
        own = [row for row in found if int(row.value) == value]
        parts += [f"{word}: {len(own)}"] if own else []
    return closed(parts, labels, [main])


def network(rows: pd.DataFrame, labels: Labels) -> str:
    """The network in words: every line with its trials."""
    edges = records(where(rows, statistic="network_edge"))
    if not edges:
        raise absent("<question>.network_edge.<measure>.<node> minus <node>")
    told = [f"{row.level}: {int(row.value)}" for row in edges]
    for row in records(where(rows, statistic="network_node")):
        people = "" if is_missing(row.n) else f" with {int(row.n)} people"
        told.append(f"{row.level}: {int(row.value)} trial{'' if row.value == 1 else 's'}{people}")
    return closed(["Network of trials by kind of training and comparator", *told], labels, edges)


def among(rows: pd.DataFrame, labels: Labels) -> str:
    """The forest with this trial in words: the pool, a new study, and this trial's results."""
    rows = own_rows(rows, "own")
    main = pooled_rows(rows)[0]
    measure = measure_label(labels, main.measure)
    decimals = decimals_of(measure)
    parts = [f"Forest plot of {inside(measure.label)}, {measure.unit}: published and this trial"]
    parts.append(f"Together {fixed(main.value, decimals)} {_ends(main, decimals)}")
    new = at_pool(rows, "prediction", str(main.level))
    if new is not None:
        parts.append(f"A new study's true effect is expected at {_ends(new, decimals)}")
    own = records(where(rows, statistic="own"))
    ours = with_stamp(labels, "This trial")
    for row in own:
        number = f"{fixed(row.value, decimals)} {_ends(row, decimals)}"
        parts.append(f"{ours}, {inside(arm_label(labels, row.arm))}: {number}")
    return closed(parts, words_for(labels, [main]), own)


def _ends(row: object, decimals: int) -> str:
    return interval(row.lower, row.upper, decimals)
