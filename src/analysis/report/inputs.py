"""Which inputs differ between two runs: data, plan, chapters, program, packages, machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import nbformat
import yaml

from analysis.report.provenance import outdated

PLAN = "plan_as_run.yaml"
LONGEST = 80
_SEED = "seed"
_INJECTED = "injected-parameters"
_OLDER = "its former results were older than the run they stood in, before a change of: "


@dataclass(frozen=True, kw_only=True)
class InputChange:
    """One input that differs.

    Attributes:
        kind: ``data``, ``plan``, ``seed``, ``chapter``, ``parameter``, ``program``, ``package``,
            ``Python``, ``system`` or ``kept chapter``.
        name: the file, the plan's key, the chapter's or the package's name.
        change: ``changed``, ``added`` or ``removed``.
        place: where in it: lines and column of a table, cells of a notebook; empty where it is the
            whole.
        before, after: what it was and is, where that is no data of a person; else None.
    """

    kind: str
    name: str
    change: str
    place: str = ""
    before: str | None = None
    after: str | None = None


def changed_inputs(
    before: Path, after: Path, was: Mapping, now: Mapping, data: Sequence[InputChange]
) -> tuple[InputChange, ...]:
    """All inputs that differ between two runs, the data first.

    Args:
        before: the folder of the former run.
        after: the folder of the present run.
        was: provenance of the former run.
        now: provenance of the present run.
        data: what changed in the raw data.
    """
    return tuple(
        chain(
            data,
            _plan(before, after, was, now),
            _chapters(before, after, was, now),
            _mapped("program", _files(was), _files(now), tell=False),
            _mapped("package", _packages(was), _packages(now)),
            _single("Python", was, now, "implementation", "python"),
            _single("system", was, now, "system"),
            _kept(was),
        )
    )


def _plan(before: Path, after: Path, was: Mapping, now: Mapping) -> list[InputChange]:
    if was["plan"]["content"] == now["plan"]["content"]:
        return []
    try:
        texts = [(folder / PLAN).read_text(encoding="utf-8") for folder in (before, after)]
    except OSError:
        return [InputChange(kind="plan", name=now["plan"]["file"], change="changed")]
    former, present = (dict(_flat(yaml.safe_load(text))) for text in texts)
    found = _mapped("plan", former, present)
    return [_as_seed(change) if change.name == _SEED else change for change in found]


def _as_seed(change: InputChange) -> InputChange:
    return InputChange(**(vars(change) | {"kind": _SEED}))


def _flat(content: object, key: str = "") -> list[tuple[str, str]]:
    """Every value of a plan by its key, as `estimands.primary.variable.week`."""
    if isinstance(content, dict) and content:
        parts = ((f"{key}.{name}" if key else str(name), item) for name, item in content.items())
    elif isinstance(content, list) and any(isinstance(item, dict) for item in content):
        parts = ((f"{key}[item {place}]", item) for place, item in enumerate(content, 1))
    elif isinstance(content, list):
        return [(key, _short(", ".join(map(str, content))))]
    else:
        return [(key, _short("not set" if content is None else str(content)))]
    return [pair for name, item in parts for pair in _flat(item, name)]


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def _chapters(before: Path, after: Path, was: Mapping, now: Mapping) -> list[InputChange]:
    former, present = was["chapters"], now["chapters"]
    found = _mapped("chapter", dict.fromkeys(former, ""), dict.fromkeys(present, ""), tell=False)
    for name in (name for name in present if name in former):
        if former[name]["sha256"] != present[name]["sha256"]:
            place = _cells(before / "chapters" / f"{name}.ipynb", after / "chapters")
            found.append(InputChange(kind="chapter", name=name, change="changed", place=place))
        given = [_given(chapter[name]["parameters"]) for chapter in (former, present)]
        found += _mapped("parameter", *given, of=f"{name}: ", absent="as planned")
    return found


def _given(parameters: Mapping) -> dict[str, str]:
    return {name: str(value) for name, value in parameters.items() if value is not None}


def _cells(former: Path, chapters: Path) -> str:
    """Which cells of a notebook differ, by their place in the present one."""
    try:
        then, now = (_sources(path) for path in (former, chapters / former.name))
    except (OSError, ValueError):
        return ""
    places = {name: place for place, name in enumerate(now, 1)}
    words = [f"cell {places[n]} ({n})" for n, said in now.items() if then.get(n) != said]
    words += [f"cell {name} is gone" for name in then if name not in now]
    return ", ".join(words) or "its tags or the order of its cells"


def _sources(path: Path) -> dict[str, tuple[str, str]]:
    cells = nbformat.read(path, as_version=4).cells
    return {cell.id: (cell.cell_type, cell.source) for cell in cells if cell.id != _INJECTED}


def _files(noted: Mapping) -> dict[str, str]:
    program = noted["program"]
    return program.get("files") or {"the program's source": program["sha256"]}


def _packages(noted: Mapping) -> Mapping[str, str]:
    return noted["environment"]["packages"]


def _single(kind: str, was: Mapping, now: Mapping, *keys: str) -> list[InputChange]:
    then, present = (" ".join(noted["environment"][key] for key in keys) for noted in (was, now))
    return _mapped(kind, {kind: then}, {kind: present})


def _mapped(
    kind: str,
    was: Mapping[str, str],
    now: Mapping[str, str],
    *,
    tell: bool = True,
    of: str = "",
    absent: str | None = None,
) -> list[InputChange]:
    """What came, went or changed in a mapping; `tell` also what it was and is."""
    found = []
    for name in dict.fromkeys([*was, *now]):
        if was.get(name) == now.get(name):
            continue
        both = name in was and name in now
        change = "changed" if both or absent else "added" if name in now else "removed"
        told = (was.get(name, absent), now.get(name, absent)) if tell else (None, None)
        found.append(
            InputChange(kind=kind, name=of + name, change=change, before=told[0], after=told[1])
        )
    return found


def _kept(was: Mapping) -> list[InputChange]:
    """Chapters of the former run that were older than its inputs say."""
    return [
        InputChange(
            kind="kept chapter", name=name, change="changed", place=_OLDER + ", ".join(kinds)
        )
        for name, kinds in outdated(was).items()
    ]
