"""The page that describes a plan names every key of the schema, its values and its default."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from analysis.plan.convert import kinds
from analysis.plan.read import read_plan_text
from analysis.plan.schema import Plan

PAGE = (Path(__file__).parents[2] / "docs" / "methods" / "plan.md").read_text("utf-8")
SCALARS = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    date: "date",
}


def rows(part: type, prefix: str = "") -> Iterator[tuple[str, str, str]]:
    """Every key below a part of the schema: its path, what may stand there, its default."""
    for name, field in zip(kinds(part), fields(part), strict=True):
        kind = kinds(part)[name]
        path = f"{prefix}{name}"
        yield path, values(kind), default(field)
        inner = [k for k in get_args(kind) or (kind,) if is_dataclass(k)]
        for below in inner:
            yield from rows(below, f"{path}{step(kind, name)}.")


def step(kind: Any, name: str) -> str:
    """What stands between a key and the keys of its parts."""
    return {dict: f".<{_one(name)}>", tuple: "[]"}.get(get_origin(kind), "")


def _one(name: str) -> str:
    """One of what a section holds."""
    return "synthesis" if name == "syntheses" else name.removesuffix("s")


def values(kind: Any) -> str:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (UnionType, Union):
        return f"{values(next(k for k in inner if k is not NoneType))}, or null"
    if origin is Literal:
        return "one of " + ", ".join(f"`{word}`" for word in inner)
    if origin is dict:
        return "a key for each" if is_dataclass(inner[1]) else f"a key for each: {values(inner[1])}"
    if origin is tuple and inner[-1] is Ellipsis:
        return "list" if is_dataclass(inner[0]) else f"list: {values(inner[0])}"
    if origin is tuple:
        return f"list of {len(inner)}: {values(inner[0])}"
    return "keys" if is_dataclass(kind) else SCALARS[kind]


def default(field: Field) -> str:
    if field.default is MISSING and field.default_factory is MISSING:
        return "required"
    value = field.default if field.default_factory is MISSING else field.default_factory()
    if value is None:
        return "null"
    if value is True or value is False:
        return str(value).lower()
    if is_dataclass(value):
        return "its defaults"
    if isinstance(value, tuple | dict):
        return f"[{', '.join(value)}]" if value else "none"
    return str(value)


def test_the_table_of_keys_is_the_schema() -> None:
    table = re.findall(r"^\| `([^`]+)` \| (.+?) \| (.+?) \| .+ \|$", PAGE, flags=re.MULTILINE)
    assert table == list(rows(Plan))


def test_every_key_is_explained() -> None:
    meanings = re.findall(r"^\| `[^`]+` \| .+? \| .+? \| (.+) \|$", PAGE, flags=re.MULTILINE)
    assert len(meanings) == len(list(rows(Plan)))
    assert all(len(meaning.split()) >= 2 for meaning in meanings)


def test_the_smallest_example_is_complete() -> None:
    example = re.search(r"```yaml\n(.+?)```", PAGE, flags=re.DOTALL)
    assert example is not None
    plan = read_plan_text(example[1], Path("plans/mystudy.yaml")).plan
    assert [each.estimate for each in plan.questions.values()] == ["flow", "baseline", "change"]
    assert plan.reference == "usual_care"
