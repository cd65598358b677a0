"""The papers behind a result: the last hop from a row of the ledger to what was read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from analysis.result.record import Result

# The rows of each question that claims rest on, by study and question.
Answers = Mapping[tuple[str, str], Sequence[Result]]
# A place where a figure was read, as the method of a row tells it.
PLACE = re.compile(r"(?:doi:|https?://)[^\s;,]+")
SINGLE = ("effect", "contrast")


def papers(row: Result | None, rows: Sequence[Result]) -> str:
    """Where the figures behind a result were read, in words; empty where the row names its paper.

    Args:
        row: a result, such as a pool; None where it is not there.
        rows: all rows of its question. Effects behind a pool have its key, a colon and their own
            key as their level; a difference of two pools has both keys.
    """
    if row is None or PLACE.search(row.method or ""):
        return ""
    keys = str(row.level or "").split(" minus ")
    behind = [
        each
        for each in rows
        if each.statistic in SINGLE and str(each.level).partition(":")[0] in keys
    ]
    places = dict.fromkeys(
        found[0] for each in behind if (found := PLACE.search(each.method or "")) is not None
    )
    if not places:
        return ""
    count = len({str(each.level).partition(":")[2] for each in behind})
    return f"{count} effects, read in {', '.join(places)}"
