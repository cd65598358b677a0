"""What is said where nobody reads any more: `head` has its lines, or the terminal was closed."""

from __future__ import annotations

import os
import select
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def perhaps_unread() -> Iterator[None]:
    """While the block lasts, an end of who reads the output ends the block and nothing else."""
    try:
        yield
    except BrokenPipeError:
        if not leave_closed_pipes():
            raise


def leave_closed_pipes() -> bool:
    """Whether nobody reads the output any more; what is said then goes nowhere.

    What goes elsewhere, such as errors into a file, goes on.
    """
    closed = [handle for handle in (1, 2) if _has_no_reader(handle)]
    _leave(closed)
    return bool(closed)


def leave_terminal() -> None:
    """Writing to a closed terminal would be an error; what goes into a file goes on."""
    _leave(handle for handle in (0, 1, 2) if _is_terminal(handle))


def _leave(handles: Iterable[int]) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for handle in handles:
        os.dup2(nowhere, handle)
    os.close(nowhere)


def _is_terminal(handle: int) -> bool:
    with suppress(OSError):
        return stat.S_ISCHR(os.fstat(handle).st_mode)
    return False


def _has_no_reader(handle: int) -> bool:
    asked = select.poll()
    # Errors are told without being asked for.
    asked.register(handle, 0)
    return any(told & (select.POLLERR | select.POLLHUP) for _, told in asked.poll(0))
