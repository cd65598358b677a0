"""Reading a batch file, as strictly as a plan: all problems at once, each with its line and key."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.errors import PlanError, UsageError
from analysis.plan.convert import Notes, sections
from analysis.plan.partial import UNREAD, Partial
from analysis.plan.places import name_fault, safe_name
from analysis.plan.problem import KeyPath, Problem, key_text, listed, nearest, shown_path
from analysis.plan.source import compose, read_text
from analysis.run.batch.schema import Batch, Grid
from analysis.run.folder import FAILED

FOLDER = "batches"
_WHY_BOUND = "a bound that can never hold would stop everything or nothing"
_WHY_EMPTY = "what is empty would run nothing, and nobody would see it"


def batch_path(name_or_path: str, root: Path) -> Path:
    """The batch file that is meant by a name (`shipped`) or a path (`plans/batches/shipped.yaml`).

    Raises:
        UsageError: there is none; names the nearest.
    """
    folder = root / "plans" / FOLDER
    typed = Path(name_or_path)
    if typed.suffix == ".yaml" or len(typed.parts) > 1:
        found = next((p for p in (typed, root / typed) if p.is_file()), root / typed)
    else:
        found = folder / f"{safe_name(name_or_path, 'batch')}.yaml"
    if found.is_file():
        safe_name(found.stem, "batch")
        return found
    known = sorted(path.stem for path in folder.glob("*.yaml"))
    near = nearest(found.stem, known)
    there = f"There are: {listed(known)}." if known else "The folder holds none yet."
    raise UsageError(
        f"There is no batch file {shown_path(found)}.",
        where=f"plans/{FOLDER}",
        do=(f"Did you mean `{near}`? " if near else "") + there,
    )


def read_batch(path: Path) -> tuple[Batch, Notes]:
    """The batch of a file, and the lines of its keys.

    Raises:
        UsageError: lists every problem with its line and key.
    """
    file, notes = shown_path(path), Notes()
    try:
        node = compose(read_text(path), file)
    except PlanError as error:
        raise _unreadable(error) from None
    read = sections(node, Batch, (), notes) or {}
    batch = Batch(**({"label": ""} | _readable(read)))
    found = _rules(batch)
    if notes.problems:
        # What could not be read may be what the batch would run.
        found = [each for each in found if each.key != ("planned",)]
    problems = [*notes.problems, *map(notes.located, found)]
    if problems:
        raise batch_error(problems, file)
    return batch, notes


def _readable(values: dict[str, Any]) -> dict[str, Any]:
    """What could be read as a whole; the rules judge it beside what could not."""
    whole = {k: _readable(v) if isinstance(v, dict) else v for k, v in values.items()}
    return {k: v for k, v in whole.items() if v is not UNREAD and not isinstance(v, Partial)}


def batch_error(problems: Sequence[Problem], file: str) -> UsageError:
    """All problems of a batch file as one error, in the order of the file."""
    lines = []
    for number, each in enumerate(sorted(problems, key=lambda p: p.line or 0), start=1):
        place = f"line {each.line or '?'}" + (f", {key_text(each.key)}" if each.key else "")
        lines.append(f"  {number}. {place}: {each.what}")
        lines.append(f"     Do: {each.do}")
    many = f"{len(problems)} problems" if len(problems) > 1 else "a problem"
    return UsageError(
        "\n".join([f"The batch file {file} has {many}:", *lines]),
        where=file,
        why="Nothing was started: a batch that does other than it says wastes a night.",
        do="Correct each place above and type the command again.",
    )


def _unreadable(error: PlanError) -> UsageError:
    """The error of a file that is no YAML, in the words of a batch."""
    shown = {"The plan": "The batch file", "plans/demo.yaml": f"plans/{FOLDER}/shipped.yaml"}
    shown |= {"this is the plan": "this is the batch file", "a plan": "a batch file"}
    what, do = error.what, error.do
    for word, ours in shown.items():
        what, do = what.replace(word, ours), do.replace(word, ours)
    why = "Nothing can be run from a file that cannot be read."
    return UsageError(what, where=error.where, why=why, do=do)


def _rules(batch: Batch) -> list[Problem]:
    found = [_unsafe(("run",), batch.run)] if name_fault(batch.run) else []
    if batch.run.endswith(FAILED):
        do = "Choose another name."
        found.append(Problem(("run",), f"Names in `{FAILED}` keep failed attempts.", "", do))
    bounds = {
        ("timeout", "cell"): batch.timeout.cell,
        ("timeout", "notebook"): batch.timeout.notebook,
        ("stop_after",): batch.stop_after,
    }
    for key, value in bounds.items():
        if value is not None and value < 1:
            do = "Write 1 or more, or leave it out."
            found.append(Problem(key, f"{value} is not 1 or more.", _WHY_BOUND, do))
    if not 0 <= batch.retries <= 10:
        do = "Write 0 to 10."
        found.append(Problem(("retries",), f"{batch.retries} retries.", _WHY_BOUND, do))
    for key, names in (("studies", batch.studies), ("chapters", batch.chapters)):
        if names == ():
            do = "Name some in square brackets, or leave it out for all."
            found.append(Problem((key,), "The list is empty.", _WHY_EMPTY, do))
    if not batch.planned and not batch.grids:
        do = "Add a grid, or leave `planned` out."
        found.append(Problem(("planned",), "The batch runs nothing.", _WHY_EMPTY, do))
    for name, grid in batch.grids.items():
        found += _grid_rules(("grids", name), name, grid)
    return found


def _grid_rules(key: KeyPath, name: str, grid: Grid) -> list[Problem]:
    found = [_unsafe(key, name)] if name_fault(name) else []
    if not grid.each and not grid.listed:
        do = "Write values under `each:` or combinations under `listed:`."
        found.append(Problem(key, "The grid has no values.", _WHY_EMPTY, do))
    for parameter, values in (grid.each or {}).items():
        place = (*key, "each", parameter)
        if not values:
            do = "Write its values in square brackets, or remove it."
            found.append(Problem(place, "The list is empty.", _WHY_EMPTY, do))
        if len(set(values)) < len(values):
            do = "Write each value once."
            found.append(Problem(place, "A value stands twice.", "it would run twice", do))
    for number, values in enumerate(grid.listed):
        if not values:
            do = "Write its values, such as {week: 8}, or remove it."
            what = "The combination has no values."
            found.append(Problem((*key, "listed", number), what, _WHY_EMPTY, do))
    if not grid.chapters:
        do = "Name the chapters that take these values."
        found.append(Problem((*key, "chapters"), "The list is empty.", _WHY_EMPTY, do))
    if grid.studies == ():
        do = "Name some in square brackets, or leave it out for those of the batch."
        found.append(Problem((*key, "studies"), "The list is empty.", _WHY_EMPTY, do))
    return found


def _unsafe(key: KeyPath, name: str) -> Problem:
    do = "Use letters a to z, digits, `_`, `-` and `.`."
    why = "names become folders"
    return Problem(key, f"This name cannot be used: {name_fault(name)}.", why, do)
