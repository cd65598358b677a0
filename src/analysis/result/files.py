"""Files on disk: whole or not there at all. It knows no table, so that a page costs no pandas."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from analysis.errors import AnalysisError, DataError


def replace_file(path: Path, content: bytes, refusal: type[AnalysisError] = DataError) -> None:
    """Write a file so that any reader, also after a power cut, sees the old file or the new one.

    Args:
        path: where; the folder is made if needed.
        content: all of it.
        refusal: the error to raise where the disk refuses.

    Raises:
        AnalysisError: of the kind `refusal`: the disk is full, or the folder may not be written.
    """
    beside: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _share(beside)
        os.replace(beside, path)
        sync_folder(path.parent)
    except OSError as error:
        raise refusal(
            f"The file {path.name} cannot be written: {error.strerror or error}.",
            where=path.parent.name,
            why="nothing half-written is left in its place, so the new result is missing",
            do="make room, or allow writing to the folder, and run again",
        ) from error
    finally:
        if beside is not None:
            Path(beside).unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Let the disk keep what was renamed in a folder; Windows does so without being asked."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _share(beside: str) -> None:
    """Temporary files are private; the finished file is as readable as any other of this user."""
    mask = os.umask(0)
    os.umask(mask)
    Path(beside).chmod(0o666 & ~mask)
