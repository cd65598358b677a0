"""The signals that stop a batch in order: as Ctrl-C does, so do SIGTERM and a closed terminal."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_STOP = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def stoppable() -> Iterator[None]:
    """While the block lasts, these signals raise KeyboardInterrupt; one that is ignored stays so.

    Under `nohup` the end of the terminal is ignored, and the batch goes on.
    """
    former = {number: signal.getsignal(number) for number in _STOP}
    for number, handler in former.items():
        if handler != signal.SIG_IGN:
            signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _interrupt(number: int, _: object) -> None:
    if number != signal.SIGTERM:
        _leave_terminal()
    raise KeyboardInterrupt


def _leave_terminal() -> None:
    """Writing to a closed terminal would be an error; what goes into a file goes on."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for handle in (0, 1, 2):
        with suppress(OSError):
            if stat.S_ISCHR(os.fstat(handle).st_mode):
                os.dup2(nowhere, handle)
    os.close(nowhere)
