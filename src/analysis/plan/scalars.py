"""One value of a plan: text, number, date, true or false; read as written, never converted.

YAML guesses what an unquoted word is (`no` becomes false, `0700` an octal number, `1:30` a number
of base 60). A plan is not guessed at: a value of another kind than its key asks for is refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

import yaml

from analysis.plan.problem import listed, nearest

WHY_STRICT = "A value that is guessed at could change the analysis unseen."
_DIGITS = 20
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][-+]?[0-9]+)?|[-+]?\.[0-9]+")
_KINDS = {
    "bool": "true or false",
    "int": "a number",
    "float": "a number",
    "null": "nothing",
    "timestamp": "a date",
    "str": "text",
    "seq": "a list",
    "map": "a group of keys",
}


@dataclass(frozen=True)
class Misread:
    """Why a node is not the value that its key asks for, and what to do."""

    what: str
    do: str


class Plain(str):
    """A plain value as it is written; who reads it decides its kind."""

    __slots__ = ()


def tag(node: yaml.Node) -> str:
    """What YAML takes a node for: str, int, float, bool, null, timestamp, seq or map."""
    return node.tag.rsplit(":", 1)[-1]


def kind_text(node: yaml.Node) -> str:
    """What YAML takes a node for, in words."""
    return _KINDS.get(tag(node), "something else")


def read_scalar(node: yaml.Node, kind: type) -> Any | Misread:
    """The value of a node as `kind` (str, int, float, bool or date), or why it is none."""
    if not isinstance(node, yaml.ScalarNode):
        return Misread(
            f"Here is {kind_text(node)}, where {_ASKED[kind]} is asked for.",
            f"Write {_ASKED[kind]}; a text that begins with a bracket goes in quotes.",
        )
    if tag(node) == "null" and kind not in (str, Plain):
        return Misread("The value is empty.", f"Write {_ASKED[kind]}.")
    return _READERS[kind](node)


def read_choice(node: yaml.Node, allowed: tuple[str, ...]) -> str | Misread:
    """The value of a node where only some words are allowed, or why it is none."""
    value = read_scalar(node, str)
    if isinstance(value, Misread) or value in allowed:
        return value
    near = nearest(value, allowed)
    return Misread(
        f"`{_start(value)}` is not one of the allowed words"
        + (f"; the nearest is `{near}`." if near else "."),
        f"Write one of {listed(allowed)}.",
    )


def choices(kind: Any) -> tuple[str, ...]:
    """The allowed words of a `Literal` type."""
    return get_args(kind)


def _start(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:80]}..."


def _plain(node: yaml.ScalarNode) -> bool:
    return not node.style  # None or "" by the parser; else the quote or the sign of a block


def _text(node: yaml.ScalarNode) -> str | Misread:
    if tag(node) == "null":
        return Misread(
            "The text is empty.", 'Write the text; the word null goes in quotes: "null".'
        )
    if tag(node) != "str":
        return Misread(
            f"YAML reads `{_start(node.value)}` without quotes as {kind_text(node)}; "
            "text is asked for.",
            f'Put it in quotes: "{_start(node.value)}".',
        )
    if not node.value.strip():
        return Misread("The text is empty.", "Write the text, or leave the key out if it may be.")
    if any("\ud800" <= letter <= "\udfff" for letter in node.value):
        return Misread("The text holds half a character.", "Write the character itself.")
    return node.value


def _integer(node: yaml.ScalarNode) -> int | Misread:
    if _plain(node) and _INTEGER.fullmatch(node.value):
        if len(node.value) > _DIGITS:
            return Misread(f"The number has more than {_DIGITS} digits.", "Write fewer digits.")
        return int(node.value)
    do = "Write digits only, without quotes, such as 16."
    if _plain(node) and _DECIMAL.fullmatch(node.value):
        return Misread(
            f"`{_start(node.value)}` is a decimal number, and a whole number is asked for.",
            do if float(node.value) % 1 else f"Write {float(node.value):.0f}.",
        )
    return Misread(_other(node, "a whole number"), do)


def _number(node: yaml.ScalarNode) -> float | Misread:
    if _plain(node) and _DECIMAL.fullmatch(node.value) and math.isfinite(float(node.value)):
        return float(node.value)
    return Misread(
        _other(node, "a number"), "Write a number without quotes and with a point, such as 2.5."
    )


def _truth(node: yaml.ScalarNode) -> bool | Misread:
    if _plain(node) and node.value in ("true", "false"):
        return node.value == "true"
    if tag(node) == "bool":
        written = node.value.lower() in ("yes", "on", "true", "y")
        return Misread(
            f"`{node.value}` means true or false in some readers of YAML and text in others.",
            f"Write {'true' if written else 'false'}.",
        )
    return Misread(_other(node, "true or false"), "Write true or false, without quotes.")


def _date(node: yaml.ScalarNode) -> date | Misread:
    wrong = Misread(_other(node, "a date"), "Write year-month-day without quotes: 2026-01-31.")
    if not _plain(node) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", node.value):
        return wrong
    try:
        return date.fromisoformat(node.value)
    except ValueError:
        return wrong


def _as_written(node: yaml.ScalarNode) -> Plain:
    named = {"null": "None", "true": "True", "false": "False"} if _plain(node) else {}
    return Plain(named.get(node.value, node.value))


def _other(node: yaml.ScalarNode, asked: str) -> str:
    quoted = " in quotes" if node.style in ("'", '"') else ""
    return f"`{_start(node.value)}`{quoted} is not {asked}."


_ASKED: dict[type, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date",
    Plain: "a plain value",
}
_READERS: dict[type, Callable[[yaml.ScalarNode], Any]] = {
    str: _text,
    int: _integer,
    float: _number,
    bool: _truth,
    date: _date,
    Plain: _as_written,
}
