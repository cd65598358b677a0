"""A ledger of claims as data: what an article says, and which results bear on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Expected = Literal["less than", "more than", "no more than", "alike"]
# What `than`, `margin` and the row are in; none where a source states a result without a number.
Unit = Literal["SD", "points of 100", "points of 10", "%", "risk ratio", "risk difference"]
# Units that are the name of the number rather than stand after it.
_NAMED: tuple[Unit, ...] = ("risk ratio", "risk difference")
# What the claim would have of a result that is stated without a number, by `expects`.
_OF_TWO: dict[Expected, str] = {
    "less than": "the first does better",
    "more than": "the second does better",
    "no more than": "the first does no worse",
    "alike": "neither does better",
}
Role = Literal["main", "beside"]
Verdict = Literal[
    "supported", "supported in part", "not shown", "contradicted", "not testable here"
]
Certainty = Literal["high", "moderate", "low", "very low", "none"]
# What a comparison can carry: people allocated at random, or something weaker.
Design = Literal[
    "randomised",
    "not all randomised",
    "not randomised",
    "between trials",
    "one arm",
    "published counts",
]
ALLOCATED: tuple[Design, ...] = ("randomised", "not all randomised")


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One result that bears on a claim, and what the claim would have it be.

    Attributes:
        study: key of a plan whose question gives the row.
        question: key of that question.
        row: id of the result row.
        expects, than: what the claim would have the number be, in the unit of the row.
        unit: the unit of the row; None where a source states the result without a number.
        margin: of a number with `no more than`, how much more would still count as no more; with
            `alike`, how much more or less would still count as alike.
        design: what the comparison rests on.
        role: `main` results decide, those `beside` are shown.
        part: key of the part of the claim that a main result tests, where the claim has parts.
    """

    study: str
    question: str
    row: str
    expects: Expected
    than: float
    design: Design
    role: Role = "main"
    unit: Unit | None = None
    margin: float | None = None
    part: str | None = None
    why: str = "not stated"

    @property
    def test(self) -> str:
        """What the claim would have the result be, in words: `less than −15 points of 100`."""
        if self.unit is None:
            return _OF_TWO[self.expects]
        unit = "" if self.unit in _NAMED else f"\N{NO-BREAK SPACE}{self.unit}"
        than = f"{_number(self.than)}{unit}"
        if self.expects == "alike":
            return f"within {_number(self.margin or 0)} of {than}"
        margin = "" if self.margin is None else f", with a margin of {_number(self.margin)}"
        return f"{self.expects} {than}{margin}"


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "\N{MINUS SIGN}")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One claim of an article: its words, what it would mean, and what bears on it.

    Attributes:
        quotation: the claim in a few words.
        means: what would have to be true, in plain words.
        parts: words of its parts by key, where it says several things that must all be true.
        evidence: results that bear on it; none where nothing published here does.
        at_best: the best verdict that evidence of this kind can give.
        limit: why it can give no better one.
        would_change: what would change the verdict.
    """

    quotation: str
    means: str
    would_change: str
    parts: dict[str, str] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    at_best: Verdict = "supported"
    limit: str | None = None


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """The claims of one article."""

    article: str
    claims: dict[str, Claim]
