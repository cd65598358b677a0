"""What a person or a scheduler sees of a batch: a table on a terminal, lines in a pipe, or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Protocol, TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from analysis.run.batch.summary import OWN, Tally, duration
from analysis.run.job import Outcome, StudyOutcome

Running = Sequence[tuple[str, str, str]]


class Show(Protocol):
    """A way to show a batch."""

    def ended(self, run: str, outcome: Outcome, tally: Tally) -> None:
        """A stage of a run has ended."""

    def closed(self, outcome: StudyOutcome, tally: Tally) -> None:
        """A run has been put in place, or has failed."""

    def waiting(self, running: Running, tally: Tally, left: float | None) -> None:
        """What is under way now, and about how many seconds the rest takes."""

    def stop(self) -> None:
        """Nothing more will come."""


class Lines:
    """A line for every chapter that ended."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout

    def ended(self, run: str, outcome: Outcome, tally: Tally) -> None:
        """A line for a chapter that was run; other stages are told if they fail."""
        if outcome.failure is not None:
            self._say(f"failed  {outcome.study} {run} {outcome.stage}: {outcome.failure.kind}")
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

    def waiting(self, running: Running, tally: Tally, left: float | None) -> None:
        """Nothing: a pipe is told what has happened."""

    def stop(self) -> None:
        """Nothing is to be done."""

    def _say(self, text: str) -> None:
        self._stream.write(text + "\n")
        self._stream.flush()


class JsonLines:
    """A JSON object a line, for schedulers."""

    def ended(self, run: str, outcome: Outcome, tally: Tally) -> None:
        """One object for a stage."""
        failure = outcome.failure
        json_line(
            "failed" if failure else "done",
            study=outcome.study,
            run=run,
            stage=outcome.stage,
            started=outcome.started,
            seconds=outcome.seconds,
            **({"kind": failure.kind, "text": failure.text} if failure else {}),
        )

    def closed(self, outcome: StudyOutcome, tally: Tally) -> None:
        """One object for a run."""
        state = "failed" if outcome.failures else "complete"
        json_line(
            "run", study=outcome.study, run=outcome.run, status=state, seconds=outcome.seconds
        )

    def waiting(self, running: Running, tally: Tally, left: float | None) -> None:
        """Nothing: a scheduler is told what has happened."""

    def stop(self) -> None:
        """Nothing is to be done."""


class LiveTable:
    """A table that stays in place: how far it is, what runs, what failed last."""

    _LAST = 5

    def __init__(self, console: Console) -> None:
        self._live = Live(console=console, refresh_per_second=4, transient=True)
        self._live.start()

    def ended(self, run: str, outcome: Outcome, tally: Tally) -> None:
        """Nothing: the table is drawn by what waits."""

    def closed(self, outcome: StudyOutcome, tally: Tally) -> None:
        """Nothing: the table is drawn by what waits."""

    def waiting(self, running: Running, tally: Tally, left: float | None) -> None:
        """Draws the table again."""
        self._live.update(picture(running, tally, left))

    def stop(self) -> None:
        """Takes the table away; the summary follows."""
        self._live.stop()


def picture(running: Running, tally: Tally, left: float | None) -> Group:
    """The live table of a batch."""
    failed = len(tally.failures)
    begun = sum(stage not in OWN for _, _, stage in running)
    left_over = max(tally.left - begun, 0)
    counts = Text(f"{len(tally.done)} done, {len(running)} running, {left_over} waiting")
    counts.append(f", {tally.kept} up to date")
    if failed:
        counts.append(f", {failed} failed", style="red")
    if left is not None:
        counts.append(f"; about {duration(left)} to go", style="dim")
    bar = ProgressBar(total=max(tally.planned, 1), completed=len(tally.done), width=60)
    table = Table(box=None, show_header=False, pad_edge=False)
    for study, run, stage in running:
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
