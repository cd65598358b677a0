"""What a question asks, attribute by attribute."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from great_tables import GT

from analysis.show.tables.dress import dress
from analysis.terms import Labels


def estimand(words: Sequence[tuple[str, str]], labels: Labels, name: str) -> GT:
    """The attributes of an estimand and their words as a table.

    Args:
        words: attribute and words, in the order of reading.
        labels: the study's words.
        name: the key of the question, for the table's id.
    """
    table = dress(
        [{"row": attribute, "words": escape(said)} for attribute, said in words],
        [],
        labels,
        name=f"estimand-{name}",
        title="What is asked",
        headings={"row": "Attribute", "words": "In this study"},
    )
    return table.cols_align("left", columns="words")
