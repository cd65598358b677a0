"""A kernel is ready when it has answered on both channels, and nothing of its start is left."""

from __future__ import annotations

import asyncio
from collections import deque
from queue import Empty

import pytest

from analysis.run.kernel.client import ChapterKernelClient


class Channel:
    """Messages that a kernel sends, in turn; None is a silence as long as anybody waits."""

    def __init__(self, *messages: dict | None) -> None:
        self.left = deque(messages)

    async def get_msg(self, timeout: float) -> dict:
        message = self.left.popleft() if self.left else None
        if message is None:
            raise Empty
        return message


class Client(ChapterKernelClient):
    """A client of a kernel that only its messages know."""

    def ask(
        self, shell: Channel, iopub: Channel, alive: bool = True, timeout: float | None = None
    ) -> int:
        """Waits for the kernel; returns how often it was asked."""
        self.told, self.asked, self.alive = {"shell": shell, "iopub": iopub}, 0, alive
        asyncio.run(self.wait_for_ready(timeout))
        return self.asked

    shell_channel = property(lambda self: self.told["shell"])
    iopub_channel = property(lambda self: self.told["iopub"])

    def kernel_info(self) -> str:
        self.asked += 1
        return f"question {self.asked}"

    async def is_alive(self) -> bool:
        return self.alive

    def _handle_kernel_info_reply(self, msg: dict) -> None:
        self.info = msg["content"]


def said(request: str | None, **content: object) -> dict:
    parent = {} if request is None else {"msg_id": request}
    return {"parent_header": parent, "content": content}


def busy(request: str) -> dict:
    return said(request, execution_state="busy")


def idle(request: str) -> dict:
    return said(request, execution_state="idle")


def test_one_question_is_enough_and_nothing_is_left():
    iopub = Channel(
        said(None, execution_state="starting"),
        busy("question 1"),
        idle("question 1"),
        busy("later"),
    )
    client = Client()
    assert client.ask(Channel(said("question 1", banner="x")), iopub) == 1
    assert list(iopub.left) == [busy("later")]
    assert client.info == {"banner": "x"}


def test_a_kernel_that_says_more_than_that_it_is_idle_is_ready():
    more = said("question 1", execution_state="idle", execution_count=0)
    assert Client().ask(Channel(said("question 1")), Channel(busy("question 1"), more)) == 1


def test_a_kernel_whose_first_words_were_lost_is_asked_again():
    shell = Channel(said("question 1"), said("question 2", banner="second"))
    iopub = Channel(None, busy("question 2"), idle("question 2"))
    client = Client()
    assert client.ask(shell, iopub) == 2
    assert client.info == {"banner": "second"}


def test_answers_to_earlier_questions_do_not_count():
    shell = Channel(None, said("question 1"), said("question 2"))
    iopub = Channel(busy("question 1"), idle("question 1"), busy("question 2"), idle("question 2"))
    assert Client().ask(shell, iopub) == 2
    assert not iopub.left


def test_a_kernel_that_died_is_told():
    with pytest.raises(RuntimeError, match="died"):
        Client().ask(Channel(), Channel(), alive=False)


def test_a_kernel_that_never_answers_is_given_up():
    with pytest.raises(RuntimeError, match="didn't respond in -1 seconds"):
        Client().ask(Channel(), Channel(), timeout=-1)
