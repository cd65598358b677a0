"""YAML nodes into the dataclasses of the schema; every problem is noted, none stops the reading."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import yaml

from analysis.plan.partial import UNREAD, Partial
from analysis.plan.problem import KeyPath, Problem, key_text, listed, nearest
from analysis.plan.scalars import (
    WHY_STRICT,
    Misread,
    choices,
    kind_text,
    read_choice,
    read_scalar,
    tag,
)

_WHY_UNKNOWN = "A key that nobody reads would look planned and do nothing."
_WHY_TWICE = "Only one of the two values could be used, and nobody would see which."
_WHY_MISSING = "The analysis would rest on a choice that nobody made."


@dataclass
class Notes:
    """What was noted while reading: problems, the line of every key, the defaults used."""

    problems: list[Problem] = field(default_factory=list)
    lines: dict[KeyPath, int] = field(default_factory=dict)
    defaults: list[KeyPath] = field(default_factory=list)

    def problem(self, node: yaml.Node, key: KeyPath, what: str, why: str, do: str) -> None:
        """Note a problem at the line of a node."""
        self.problems.append(Problem(key, what, why, do, node.start_mark.line + 1))

    def located(self, problem: Problem) -> Problem:
        """A problem with the line of its key, or of the nearest key above it."""
        line = self.line(problem.key)
        return Problem(problem.key, problem.what, problem.why, problem.do, line)

    def line(self, key: KeyPath) -> int | None:
        """The line of a key, or of the nearest key above it."""
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines.get(key)


@cache
def kinds(part: type) -> dict[str, Any]:
    """The keys of a part of the schema, each with the type of its value."""
    return get_type_hints(part)


def convert(node: yaml.Node, kind: Any, key: KeyPath, notes: Notes) -> Any:
    """The value of a node as the schema's `kind`, or UNREAD with its problems noted.

    A part of which some keys could not be read is a `Partial`: the rules still judge the others.
    """
    origin = get_origin(kind)
    if origin in (UnionType, Union):  # the latter where one side is a Literal
        if tag(node) == "null":
            return None
        (kind,) = (k for k in get_args(kind) if k is not NoneType)
        return convert(node, kind, key, notes)
    if is_dataclass(kind):
        values = sections(node, kind, key, notes)
        if values is None:
            return UNREAD
        return Partial(kind, values) if UNREAD in values.values() else kind(**values)
    if origin is tuple:
        return _sequence(node, get_args(kind), key, notes)
    if origin is dict:
        return _mapping(node, get_args(kind)[1], key, notes)
    value = read_choice(node, choices(kind)) if origin is Literal else read_scalar(node, kind)
    if isinstance(value, Misread):
        notes.problem(node, key, value.what, WHY_STRICT, value.do)
        return UNREAD
    return value


def sections(node: yaml.Node, part: type, key: KeyPath, notes: Notes) -> dict[str, Any] | None:
    """The values of a part by key, UNREAD where one cannot be read; None if it is no mapping.

    Keys that were left out and have a default are not in the answer: the dataclass adds them.
    """
    pairs = _pairs(node, key, notes)
    if pairs is None:
        return None
    known = kinds(part)
    values: dict[str, Any] = {}
    missing = {f.name for f in fields(part) if f.default is f.default_factory is MISSING}
    missing -= pairs.keys()
    for name, (key_node, value_node) in pairs.items():
        if name in known:
            values[name] = convert(value_node, known[name], (*key, name), notes)
            continue
        near = nearest(name, list(known))
        what = f"There is no key `{name}` here" + (f"; the nearest is `{near}`." if near else ".")
        do = f"Write `{near}` or remove it. " if near else "Remove it. "
        do += f"Known here: {listed(list(known))}."
        notes.problem(key_node, (*key, name), what, _WHY_UNKNOWN, do)
        if near in missing:  # one slip of the pen is one problem
            missing.discard(near)
            values[near] = UNREAD
    for name in (n for n in known if n in missing):
        do = f"Add `{name}:` to {key_text(key)}." if key else f"Add the section `{name}:`."
        what = f"The key `{name}` is missing."
        line = notes.lines.get(key, node.start_mark.line + 1)  # the line of the key above it
        notes.problems.append(Problem(key, what, _WHY_MISSING, do, line))
        values[name] = UNREAD
    notes.defaults += [(*key, n) for n in known if n not in values]
    return values


def _sequence(node: yaml.Node, items: tuple, key: KeyPath, notes: Notes) -> Any:
    open_ended = items[-1] is Ellipsis
    if not isinstance(node, yaml.SequenceNode):
        notes.problem(
            node,
            key,
            f"A list is asked for, and here is {kind_text(node)}.",
            WHY_STRICT,
            "Write a list in square brackets: [first, second].",
        )
        return UNREAD
    if not open_ended and len(node.value) != len(items):
        notes.problem(
            node,
            key,
            f"The list has {len(node.value)} values; {len(items)} are asked for.",
            WHY_STRICT,
            f"Write {len(items)} values: [first, second].",
        )
        return UNREAD
    wanted = [items[0]] * len(node.value) if open_ended else items
    values = []
    for index, (child, kind) in enumerate(zip(node.value, wanted, strict=True)):
        notes.lines[(*key, index)] = child.start_mark.line + 1
        values.append(convert(child, kind, (*key, index), notes))
    return UNREAD if UNREAD in values else tuple(values)


def _mapping(node: yaml.Node, kind: Any, key: KeyPath, notes: Notes) -> Any:
    pairs = _pairs(node, key, notes)
    if pairs is None:
        return UNREAD
    values = {name: convert(child, kind, (*key, name), notes) for name, (_, child) in pairs.items()}
    if is_dataclass(kind):  # what refers to a part must find its key, readable or not
        values = {k: Partial(kind) if v is UNREAD else v for k, v in values.items()}
    refused = len(values) < len(
        {str(each.value) for each, _ in node.value}
    )  # keys that are no words
    return UNREAD if refused or UNREAD in values.values() else values


def _pairs(
    node: yaml.Node, key: KeyPath, notes: Notes
) -> dict[str, tuple[yaml.Node, yaml.Node]] | None:
    """The keys of a mapping with their nodes; keys that repeat or are not text are noted."""
    if not isinstance(node, yaml.MappingNode):
        notes.problem(
            node,
            key,
            f"Keys with values are asked for, and here is {kind_text(node)}.",
            WHY_STRICT,
            "Write `key: value` lines below it, indented by two spaces.",
        )
        return None
    pairs: dict[str, tuple[yaml.Node, yaml.Node]] = {}
    for key_node, value_node in node.value:
        name = read_scalar(key_node, str)
        if isinstance(name, Misread):
            notes.problem(key_node, key, f"A key is not a word. {name.what}", WHY_STRICT, name.do)
            continue
        line = key_node.start_mark.line + 1
        if name in pairs:
            first = pairs[name][0].start_mark.line + 1
            what = f"The key `{name}` stands twice; the first is on line {first}."
            notes.problem(key_node, (*key, name), what, _WHY_TWICE, "Keep one of the two.")
            continue
        notes.lines[(*key, name)] = line
        pairs[name] = (key_node, value_node)
    return pairs
