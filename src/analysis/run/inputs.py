"""What a chapter's results depend on, by content: it is up to date while all of it is the same."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from analysis.plan.lock import plan_hash
from analysis.plan.schema import Plan
from analysis.report.environment import environment
from analysis.report.hashing import (
    content_hash,
    file_hash,
    notebook_hash,
    source_hashes,
)
from analysis.report.received import data_hashes

PACKAGE = Path(__file__).parents[1]
# In the words of a person who asks why something runs again.
WORDS = {
    "chapter": "the chapter",
    "parameters": "its parameters",
    "plan": "the plan",
    "data": "the data",
    "program": "the program",
    "environment": "the environment",
    "seed": "the seed",
}


class Inputs:
    """The hashes of a project's inputs as they are now; each file is read once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._chapters: dict[Path, str] = {}
        self._plans: dict[str, str] = {}
        self._studies: dict[str, dict[str, object]] = {}

    @cached_property
    def _common(self) -> dict[str, object]:
        found = environment(self._root)
        return {"program": content_hash(source_hashes(PACKAGE)), "environment": found["sha256"]}

    def of_chapter(
        self, plan: Plan, notebook: Path, parameters: Mapping[str, object]
    ) -> dict[str, object]:
        """The inputs of a chapter of a study: a hash a kind, the parameters and the seed."""
        if notebook not in self._chapters:
            self._chapters[notebook] = notebook_hash(notebook)
        return {
            "chapter": self._chapters[notebook],
            "parameters": dict(parameters),
            **self._study(plan),
            **self._common,
        }

    def of_report(self, plan: Plan, run: str, chapters: Mapping[str, Mapping]) -> str:
        """One hash of what a bound report depends on: its chapters' inputs and the plan's file."""
        name = plan.study.name
        if name not in self._plans:
            self._plans[name] = file_hash(self._root / "plans" / f"{name}.yaml")
        return content_hash([run, self._plans[name], dict(chapters), self._common])

    def _study(self, plan: Plan) -> dict[str, object]:
        name = plan.study.name
        if name not in self._studies:
            data = data_hashes(plan, self._root)
            self._studies[name] = {
                "plan": plan_hash(plan),
                "data": content_hash(data),
                "seed": plan.seed,
            }
        return self._studies[name]


def changed(before: Mapping[str, object], now: Mapping[str, object]) -> str:
    """Which inputs differ, in words: `the data and the plan changed`; empty if none does."""
    kinds = [words for kind, words in WORDS.items() if before.get(kind) != now[kind]]
    return f"{' and '.join(kinds)} changed" if kinds else ""
