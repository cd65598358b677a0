"""The folder of a run: built out of sight, then put in place whole.

A reader of ``reports/<study>/<run>`` sees the last good report or the new one, never a half; for a
moment between two renames, none. What failed is kept beside it in ``<run>.failed``.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from analysis.errors import AnalysisError, UsageError
from analysis.plan.places import FINISHED

REPORTS = "reports"
FAILED = ".failed"
STATUS = FINISHED
NOTES = "provenance.json"
NO_WRITING = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM}


def run_folder(root: Path, study: str, run: str) -> Path:
    """Where the good report of a run is, or will be."""
    return root / REPORTS / study / run


def building_folder(good: Path) -> Path:
    """Where a run is built."""
    return good.with_name(f".{good.name}.building")


def failed_folder(good: Path) -> Path:
    """Where the last failed attempt at a run is kept."""
    return good.with_name(good.name + FAILED)


@contextmanager
def held(good: Path) -> Iterator[None]:
    """Holds a run for this process, and puts back a good report that a killed one had moved.

    What a killed run had built so far stays, for a batch that goes on with it.

    Raises:
        UsageError: another process is writing the same run, or chapters were saved there by hand.
        AnalysisError: the folder cannot be written.
    """
    try:
        good.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(good.with_name(f".{good.name}.lock"), os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise cannot_write(error) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise UsageError(
            f"The run `{good.name}` of `{good.parent.name}` is being written already.",
            where=f"{REPORTS}/{good.parent.name}/{good.name}",
            do="wait for it to end; or give this one another name: `--run` of `analysis run`, "
            "`run:` of a batch file",
        ) from None
    try:
        _recover(good)
        _refuse_by_hand(good)
        yield
    finally:
        # The lock ends with the handle; the file stays, as removing it would let two hold it.
        os.close(handle)


def start_building(good: Path, *, keep_chapters: bool) -> Path:
    """An empty folder to build in, with the good report's chapters in it if they are kept."""
    building = building_folder(good)
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    if keep_chapters and (good / "chapters").is_dir():
        shutil.copytree(good / "chapters", building / "chapters")
        if (good / NOTES).is_file():
            shutil.copy2(good / NOTES, building / NOTES)
    return building


def put_in_place(building: Path, good: Path) -> None:
    """The finished folder becomes the good one; an earlier failed attempt is forgotten.

    Two renames: the old folder makes way, then the new one takes its name. A reader who opens the
    report in the moment between finds none; after a kill there, the next run puts the old one back.
    """
    old = _old(good)
    if good.exists():
        good.rename(old)
    building.rename(good)
    shutil.rmtree(old, ignore_errors=True)
    shutil.rmtree(failed_folder(good), ignore_errors=True)


def keep_failed(building: Path, good: Path) -> Path:
    """The failed attempt is kept beside the good report, which stays as it was."""
    failed = failed_folder(good)
    shutil.rmtree(failed, ignore_errors=True)
    building.rename(failed)
    return failed


def remove_stray(good: Path) -> None:
    """Removes what a stray worker of a cluster wrote for a run that had been put in place."""
    building = building_folder(good)
    if building.is_dir():
        # Who holds the run is building it.
        with suppress(UsageError), held(good):
            shutil.rmtree(building, ignore_errors=True)


def write_json(path: Path, content: dict) -> None:
    """Writes readable JSON beside `path`, then renames it."""
    beside = path.with_name(f".{path.name}.part")
    beside.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    beside.replace(path)


def cannot_write(error: OSError) -> AnalysisError:
    """The error for a folder that takes no files: full, read-only or not ours."""
    return AnalysisError(
        f"The reports cannot be written: {error.strerror or 'unknown reason'}.",
        where=f"{REPORTS}/",
        why="the last good reports stay as they were",
        do="make room or allow writing in this folder, then type the same command",
    )


def _recover(good: Path) -> None:
    # Killed between the two renames: the last good report waits under its other name.
    if _old(good).exists():
        if good.exists():
            shutil.rmtree(_old(good))
        else:
            _old(good).rename(good)


def _refuse_by_hand(good: Path) -> None:
    """A run takes the whole place of the former one: not of what a person saved there."""
    if (good / STATUS).is_file() or not any(good.glob("chapters/*.parquet")):
        return
    study, run = good.parent.name, good.name
    raise UsageError(
        f"`{run}` of `{study}` holds chapters that were run by hand.",
        where=f"{REPORTS}/{study}/{run}",
        why="the run would take their place, and they would be lost",
        do="give the run another name, or remove this folder if nobody needs it",
    )


def _old(good: Path) -> Path:
    return good.with_name(f".{good.name}.old")
