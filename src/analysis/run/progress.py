"""What a person at a terminal sees while chapters run; in a pipe, nothing but the results."""

from __future__ import annotations

import sys
from types import TracebackType

from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from analysis.run.job import Outcome
from analysis.run.unread import perhaps_unread


class Bars:
    """A bar a study on a terminal; silent where the output is not a terminal."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._tasks: dict[str, TaskID] = {}
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.completed}/{task.total}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[last]}", style="dim"),
            console=self._console,
            disable=not self._console.is_terminal,
        )

    def __enter__(self) -> Bars:
        # Some versions of rich end even a silent display with an empty line.
        if self._console.is_terminal:
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._console.is_terminal:
            self._bars.stop()

    def add(self, study: str, stages: int) -> None:
        """Announces a study and how many stages it has."""
        self._tasks[study] = self._bars.add_task(study, total=stages, last="waiting")

    def done(self, outcome: Outcome) -> None:
        """Marks a stage as done or failed."""
        word = f"[red]{outcome.stage} failed[/red]" if outcome.failure else outcome.stage
        self._bars.update(self._tasks[outcome.study], advance=1, last=word)


def say(text: str) -> None:
    """A line of results for the person or the pipe, if somebody still reads it."""
    with perhaps_unread():
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def warn(text: str) -> None:
    """A line beside the results, for the person or a log."""
    with perhaps_unread():
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


def panel(title: str, text: str) -> None:
    """A message in a frame on a terminal, as plain lines in a pipe."""
    console = Console(stderr=True)
    if console.is_terminal:
        console.print(Panel(Text(text), title=title, title_align="left", border_style="red"))
    else:
        warn(f"{title}\n{text}")
