"""The plan as it was run: every key written out, with its default where the plan leaves it out."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import yaml

from analysis.plan.lock import plan_hash
from analysis.plan.read import defaults_used
from analysis.plan.saving import save_text
from analysis.plan.schema import Plan


def write_as_run(plan: Plan, path: Path, *, source: Path | None = None) -> None:
    """Write a plan with all its defaults; the same plan gives the same bytes.

    Reading the file back gives an equal plan.

    Args:
        plan: the plan as read.
        path: the file to write, usually `plan_as_run.yaml` in the folder of a run.
        source: the plan file; the keys that it leaves to their defaults are listed at the top.

    Raises:
        PlanError: `source` cannot be read, or `path` cannot be written.
    """
    save_text(as_run_text(plan, defaults_used(source) if source else ()), Path(path))


def as_run_text(plan: Plan, defaults: tuple[str, ...] = ()) -> str:
    """The text of `plan_as_run.yaml`.

    Args:
        plan: the plan as read.
        defaults: the keys that were left to their defaults, from `defaults_used`.
    """
    head = [
        "# The plan as it was run: every key, with its default where the plan leaves it out.",
        f"# Hash of what it says (without lock and amendments): {plan_hash(plan)}",
    ]
    if defaults:
        head += ["# Keys that the plan leaves to their defaults:"]
        head += [f"#   {_one_line(key)}" for key in defaults]
    body = yaml.dump(
        _plain(plan), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100, indent=2
    )
    return "\n".join([*head, "", body])


def _plain(value: Any) -> Any:
    """Dataclasses as mappings in the order of the schema; tuples stay, to be written as lists."""
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(_plain(item) for item in value)
    return value


def _one_line(key: str) -> str:
    return " ".join(key.split())


class _Dumper(yaml.SafeDumper):
    """Short lists on one line, everything else a line a key; no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


def _write_list(dumper: _Dumper, items: tuple) -> yaml.Node:
    flat = not any(isinstance(item, dict | tuple) for item in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=flat)


def _write_number(dumper: _Dumper, number: float) -> yaml.Node:
    # A whole number reads better without its point, and reads back as the same value.
    if number == int(number) and abs(number) < 1e15:
        return dumper.represent_int(int(number))
    return dumper.represent_float(number)


def _write_text(dumper: _Dumper, text: str) -> yaml.Node:
    # YAML takes these for line ends, and would read them back as spaces outside double quotes.
    style = '"' if any(mark in text for mark in "\x85\u2028\u2029") else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _write_text)
_Dumper.add_representer(tuple, _write_list)
_Dumper.add_representer(float, _write_number)
