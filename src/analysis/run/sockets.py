"""A short folder for the sockets of kernels, gone with the process that owns it."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Short, since the address of a socket may have about a hundred characters.
PREFIX = "an-"
_HELD = "held"
# A folder is made a moment before it is held; seconds.
_YOUNG = 60


@contextmanager
def socket_folder() -> Iterator[str]:
    """A new folder while the block lasts; those whose owner was killed are removed first."""
    remove_ownerless()
    # Kernels that were stopped may still let go of their sockets while the folder is removed.
    with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as place:
        handle = os.open(Path(place, _HELD), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield place
        finally:
            os.close(handle)


def remove_ownerless() -> None:
    """Removes folders of this kind that no process holds any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        # What another user owns cannot be looked into, and is not ours to remove.
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > _YOUNG:
                _remove_if_free(folder)


def _remove_if_free(folder: Path) -> None:
    handle = os.open(folder / _HELD, os.O_RDWR)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(handle)
