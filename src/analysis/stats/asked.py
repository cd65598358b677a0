"""What the caller of a fit from chunks named, before any row is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .arguments import declared_levels, refuse_no_name
from .formula import parse_formula, sides

Levels = Mapping[str, Sequence[object]]


@dataclass(frozen=True)
class Asked:
    """What the caller named.

    levels: column to its levels, reference first; of the visits, in their order.
    """

    formula: str
    subject: str
    visit: str
    group: str | None
    weights: str | None
    levels: Levels

    @property
    def sides(self) -> tuple[list[str], list[str]]:
        """The columns left and right of the formula's ~."""
        return sides(parse_formula(self.formula))

    @property
    def columns(self) -> list[str]:
        """Every column that is read."""
        left, right = self.sides
        also = [self.subject, self.visit, self.group, self.weights]
        return list(dict.fromkeys([*left, *right, *[name for name in also if name]]))


def read_asked(
    formula: str,
    subject: str,
    visit: str,
    group: str | None,
    weights: str | None,
    levels: Levels | None,
) -> Asked:
    """The arguments, each of its kind.

    Raises:
        UsageError: a column that is not named as text, or levels that are none.
    """
    for value, where in ((subject, "subject"), (visit, "visit")):
        refuse_no_name(value, where)
    for value, where in ((group, "group"), (weights, "weights")):
        refuse_no_name(value, where, needed=False)
    return Asked(formula, subject, visit, group, weights, declared_levels(levels))
