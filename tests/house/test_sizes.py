"""Small rooms: files of at most 250 lines, functions of at most 60, most under 30."""

from __future__ import annotations

from statistics import quantiles

import pytest

from tests.house.tree import MODULES, PACKAGE, ROOT, functions, parse

FORBIDDEN = {"utils", "helpers", "common", "misc"}


def _length(function) -> int:
    return function.end_lineno - function.lineno + 1


def _lengths() -> list[int]:
    return [_length(f) for path in MODULES for f in functions(parse(path))]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_room_is_small(path):
    lines = path.read_text("utf-8").count("\n")
    assert lines <= 250, f"{path.name} has {lines} lines: would two rooms read better?"
    assert path.stem not in FORBIDDEN
    long = {f.name: _length(f) for f in functions(parse(path)) if _length(f) > 60}
    assert not long


def test_most_functions_are_short():
    deciles = quantiles(_lengths(), n=10)
    assert deciles[4] <= 20
    assert deciles[8] <= 40


def test_the_walk_from_plan_to_sentence_is_true():
    """The files that CONTRIBUTING.md walks through exist: at most eight, each under 250 lines.

    But for the plan, which is as long as what it asks; a reader looks up one question in it.
    """
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    walk = text.split("## The walk from a plan to a sentence")[1].split("\n## ")[0]
    files = [line.split("`")[1] for line in walk.splitlines() if line[:1].isdigit() and "`" in line]
    assert 3 <= len(files) <= 8
    for name in files:
        lines = (ROOT / name).read_text("utf-8").count("\n")
        assert lines < (400 if name.startswith("plans/") else 250), name
