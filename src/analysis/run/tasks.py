"""Runs studies: checks the request, carries it out in worker processes, puts reports in place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from analysis.errors import UsageError
from analysis.plan.places import plan_path, safe_name
from analysis.plan.schema import Plan
from analysis.report.index import write_index
from analysis.run import folder
from analysis.run.chapters import chapters_for, choose_chapters, nothing_asked
from analysis.run.finished import note_bound, refuse_changed, sweep
from analysis.run.flow import Flow
from analysis.run.inputs import Inputs
from analysis.run.job import Failure, Job, Outcome, StudyOutcome
from analysis.run.kernel.server import fork_server
from analysis.run.parameters import read_parameters, settings_of_chapters, split_settings
from analysis.run.plans import read_plans, refuse_unplanned
from analysis.run.pool import ENVIRONMENT, Processes
from analysis.run.private import scrub_all
from analysis.run.progress import Bars
from analysis.run.sockets import socket_folder
from analysis.run.study_run import StudyRun

_MOST_WORKERS = 4


@dataclass(frozen=True, kw_only=True)
class Request:
    """What to run.

    Attributes:
        studies: names or plan files.
        chapters: names of chapters; none means all.
        run: the name of the run.
        settings: ``key=value`` words.
        workers: processes at once; None is as many as the machine has, at most four.
        timeout: seconds that a cell may take; None is no limit.
    """

    studies: tuple[str, ...]
    chapters: tuple[str, ...] = ()
    run: str = "main"
    settings: tuple[str, ...] = ()
    workers: int | None = None
    timeout: int | None = None


def all_studies(root: Path) -> tuple[str, ...]:
    """The names of all plans, in order."""
    return tuple(sorted(path.stem for path in (root / "plans").glob("*.yaml")))


def run_studies(request: Request, root: Path) -> list[StudyOutcome]:
    """Runs what is asked for and writes the index; a study that fails does not stop the others.

    Args:
        request: studies, chapters, settings.
        root: the project folder.

    Returns:
        What became of each study.

    Raises:
        UsageError, PlanError: a name, chapter or setting that does not exist, or a week or measure
            that a plan does not hold; nothing was started.
        ClaimError: chapters that are to be kept are not those that the run made; nothing was
            started.
    """
    names = _names(request, root)
    chapters = choose_chapters(root, request.chapters)
    declared = {name: read_parameters(path) for name, path in chapters.items()}
    given = settings_of_chapters(split_settings(request.settings), declared)
    plans, broken = read_plans(names, root)
    refuse_unplanned(given, plans)
    inputs = Inputs(root)
    with ExitStack() as stack:
        studies = [_study(name, request.run, root, stack) for name in names]
        # What is not run now is kept, and bound into the same report.
        for study in studies if request.chapters else ():
            refuse_changed(study.good, leaving=chapters)
        for study in studies:
            name = study.name
            folder.start_building(study.good, keep_chapters=bool(request.chapters))
            # What was not named is run where the plan asks for it.
            whole = name in plans and not request.chapters
            own = chapters_for(plans[name], chapters) if whole else chapters
            study.jobs = _jobs(study, own, given, request.timeout)
            if name in plans:
                _note_inputs(study, plans[name], inputs, whole)
                study.notes += nothing_asked(plans[name], own)
            study.done = _known_failure(broken, name)
        return _carry_out(studies, request.workers, root, stack)


def rebuild_reports(request: Request, root: Path) -> list[StudyOutcome]:
    """Binds again what was run before, without running a chapter.

    Raises:
        UsageError: a study has no finished run of this name.
        ClaimError: a run holds chapters that are not those that it made.
    """
    names = _names(request, root)
    _, broken = read_plans(names, root)
    with ExitStack() as stack:
        studies = [_study(name, request.run, root, stack) for name in names]
        for study in studies:
            if not all((study.good / name).is_file() for name in (folder.STATUS, folder.NOTES)):
                raise UsageError(
                    f"There is no finished run `{request.run}` of `{study.name}`.",
                    where=f"{folder.REPORTS}/{study.name}/{request.run}",
                    do=f"run it first: analysis run {study.name}",
                )
            refuse_changed(study.good)
        for study in studies:
            folder.start_building(study.good, keep_chapters=True)
            study.done = _known_failure(broken, study.name)
        return _carry_out(studies, request.workers, root, stack)


def _names(request: Request, root: Path) -> list[str]:
    safe_name(request.run, "run")
    if request.run.endswith(folder.FAILED):
        raise UsageError(
            f"A run cannot be named `{request.run}`.",
            where="--run",
            why=f"names that end in `{folder.FAILED}` keep failed attempts",
            do="choose another name",
        )
    return [plan_path(study, root).stem for study in dict.fromkeys(request.studies)]


def _study(name: str, run: str, root: Path, stack: ExitStack) -> StudyRun:
    good = folder.run_folder(root, name, run)
    stack.enter_context(folder.held(good))
    return StudyRun(name, run, root, good, folder.building_folder(good), [])


def _jobs(
    study: StudyRun,
    chapters: Mapping[str, Path],
    given: Mapping[str, Mapping[str, object]],
    timeout: int | None,
) -> list[Job]:
    return [
        Job(
            study=study.name,
            run=study.run,
            chapter=chapter,
            notebook=path,
            folder=study.building,
            root=study.root,
            parameters=dict(given[chapter]),
            timeout=timeout,
        )
        for chapter, path in chapters.items()
    ]


def _note_inputs(study: StudyRun, plan: Plan, inputs: Inputs, whole: bool) -> None:
    """Gives every job what its results depend on, and a whole run what its report does."""
    own = {j.chapter: inputs.of_chapter(plan, j.notebook, j.parameters) for j in study.jobs}
    study.jobs = [replace(job, inputs=own[job.chapter]) for job in study.jobs]
    study.bound = inputs.of_report(plan, study.run, own) if whole else ""


def _known_failure(broken: Mapping[str, Failure], study: str) -> list[Outcome]:
    if study not in broken:
        return []
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return [Outcome(study=study, stage="plan", started=now, seconds=0.0, failure=broken[study])]


def _carry_out(
    studies: Sequence[StudyRun], workers: int | None, root: Path, stack: ExitStack
) -> list[StudyOutcome]:
    runtime, bars = stack.enter_context(socket_folder()), stack.enter_context(Bars())
    chapters = sum(len(study.jobs) for study in studies if not study.failures)
    server = stack.enter_context(fork_server(Path(runtime), ENVIRONMENT, chapters))
    for study in studies:
        study.jobs = [replace(job, server=server) for job in study.jobs]
    engine = Processes(workers or default_workers(), runtime)
    try:
        flow = Flow(engine)
        for study in studies:
            bars.add(study.name, study.stages)
            for outcome in study.done:
                bars.done(outcome)
            if not study.failures:
                flow.begin(study)
        for _, outcome in flow.outcomes():
            if not outcome.again:
                bars.done(outcome)
    except BaseException:
        engine.stop()
        for study in studies:
            shutil.rmtree(study.building, ignore_errors=True)
        raise
    engine.close()
    outcomes = [finish(study) for study in studies]
    write_index(root / folder.REPORTS)
    return outcomes


def default_workers() -> int:
    """As many processes as the machine has, at most four."""
    return min(os.cpu_count() or 1, _MOST_WORKERS)


def finish(study: StudyRun) -> StudyOutcome:
    """Puts the good report in place, or keeps the failed attempt beside the last good one."""
    sweep(study.building)
    report = None
    if study.failures:
        status = {
            "study": study.name,
            "run": study.run,
            "status": "failed",
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "failures": [scrub_all(failure.record(), study.root) for failure in study.failures],
        }
        folder.write_json(study.building / folder.STATUS, status)
        folder.keep_failed(study.building, study.good)
    else:
        if study.bound:
            note_bound(study.building, study.bound)
        folder.put_in_place(study.building, study.good)
        report = study.good / "report.html"
    seconds = round(sum(outcome.seconds for outcome in study.done), 1)
    return StudyOutcome(
        study=study.name,
        run=study.run,
        seconds=seconds,
        report=report,
        failures=study.failures,
        notes=(*study.notes, *(outcome.note for outcome in study.done if outcome.note)),
    )
