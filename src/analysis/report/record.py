"""What the report is told of a chapter that was run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class ChapterRecord:
    """A chapter that was run: from which notebook, with which parameters, when and how long."""

    name: str
    notebook: Path
    parameters: Mapping[str, object]
    started: str
    seconds: float
