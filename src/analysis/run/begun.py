"""What the workers of a cluster begin, told by them, so that a stage begun twice is known.

A cluster gives the stage of a worker that was lost to another one by itself and says nothing of it.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from typing import Any
from weakref import WeakValueDictionary

from analysis.run.worker import carry_out_there

_BEGUN, _ENDED = "begun", "ended"


class Begun:
    """The stages of a batch that workers of a Dask cluster have begun.

    Args:
        client: a connected `distributed.Client`.
        batch: a name that no other batch has.
    """

    def __init__(self, client: Any, batch: str) -> None:
        self.topic = batch
        self._futures: WeakValueDictionary[int, Future] = WeakValueDictionary()
        self._in_hand: set[int] = set()
        self._again: deque[int] = deque()
        client.subscribe_topic(batch, self._told)

    def follow(self, number: int, future: Future) -> None:
        """Says which future is that of the stage of this number."""
        self._futures[number] = future

    def again(self) -> list[Future]:
        """Stages that were begun once more since this was last asked, once each time."""
        found = []
        while self._again:
            found.append(self._futures.get(self._again.popleft()))
        return [future for future in found if future is not None]

    def _told(self, event: tuple) -> None:
        # Called in the client's own thread.
        _, (number, word) = event
        if word == _ENDED:
            self._in_hand.discard(number)
        elif number in self._in_hand:
            self._again.append(number)
        else:
            self._in_hand.add(number)


def carry_out_told(topic: str, number: int, *given: object) -> object:
    """Carries out a stage in a worker, which says when it begins and when it has ended.

    Raises:
        BatchError: the worker is not fit.
        OSError: the run is not being built any more.
    """
    from distributed import get_worker

    tell = get_worker().log_event
    tell(topic, (number, _BEGUN))
    try:
        return carry_out_there(*given)
    finally:
        tell(topic, (number, _ENDED))
