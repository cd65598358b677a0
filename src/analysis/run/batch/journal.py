"""The journal of a batch: a line for each thing that happened, in the order in which it did.

Lines are only ever added, each with a checksum and forced to the disk. A kill can tear the last
line only; a line that cannot be read is passed over. What is finished is decided by the notes
beside the results, so the journal may be lost and no result with it: it tells durations and
attempts.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from analysis.errors import UsageError
from analysis.run.folder import REPORTS, cannot_write

FOLDER = ".batches"
_SUM = 12


class Journal:
    """An open journal; made by `open_journal`."""

    def __init__(self, path: Path, handle: int) -> None:
        self._handle = handle
        self.events, self.unreadable = read_events(path)

    def add(self, event: str, **given: object) -> None:
        """Adds a line and forces it to the disk.

        Raises:
            AnalysisError: the disk takes no more.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        text = json.dumps({"event": event, "at": now, **given}, ensure_ascii=False)
        try:
            os.write(self._handle, f"{_sum(text)} {text}\n".encode())
            os.fsync(self._handle)
        except OSError as error:
            raise cannot_write(error) from None

    def durations(self) -> dict[str, float]:
        """The mean seconds that each chapter, and other stage, took when it was done before."""
        took = defaultdict(list)
        for each in self.events:
            if each.get("event") in ("done", "stage"):
                took[each["chapter"]].append(each["seconds"])
        return {chapter: sum(own) / len(own) for chapter, own in took.items()}

    @property
    def complete(self) -> bool:
        """Whether the batch came to its end when it was last run, if ever, and nothing failed."""
        last = self.events[-1] if self.events else {"event": "ended"}
        return last.get("event") == "ended" and not last.get("failed")


def begun_fresh(events: Sequence[dict]) -> str | None:
    """When the last batch with --fresh began, if it has not come to its end, whatever ran since."""
    for each in reversed(events):
        if each.get("event") == "ended" and each.get("closes_fresh"):
            return None
        if each.get("event") == "began" and each.get("since"):
            return each["since"]
    return None


@contextmanager
def open_journal(root: Path, batch: str) -> Iterator[Journal]:
    """The journal of a batch, held for this process alone.

    Raises:
        UsageError: another process is running the same batch.
        AnalysisError: the folder cannot be written.
    """
    path = journal_path(root, batch)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    except OSError as error:
        raise cannot_write(error) from None
    try:
        _hold(handle, batch)
        _end_torn_line(handle)
        yield Journal(path, handle)
    finally:
        os.close(handle)


def journal_path(root: Path, batch: str) -> Path:
    """Where the journal of a batch is."""
    return root / REPORTS / FOLDER / f"{batch}.journal"


def read_events(path: Path) -> tuple[list[dict], int]:
    """The events of a journal, and how many lines could not be read."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError:
        return [], 0
    found, unreadable = [], 0
    for line in filter(None, lines):
        event = _event(line)
        if event is None:
            unreadable += 1
        else:
            found.append(event)
    return found, unreadable


def _event(line: bytes) -> dict | None:
    try:
        told, _, text = line.decode().partition(" ")
        event = json.loads(text) if told == _sum(text) else None
    except ValueError:
        return None
    return event if isinstance(event, dict) else None


def _sum(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:_SUM]


def _hold(handle: int, batch: str) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise UsageError(
            f"The batch `{batch}` is running already.",
            where=f"{REPORTS}/{FOLDER}/{batch}.journal",
            do="wait for it to end, or stop it first",
        ) from None


def _end_torn_line(handle: int) -> None:
    # Else the next line would be lost with the torn one.
    size = os.fstat(handle).st_size
    if size and os.pread(handle, 1, size - 1) != b"\n":
        os.write(handle, b"\n")
