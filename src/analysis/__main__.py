"""The command line; every mistake in one voice, no traceback."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Annotated

if (
    sys.argv[0].endswith(("__main__.py", "analysis"))
    and signal.getsignal(signal.SIGINT) is signal.default_int_handler
):
    # Until all is loaded there is nothing to stop in order: an interrupt ends without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import typer

from analysis import data, plan, run
from analysis.errors import AnalysisError, DataError, UsageError

app = typer.Typer(
    name="analysis",
    help="From raw trial data to a report whose every number can be traced.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

OnePlan = Annotated[str, typer.Argument(metavar="PLAN", help="A study's name or its plan file.")]
Plans = Annotated[
    list[str] | None, typer.Argument(metavar="[PLAN]...", help="Names of studies or plan files.")
]
All = Annotated[bool, typer.Option("--all", help="Every study that has a plan.")]
RunName = Annotated[str, typer.Option("--run", metavar="NAME", help="The name of the run.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Chapters at the same time.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]


@app.command()
def check(
    study: OnePlan,
    csv: Annotated[Path | None, typer.Option(help="Also write the problems as CSV.")] = None,
    html: Annotated[Path | None, typer.Option(help="Also write the problems as a page.")] = None,
    values: Annotated[
        bool, typer.Option("--values", help="Show the values found; they are of participants.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Check a study's plan and data; list all problems at once."""
    root = plan.project_root()
    read = plan.read_plan(plan.plan_path(study, root))
    plan.check_lock(read)
    found = data.read.find_problems(read, root)
    for path, write in ((csv, data.problems.to_csv), (html, data.problems.to_html)):
        if path is not None:
            write(found, path, values)
    if found:
        run.progress.say(data.problems.to_text(found, values))
    if not values and any(problem.value is not None for problem in found):
        run.progress.say("With --values the cells are shown too: keep them beside the data.")
    if data.problems.errors_of(found):
        raise typer.Exit(DataError.exit_code)
    run.progress.say(f"{read.study.name}: the plan and the data are in order.")


@app.command()
def lock(study: OnePlan, debug: Debug = False) -> None:
    """Fix a study's plan as it is today: a later change is refused until an amendment says why."""
    run.progress.say(plan.lock.lock_today(plan.plan_path(study, plan.project_root())))


@app.command("run")
def run_(
    studies: Plans = None,
    everything: All = False,
    chapter: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this chapter; may be repeated.")
    ] = None,
    run_name: RunName = "main",
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="A parameter of a chapter; may be repeated."
        ),
    ] = None,
    workers: Workers = None,
    timeout: Annotated[int | None, typer.Option(min=1, help="Seconds a cell may take.")] = 1800,
    debug: Debug = False,
) -> None:
    """Run the chapters of one or more studies and bind their reports."""
    root = plan.project_root()
    request = run.tasks.Request(
        studies=_chosen(studies, everything, root),
        chapters=tuple(chapter or ()),
        run=run_name,
        settings=tuple(settings or ()),
        workers=workers,
        timeout=timeout,
    )
    _tell(run.tasks.run_studies, request, root)


@app.command()
def batch(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A batch's name or its file.")],
    workers: Workers = None,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Only this study, run or study/run; * stands for any."),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Run also what is up to date.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would be run, and why.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Tell everything as JSON lines.")] = False,
    kernel: Annotated[
        str, typer.Option(help="auto, or plain: start every kernel by itself, not by a fork.")
    ] = "auto",
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Let the workers of this Dask scheduler run it."),
    ] = None,
    slurm: Annotated[bool, typer.Option("--slurm", help="Let SLURM jobs run it.")] = False,
    debug: Debug = False,
) -> None:
    """Run a batch file: many studies, chapters and values; what is up to date is left alone."""
    root = plan.project_root()
    request = run.batch.command.BatchRequest(
        file=file,
        workers=workers,
        only=tuple(only or ()),
        fresh=fresh,
        dry_run=dry_run,
        as_json=as_json,
        kernel=kernel,
        scheduler=scheduler,
        slurm=slurm,
    )
    raise typer.Exit(run.batch.command.run_batch(request, root))


@app.command()
def report(
    studies: Plans = None,
    everything: All = False,
    run_name: RunName = "main",
    workers: Workers = None,
    debug: Debug = False,
) -> None:
    """Build the pages again from what was run, without running a chapter."""
    root = plan.project_root()
    chosen = _chosen(studies, everything, root)
    request = run.tasks.Request(studies=chosen, run=run_name, workers=workers)
    _tell(run.tasks.rebuild_reports, request, root)


@app.command()
def compare(
    before: Annotated[str, typer.Argument(metavar="RUN_A", help="The former run: study/run.")],
    after: Annotated[str, typer.Argument(metavar="RUN_B", help="The run that came after it.")],
    json: Annotated[bool, typer.Option("--json", help="Say everything as JSON.")] = False,
    fail_on: Annotated[
        str | None,
        typer.Option(
            metavar="LIMIT",
            help="End with exit code 16 where a result moved by more than so many standard errors, "
            "came or went; `any`: where anything differs.",
        ),
    ] = None,
    debug: Debug = False,
) -> None:
    """Say what moved between two runs of a study, and which input moved it."""
    compared = run.compare.compare_named(before, after, plan.project_root(), fail_on)
    run.progress.say(run.compare.told(compared, as_json=json))
    compared.refuse(fail_on or "")


@app.command()
def simulate(study: OnePlan, debug: Debug = False) -> None:
    """Make the data of a simulated study from its plan."""
    root = plan.project_root()
    read = plan.read_plan(plan.plan_path(study, root))
    data.simulate.write_simulated(read, root)
    run.progress.say(f"data/raw/{read.study.name}: simulated participants, made from the plan.")


def main() -> None:
    """The console command: ends with the exit code of what went wrong, 0 if nothing did."""
    try:
        if signal.getsignal(signal.SIGINT) == signal.SIG_DFL:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        app()
    except AnalysisError as error:
        _show(error)
        sys.exit(error.exit_code)
    except Exception as error:
        if "--debug" in sys.argv:
            raise
        _show(run.crash.note_crash(error))
        sys.exit(AnalysisError.exit_code)


def _chosen(studies: list[str] | None, everything: bool, root: Path) -> tuple[str, ...]:
    known = run.tasks.all_studies(root)
    if everything and not studies and known:
        return known
    if studies and not everything:
        return tuple(studies)
    raise UsageError(
        "Name the studies to run, or say --all.",
        where="PLAN",
        do=f"there are: {', '.join(known)}" if known else "write a plan in plans/ first",
    )


def _tell(work, request, root: Path) -> None:
    """Does the work and tells what became of it: reports on stdout, failures on stderr."""
    try:
        outcomes = work(request, root)
    except KeyboardInterrupt:
        run.progress.warn("Stopped. The last good reports are as they were.")
        raise typer.Exit(130) from None
    for outcome in outcomes:
        if outcome.report is not None:
            run.progress.say(f"{outcome.study}: {outcome.report.relative_to(root).as_posix()}")
        for note in outcome.notes:
            run.progress.warn(f"{outcome.study}: {note}")
        for failure in outcome.failures:
            words = failure.told(outcome.study, outcome.run)
            run.progress.panel(f"{outcome.study}, {failure.stage}: {failure.kind}", words)
    run.progress.say("reports/index.html")
    failures = [failure for outcome in outcomes for failure in outcome.failures]
    raise typer.Exit(run.flow.exit_code(failures))


def _show(error: AnalysisError) -> None:
    run.progress.panel(type(error).__name__, error.text())


if __name__ == "__main__":
    main()
