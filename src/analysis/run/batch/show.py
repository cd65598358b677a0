"""What a person or a scheduler sees of a batch: a table on a terminal, lines in a pipe, or JSON."""

from __future__ import annotations

import json
import sys
from typing import Protocol, TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from analysis.run.batch.summary import Ahead, Tally, duration
from analysis.run.job import Outcome, StudyOutcome


class Show(Protocol):
    """A way to show a batch."""

    def began(self, tally: Tally) -> None:
        """The batch is begun."""

    def ended(self, run: str, outcome: Outcome, tally: Tally) -> None:
        """A stage of a run has ended, or an attempt at it has failed."""

    def closed(self, outcome: StudyOutcome, tally: Tally) -> None:
        """A run has been put in place, or has failed."""

    def waiting(self, ahead: Ahead, tally: Tally) -> None:
        """What is in hand and to come now."""

    def stop(self) -> None:
        """Nothing more will come."""


class Lines:
    """A line for every chapter that ended."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout

    def began(self, tally: Tally) -> None:
        """Nothing: the first line comes with the first chapter."""

    def ended(self, run: str, outcome: Outcome, tally: Tally) -> None:
        """A line for a chapter that was run; other stages are told if they fail."""
        if outcome.failure is not None:
            word = "again " if outcome.again else "failed"
            self._say(f"{word}  {outcome.study} {run} {outcome.stage}: {outcome.failure.kind}")
        elif tally.done and tally.done[-1][:3] == (outcome.study, run, outcome.stage):
            count = f"{len(tally.done)} of {tally.planned}"
            self._say(
                f"done    {outcome.study} {run} {outcome.stage}  {duration(outcome.seconds)}  "
                f"({count})"
            )

    def closed(self, outcome: StudyOutcome, tally: Tally) -> None:
        """A line for a report that is in place."""
        if outcome.report is not None:
            self._say(f"report  {outcome.study} {outcome.run}  ({tally.placed} of {tally.runs})")

    def waiting(self, ahead: Ahead, tally: Tally) -> None:
        """Nothing: a pipe is told what has happened."""

    def stop(self) -> None:
        """Nothing is to be done."""

    def _say(self, text: str) -> None:
        self._stream.write(text + "\n")
        self._stream.flush()


class JsonLines:
    """A JSON object a line, for schedulers."""

    def __init__(self) -> None:
        self._told: tuple | None = None

    def began(self, tally: Tally) -> None:
        """One object for the whole batch."""
        json_line("began", planned=tally.planned, kept=tally.kept, runs=tally.runs)

    def ended(self, run: str, outcome: Outcome, tally: Tally) -> None:
        """One object for a stage, or for an attempt at it."""
        failure = outcome.failure
        json_line(
            "again" if outcome.again else "failed" if failure else "done",
            study=outcome.study,
            run=run,
            stage=outcome.stage,
            started=outcome.started,
            seconds=outcome.seconds,
            **({"kind": failure.kind, "text": failure.text} if failure else {}),
        )

    def closed(self, outcome: StudyOutcome, tally: Tally) -> None:
        """One object for a run, with the reasons if it failed."""
        failures = [
            {"stage": f.stage, "kind": f.kind, "text": f.text}
            | ({"notebook": place} if (place := f.place(outcome.study, outcome.run)) else {})
            for f in outcome.failures
        ]
        json_line(
            "run",
            study=outcome.study,
            run=outcome.run,
            status="failed" if failures else "complete",
            seconds=outcome.seconds,
            failures=failures,
        )

    def waiting(self, ahead: Ahead, tally: Tally) -> None:
        """One object whenever another stage is in hand."""
        now = (tuple(ahead.running), ahead.waiting)
        if now == self._told:
            return
        self._told = now
        json_line(
            "progress",
            done=len(tally.done),
            failed=len(tally.failures),
            running=[{"study": s, "run": r, "stage": stage} for s, r, stage in ahead.running],
            waiting=ahead.waiting,
            seconds_left=None if ahead.seconds is None else round(ahead.seconds, 1),
        )

    def stop(self) -> None:
        """Nothing is to be done."""


class LiveTable:
    """A table that stays in place: how far it is, what runs, what failed last."""

    _LAST = 5

    def __init__(self, console: Console) -> None:
        self._live = Live(console=console, refresh_per_second=4, transient=True)
        self._live.start()

    def began(self, tally: Tally) -> None:
        """Nothing: the table is drawn by what waits."""

    def ended(self, run: str, outcome: Outcome, tally: Tally) -> None:
        """Nothing: the table is drawn by what waits."""

    def closed(self, outcome: StudyOutcome, tally: Tally) -> None:
        """Nothing: the table is drawn by what waits."""

    def waiting(self, ahead: Ahead, tally: Tally) -> None:
        """Draws the table again."""
        self._live.update(picture(ahead, tally))

    def stop(self) -> None:
        """Takes the table away; the summary follows."""
        self._live.stop()


def picture(ahead: Ahead, tally: Tally) -> Group:
    """The live table of a batch."""
    failed = len(tally.failures)
    words = [f"{len(tally.done)} done", f"{len(ahead.running)} running", f"{ahead.waiting} waiting"]
    counts = Text(", ".join(words))
    counts.append(f", {tally.kept} up to date")
    if failed:
        counts.append(f", {failed} failed", style="red")
    if ahead.seconds is not None:
        counts.append(f"; about {duration(ahead.seconds)} to go", style="dim")
    bar = ProgressBar(total=max(tally.planned, 1), completed=len(tally.done), width=60)
    table = Table(box=None, show_header=False, pad_edge=False)
    for study, run, stage in ahead.running:
        table.add_row("running", study, run, stage)
    for study, run, failure in tally.failures[-LiveTable._LAST :]:
        table.add_row(Text("failed", style="red"), study, run, f"{failure.stage}: {failure.kind}")
    above = Table.grid()
    for row in (bar, counts):
        above.add_row(row)
    return Group(above, table)


def json_line(event: str, **given: object) -> None:
    """One JSON object on a line of its own."""
    sys.stdout.write(json.dumps({"event": event, **given}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def choose_show(as_json: bool) -> Show:
    """JSON if asked for, a table on a terminal, else lines."""
    console = Console(stderr=True)
    if as_json:
        return JsonLines()
    return LiveTable(console) if console.is_terminal and sys.stdout.isatty() else Lines()
