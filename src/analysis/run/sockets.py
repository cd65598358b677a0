"""A short folder for the sockets of kernels, gone with the process that owns it."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Short, since the address of a socket may have about a hundred characters.
PREFIX = "an-"
_HELD = "held"
# As tempfile names them; a folder of another program, whatever its name begins with, is left.
_OURS = re.compile(rf"{PREFIX}[a-z0-9_]{{8}}")
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


def remove_folder(folder: Path) -> None:
    """Removes a folder of sockets; what it is known by goes last, as this may be killed midway."""
    found: list[Path] = []
    with suppress(OSError):
        # Another process that ends may remove it at the same time.
        found = [each for each in folder.iterdir() if each.name != _HELD]
    for each in found:
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each, ignore_errors=True)
        else:
            with suppress(OSError):
                each.unlink()
    shutil.rmtree(folder, ignore_errors=True)


def _remove_if_free(folder: Path) -> None:
    try:
        handle = os.open(folder / _HELD, os.O_RDWR)
    except FileNotFoundError:
        # Killed before it held the folder, or while it removed it.
        if folder.stat().st_uid == os.getuid() and _OURS.fullmatch(folder.name):
            remove_folder(folder)
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        remove_folder(folder)
    finally:
        os.close(handle)
