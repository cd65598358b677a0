"""A plan broken on purpose, and what its reader is told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class BrokenPlan:
    """One broken plan.

    Attributes:
        name: what is wrong, in a few words.
        find, replace: the piece of the good plan and what stands in its place.
        content: the whole file instead, as bytes.
        at: text of the line that the message must name; the replaced line if empty.
        says: what the message must hold.
    """

    name: str
    says: str
    find: str = ""
    replace: str = ""
    content: bytes | None = None
    at: str = ""
    exit_code: int = 10

    def file(self, good: str) -> bytes:
        """The broken file, made from the text of the good plan."""
        if self.content is not None:
            return self.content
        assert self.find in good, f"plans/demo.yaml no longer holds {self.find!r}"
        return good.replace(self.find, self.replace, 1).encode("utf-8")

    def line(self, good: str) -> int | None:
        """The line, from 1, that the message must name; None where there is no such line."""
        at = self.at or self.replace.lstrip("\n").splitlines()[0] if self.at or self.replace else ""
        if not at:
            return None
        text = self.file(good).decode("utf-8")
        return text[: text.index(at)].count("\n") + 1
