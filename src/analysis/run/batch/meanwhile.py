"""What changes while a batch runs: a plan, data or a chapter, and the program itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from analysis.errors import BatchError, UsageError
from analysis.plan.schema import Plan
from analysis.report.hashing import notebook_hash
from analysis.run import finished, folder
from analysis.run.batch.decide import Decision, Step, decide
from analysis.run.batch.layout import Layout
from analysis.run.batch.points import unplanned
from analysis.run.inputs import WORDS, Inputs, changed
from analysis.run.plans import read_plans
from analysis.run.study_run import StudyRun

# What the batch and its workers have loaded and cannot load anew.
_LOADED = ("program", "environment")


def as_of_now(layout: Layout, decision: Decision, root: Path, since: str | None) -> Decision:
    """What is to be done of a run that is about to begin, by its inputs as they are now.

    Args:
        layout: the batch.
        decision: of when the batch began.
        root: the project folder.
        since: as in `decide`.

    Raises:
        UsageError: a chapter was removed, or the plan has its week or measure no more.
        BatchError: the program changed since.
    """
    run, now = decision.run, Inputs(root)
    plans, _ = read_plans([run.study], root)
    if run.study not in plans or not decision.steps:
        # A plan that was broken since is told by the run's first stage.
        return decision
    plan, found, wanted = plans[run.study], [], {}
    for step in decision.steps:
        _refuse_unplanned(plan, step, run.place)
        inputs = _inputs(now, plan, layout.notebooks[step.chapter], step.parameters)
        if inputs is None:
            raise UsageError(
                f"The chapter {step.chapter} cannot be read any more.",
                where=f"notebooks/{layout.notebooks[step.chapter].name}",
                why="it was there when the batch began, and this run asks for it",
                do="put it back, or leave it out of the batch, and type the same command",
            )
        _refuse_new_program(step.inputs, inputs, layout)
        found.append(changed(step.inputs, inputs))
        wanted[step.chapter] = inputs
    if not any(found):
        # A comment in the plan changes no result, but the report says which file it was.
        return replace(decision, bound=now.of_report(plan, run.run, wanted))
    (made,) = decide(replace(layout, plans={**layout.plans, **plans}), [run], root, since)
    # A run that is up to date after all is bound again, as it was announced.
    return made if made.reason else replace(made, reason=decision.reason)


def _inputs(now: Inputs, plan: Plan, notebook: Path, parameters: Mapping) -> dict | None:
    """The inputs of a chapter as they are; None where its notebook cannot be read."""
    try:
        return now.of_chapter(plan, notebook, parameters)
    except (OSError, ValueError, KeyError, TypeError):
        if _readable(notebook):
            raise
        return None


def _readable(notebook: Path) -> bool:
    try:
        notebook_hash(notebook)
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return True


def _refuse_unplanned(plan: Plan, step: Step, place: str) -> None:
    """A plan may have lost the week or measure that a run is about."""
    for problem in unplanned(plan, step.parameters, ()):
        raise UsageError(
            problem.what, where=f"{folder.REPORTS}/{place}", why=problem.why, do=problem.do
        )


def changed_on_the_way(layout: Layout, study: StudyRun) -> str:
    """What of a run's inputs changed while it was made, in words; empty if nothing did.

    Nor are results of it that another process wrote: a worker of a cluster ends the chapter that it
    has in hand also when its batch was stopped, perhaps when the next one is under way.

    Raises:
        BatchError: the program changed.
    """
    now, (plans, _) = Inputs(study.root), read_plans([study.name], study.root)
    for job in study.jobs:
        if study.name not in plans:
            return "the plan changed"
        inputs = _inputs(now, plans[study.name], job.notebook, job.parameters)
        if inputs is None:
            return f"the chapter {job.chapter} was removed"
        _refuse_new_program(job.inputs, inputs, layout)
        if difference := changed(job.inputs, inputs):
            return difference
        noted = finished.read_note(study.building, job.chapter)
        if noted is None or changed(noted.inputs, job.inputs):
            return "another process wrote into it"
    return ""


def _refuse_new_program(before: Mapping, now: Mapping, layout: Layout) -> None:
    for kind in _LOADED:
        if before[kind] != now[kind]:
            raise BatchError(
                f"While the batch ran, {WORDS[kind]} changed.",
                where=f"{folder.REPORTS}/.batches/{layout.name}.journal",
                why="it runs with what it had loaded before, so nobody could say which state "
                "further results are of",
                do="type the same command; it makes the results anew that depend on the change",
            )
