"""How the words of a figure end: what is not as planned, and what is simulated, is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.show.link import is_planned
from analysis.show.whose import words_for
from analysis.terms import Labels


def closed(parts: Sequence[str], labels: Labels, used: Sequence[Any] = ()) -> str:
    """The parts of a description as sentences.

    Args:
        parts: what is drawn, then its main numbers.
        labels: the study's words.
        used: the result rows that the parts tell; a departure from the plan is said,
            and published trials are not called simulated.
    """
    labels = words_for(labels, used)
    parts = [*parts, *([] if all(is_planned(row) for row in used) else ["Not as planned"])]
    parts += [labels.stamp] if labels.stamp else []
    return ". ".join(parts) + "."
