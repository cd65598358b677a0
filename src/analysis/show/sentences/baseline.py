"""Who the participants were, in words; without tests, since chance made the groups."""

from __future__ import annotations

import pandas as pd

from analysis.show.link import link, prose
from analysis.show.numbers import count, decimals_of, fixed, percent
from analysis.show.select import arms_of, maybe, records, some, where
from analysis.show.sentences.phrase import arm_words, paragraph
from analysis.show.words import begin, inside, joined, people_word, variable_label
from analysis.terms import Labels

_STATISTICS = ("mean", "percent", "missing")


def baseline(rows: pd.DataFrame, labels: Labels) -> str:
    """Means of numbers, and shares of two-level categories, by arm.

    Args:
        rows: result rows `mean`, `sd`, `percent`, `missing` with the variable in `measure`.
        labels: the study's words.

    Returns:
        A paragraph of inline HTML.

    Raises:
        ClaimError: no baseline rows.
    """
    own = some(
        rows[rows["statistic"].isin(_STATISTICS) & rows["measure"].notna()],
        "<question>.mean.<variable>.<arm>",
    )
    question = own["question"].iloc[0]
    described = where(rows, question=question)
    said = [
        words
        for variable in dict.fromkeys(own["measure"])
        if (words := _variable(where(described, measure=variable), labels, str(variable)))
    ]
    start = begin(labels, "At the start")
    first = _people(where(described, statistic="missing"), labels)
    closing = ""
    if labels.design.startswith("randomised"):
        closing = (
            "Chance made the groups, so differences between them at the start are not tested; they "
            "are looked at for their size"
        )
    return paragraph([f"{start} there {first}" if first else start, *said, closing])


def _people(rows: pd.DataFrame, labels: Labels) -> str:
    arms = [maybe(rows, arm=arm) for arm in arms_of(rows, labels)]
    known = [row for row in arms if row is not None and not pd.isna(row.n)]
    people = [
        f"{link(r, count(r.n))} {people_word(r.n)} in {arm_words(labels, r.arm)}" for r in known
    ]
    # The verb goes with the first number, which stands right after it.
    were = "was" if known and known[0].n == 1 else "were"
    return f"{were} {joined(people)}" if people else ""


def _variable(rows: pd.DataFrame, labels: Labels, variable: str) -> str:
    name = prose(variable_label(labels, variable))
    arms = arms_of(rows, labels)
    decimals = decimals_of(labels.measures.get(variable))
    parts = []
    for arm in arms:
        mean = maybe(rows, statistic="mean", arm=arm)
        sd = maybe(rows, statistic="sd", arm=arm)
        if mean is not None:
            spread = f" (SD {link(sd, fixed(sd.value, decimals))})" if sd is not None else ""
            shown = link(mean, fixed(mean.value, decimals))
            parts.append(f"{shown}{spread} in {arm_words(labels, arm)}")
    if parts:
        return f"{name}: mean {joined(parts)}"
    return _category(where(rows, statistic="percent"), labels, name)


def _category(rows: pd.DataFrame, labels: Labels, name: str) -> str:
    levels = list(dict.fromkeys(rows["level"].dropna()))
    if len(levels) != 2:
        # The table holds longer lists of categories; read out, they would not be heard.
        return ""
    shown = [
        f"{link(row, percent(row.value, row.n_observed))} in {arm_words(labels, row.arm)}"
        for row in records(where(rows, level=levels[0]))
    ]
    return f"{name}: {prose(inside(str(levels[0])))} {joined(shown)}"
