"""Where an exception arose, in words that may be shared."""

from __future__ import annotations

import traceback
from pathlib import Path


def frames(error: BaseException) -> str:
    """The places an exception came through, a line each, and its kind.

    Its words are left out, as they may hold a participant's value, and so are absolute paths.
    """
    package = Path(__file__).parents[1]
    lines = []
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        ours = path.is_relative_to(package)
        place = path.relative_to(package.parent) if ours else Path(*path.parts[-2:])
        lines.append(f"{place.as_posix()}:{frame.lineno} in {frame.name}")
    return "\n".join([*lines, type(error).__name__, ""])
