"""The signals that stop a batch in order: as Ctrl-C does, so do SIGTERM and a closed terminal."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from analysis.run.unread import leave_terminal

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
        leave_terminal()
    raise KeyboardInterrupt
