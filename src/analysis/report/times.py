"""The one list of what may differ between two identical runs: when they ran, and how long it took.

Everything else in a run folder is the same to the last byte for the same inputs: whatever the
folder of the project is called, in whatever order the workers finish, and for any seed of Python's
hashing. Hidden files are no part of a run: in them the runner notes what is up to date.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

# By file: keys of JSON, a dot leading inwards; `*` stands for every item.
TIMES = {
    "provenance.json": ("times",),
    "status.json": ("finished", "seconds"),
    "moved.json": ("compared_with.started",),
    "ro-crate-metadata.json": (
        "@graph.*.datePublished",
        "@graph.*.startTime",
        "@graph.*.endTime",
    ),
}
# In pages: the elements that hold a time.
_IN_PAGES = re.compile(rb'<time.*?</time>|<span class="took">.*?</span>', re.DOTALL)


def holds_times(name: str) -> bool:
    """Whether a file of a run folder holds a time, so that its hash says nothing about a repeat."""
    return Path(name).name in TIMES or name.endswith(".html")


def without_times(name: str, content: bytes) -> bytes:
    """The bytes of a file of a run folder that two identical runs share.

    Args:
        name: its name; a file that holds no time is returned as it is.
        content: all of it.
    """
    if name.endswith(".html"):
        return _IN_PAGES.sub(b"", content)
    keys = TIMES.get(Path(name).name)
    if keys is None:
        return content
    said = json.loads(content)
    for key in keys:
        _drop(said, key.split("."))
    return json.dumps(said, indent=1, ensure_ascii=False).encode()


def _drop(said: object, path: list[str]) -> None:
    first, *rest = path
    if first == "*" and isinstance(said, list):
        for item in said:
            _drop(item, rest)
    elif isinstance(said, dict) and first in said:
        if rest:
            _drop(said[first], rest)
        else:
            del said[first]
