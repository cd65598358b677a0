"""Shares of people who improved, with the extremes, what chance gives, and real comparators."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
from great_tables import GT

from analysis.show.link import cell, link, papers, sourced
from analysis.show.majority import Share, shares
from analysis.show.means import interval_words
from analysis.show.numbers import count, decimals_of, fixed, span
from analysis.show.select import absent, maybe, one_key, records, where
from analysis.show.tables.dress import dress
from analysis.show.unknown_arms import unknown_arms
from analysis.show.words import arm_label, inside, measure_label, sentence_case
from analysis.terms import Labels


def majority(rows: pd.DataFrame, labels: Labels) -> GT:
    """Each kind of improvement by arm: seen, under two extremes, and compared.

    Args:
        rows: result rows of one question about the majority.
        labels: the study's words.

    Raises:
        ClaimError: no shares.
    """
    used: list[Any] = []
    cells = []
    found = shares(rows, labels)
    measure = measure_label(labels, str(found[0].arms[0].measure))
    for share in found:
        points = fixed(share.needed.value, decimals_of(measure))
        heading = sentence_case(share.words) + (
            f" ({points} {measure.unit})" if share.needed.value > 0 else ""
        )
        for row in share.arms:
            used.append(row)
            cells.append(_line(row, share, rows, heading, labels))
        if share.expected is not None:
            used.append(share.expected)
            cells.append(
                {
                    "group": heading,
                    "row": "Regression to the mean alone",
                    "value": cell(share.expected, f"{fixed(share.expected.value, 0)} %"),
                }
                | dict.fromkeys(("seen", "interval", "extremes", "gap", "ends"), "")
            )
    name = sentence_case(interval_words(rows, one_key(rows, "question")))
    return dress(
        cells,
        used,
        labels,
        name="majority",
        title=f"People whose {inside(measure.label)} had improved",
        headings={
            "row": "Group",
            "seen": "Seen",
            "value": "Improved",
            "interval": name,
            "extremes": "If all others got worse, or better",
            "gap": "Difference in points",
            "ends": name,
        },
        group="group",
        notes=[
            "Percent of the people seen. The extremes are no estimates: they are how far the "
            "people who were not seen could move the share.",
            *[f"{html.escape(str(s.needed.method))}." for s in found if s.needed.value > 0],
            *(f"{words}." for words in unknown_arms(rows, labels)),
        ],
    )


def _line(
    row: Any, share: Share, rows: pd.DataFrame, heading: str, labels: Labels
) -> dict[str, str]:
    """One arm: what was seen, the two extremes, and the difference from the comparator."""
    extremes = [
        each
        for each in records(where(rows, statistic="improved_percent", arm=row.arm))
        if str(each.level).startswith(f"{share.kind}, ")
    ]
    gap = next((d for d in share.differences if d.arm == row.arm), None)
    return {
        "group": heading,
        "row": arm_label(labels, row.arm),
        "seen": link(row, f"{count(row.n_observed)} of {count(row.n)}"),
        "value": cell(row, f"{fixed(row.value, 0)} %"),
        "interval": link(row, span(row.lower, row.upper, 0)),
        "extremes": " to ".join(link(e, fixed(e.value, 0)) for e in extremes),
        "gap": "" if gap is None else link(gap, fixed(gap.value, 0)),
        "ends": "" if gap is None else link(gap, span(gap.lower, gap.upper, 0)),
    }


def benchmark(rows: pd.DataFrame, labels: Labels) -> GT:
    """Real trials: how many had any decrease without the treatment under study.

    Args:
        rows: result rows `benchmark_percent`.
        labels: the study's words.

    Raises:
        ClaimError: no such rows.
    """
    own = records(where(rows, statistic="benchmark_percent"))
    if not own:
        raise absent("<question>.benchmark_percent.<measure>.<arm of a trial>")
    return dress(
        [
            {
                "row": str(row.method).partition(";")[0],
                "n": link(row, count(row.n)),
                "value": cell(row, f"{fixed(row.value, 0)} %"),
                "interval": link(row, span(row.lower, row.upper, 0)),
                "source": sourced(row, str(row.method).partition("; ")[2]),
            }
            for row in own
        ],
        own,
        labels,
        name="benchmark",
        title="How many had any decrease without the treatment, in real trials",
        headings={
            "row": "Condition, group and follow-up",
            "n": "People",
            "value": "Any decrease",
            "interval": sentence_case(interval_words(rows, str(own[0].question))),
            "source": "Source",
        },
        texts=["source"],
        notes=["Real people of published trials; conditions, scales and follow-ups differ."],
    )


def published_shares(rows: pd.DataFrame, labels: Labels) -> GT:
    """Bounds of a published share by group and time: as printed, as counts, and with chance.

    Args:
        rows: result rows `published_low` and its companions.
        labels: the study's words.

    Raises:
        ClaimError: no such rows.
    """
    own = records(where(rows, statistic="published_low"))
    if not own:
        raise absent("<question>.published_low.<week>.<row>")

    def pair(level: str, name: str, decimals: int) -> str:
        ends = [maybe(rows, statistic=f"{name}_{end}", level=level) for end in ("low", "high")]
        return " to ".join(cell(end, fixed(end.value, decimals)) for end in ends)

    return dress(
        [
            {
                "row": sentence_case(labels.studies.get(str(row.level), str(row.level))),
                "n": link(row, count(row.n)),
                "printed": pair(row.level, "published", 0),
                "counts": pair(row.level, "count", 0),
                "chance": pair(row.level, "chance", 0),
            }
            for row in own
        ],
        own,
        labels,
        name="published-shares",
        title="People with a decrease, as far as it is printed",
        headings={
            "row": "Group and week",
            "n": "People",
            "printed": "Printed, percent",
            "counts": "People that this can be",
            "chance": "With chance, percent",
        },
        notes=[f"{papers(words)}." for words in dict.fromkeys(str(r.method) for r in own)],
    )
