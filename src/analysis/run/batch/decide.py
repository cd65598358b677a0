"""What of a planned run is to be done, and why: everything that is up to date is left alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.run import finished, folder
from analysis.run.batch.layout import Layout, PlannedRun
from analysis.run.finished import Note
from analysis.run.inputs import Inputs, changed
from analysis.run.parameters import Value


@dataclass(frozen=True, kw_only=True)
class Step:
    """A chapter of a run.

    Attributes:
        parameters: the values it is given.
        inputs: what its results depend on, as of now.
        note, place: what was noted of it and the folder that holds it, if it is kept.
        reason: why it is to run; empty if it is kept.
    """

    chapter: str
    parameters: Mapping[str, Value]
    inputs: Mapping[str, object]
    note: Note | None = None
    place: Path | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A planned run with what is to be done: chapters to run, or only the report to bind.

    Attributes:
        bound: the hash of what the report depends on; empty where the plan is broken.
        reason: why the report is bound; empty if all is up to date.
    """

    run: PlannedRun
    good: Path
    steps: Sequence[Step]
    bound: str
    reason: str

    @property
    def to_run(self) -> list[Step]:
        """The chapters that are to run."""
        return [step for step in self.steps if step.reason]


def decide(
    layout: Layout, runs: Sequence[PlannedRun], root: Path, since: str | None = None
) -> list[Decision]:
    """What is to be done of each run.

    Args:
        layout: the batch.
        runs: those of its runs that were asked for.
        root: the project folder.
        since: what was begun before this time is run again, up to date or not; None is nothing.
    """
    inputs = Inputs(root)
    return [_decide(layout, run, root, inputs, since) for run in runs]


def _decide(
    layout: Layout, run: PlannedRun, root: Path, inputs: Inputs, since: str | None
) -> Decision:
    good, plan = folder.run_folder(root, run.study, run.run), layout.plans.get(run.study)
    if plan is None:
        return Decision(run=run, good=good, steps=(), bound="", reason="the plan is broken")
    wanted = {
        name: inputs.of_chapter(plan, layout.notebooks[name], given)
        for name, given in run.chapters.items()
    }
    places = [folder.building_folder(good), folder.failed_folder(good), good]
    places = [place for place in places if place.is_dir()]
    failed = _failed(folder.failed_folder(good)) if places else {}
    steps = [
        _step(name, given, wanted[name], places, failed, since)
        for name, given in run.chapters.items()
    ]
    bound = inputs.of_report(plan, run.run, wanted)
    return Decision(
        run=run, good=good, steps=steps, bound=bound, reason=_why_bind(steps, good, bound)
    )


def _step(
    chapter: str,
    given: Mapping[str, Value],
    inputs: Mapping[str, object],
    places: Sequence[Path],
    failed: Mapping[str, str],
    since: str | None,
) -> Step:
    common = {"chapter": chapter, "parameters": given, "inputs": inputs}
    reason = f"failed before: {failed[chapter]}" if chapter in failed else "new"
    for place in reversed(places):
        note = finished.read_note(place, chapter)
        if note is None or (since is not None and note.started <= since):
            continue
        difference = changed(note.inputs, inputs)
        if not difference and finished.whole(place, note):
            return Step(**common, note=note, place=place)
        if chapter not in failed:
            reason = difference or "its files were changed or are missing"
    if since is not None:
        reason = "asked for by --fresh"
    return Step(**common, reason=reason)


def _why_bind(steps: Sequence[Step], good: Path, bound: str) -> str:
    if any(step.reason for step in steps):
        return "chapters are run"
    if any(step.place != good for step in steps):
        return "it was stopped before its report was bound"
    return finished.why_not_bound(good, bound)


def _failed(place: Path) -> dict[str, str]:
    """The chapters that failed in the last attempt, and how."""
    try:
        status = json.loads((place / folder.STATUS).read_text(encoding="utf-8"))
        return {each["stage"]: each["kind"] for each in status["failures"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
