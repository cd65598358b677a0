"""The client of a chapter's kernel, which loses no time between a kernel's start and its work."""

from __future__ import annotations

import math
import time
from queue import Empty
from typing import Any

import zmq.asyncio
from jupyter_client.asynchronous import AsyncKernelClient

# An answer that takes longer is asked for again: the first may have come before all was connected.
_SHELL, _IOPUB = 1.0, 0.2
# The first try to connect comes before the kernel listens; milliseconds until the next.
_TRY_AGAIN = 10


class ChapterKernelClient(AsyncKernelClient):
    """A client that takes a kernel as ready when it has said all that it says to a question.

    The client that it stands for waits after that until a fifth of a second has brought nothing.
    """

    def _context_default(self) -> zmq.asyncio.Context:
        context = super()._context_default()
        context.setsockopt(zmq.RECONNECT_IVL, _TRY_AGAIN)
        return context

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Waits until the kernel answers on both of its channels and neither holds anything.

        Raises:
            RuntimeError: it died, or did not answer within so many seconds.
        """
        end = time.monotonic() + (math.inf if timeout is None else timeout)
        while not await self._answers():
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > end:
                raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

    async def _answers(self) -> bool:
        """Whether a question was answered; what earlier ones were answered goes unread."""
        request = self.kernel_info()
        try:
            reply = await _answer(self.shell_channel, request, _SHELL)
            state = None
            while state != "idle":
                message = await _answer(self.iopub_channel, request, _IOPUB)
                state = message["content"].get("execution_state")
        except Empty:
            return False
        self._handle_kernel_info_reply(reply)
        return True


async def _answer(channel: Any, request: str, patience: float) -> dict[str, Any]:
    """The next message that answers a request."""
    while True:
        message = await channel.get_msg(timeout=patience)
        if message["parent_header"].get("msg_id") == request:
            return message
