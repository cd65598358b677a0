"""Names that a person typed in a notebook, held against those that exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from analysis.errors import UsageError


def known(name: str, names: Iterable[str], what: str) -> str:
    """The name itself, once it is one of the names.

    Args:
        name: as typed.
        names: those that exist.
        what: what is named, in words.

    Raises:
        UsageError: it is none of them; suggests the nearest.
    """
    listed = list(dict.fromkeys(names))
    if name in listed:
        return name
    near = get_close_matches(str(name), listed, n=1)
    raise UsageError(
        f"There is no {what} {name!r}.",
        do=(f"Did you mean {near[0]!r}? " if near else "") + f"There are: {', '.join(listed)}.",
    )
