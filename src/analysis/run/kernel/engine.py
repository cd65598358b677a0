"""The papermill engine of chapters: one door to both kinds of kernel, bounds on time and output."""

from __future__ import annotations

import threading
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.iorw import write_ipynb
from papermill.log import logger

from analysis.run.kernel.forked import NoServerError
from analysis.run.kernel.manager import ChapterKernelManager

NAME = "chapter"
# What a chapter may show in all, in characters; a report of many figures has a few millions.
MOST_OUTPUT = 10_000_000
CUT = f"[What this chapter showed beyond {MOST_OUTPUT // 1_000_000} million characters was cut.]\n"
_SHOWN = {"stream", "display_data", "execute_result", "update_display_data"}
# Of an error: characters of its message and of each line of its traceback, and such lines.
LONGEST_LINE = 100_000
_MOST_LINES = 200
# Seconds in which all that a cell showed is taken in after its end, where a cell has no bound.
_TAKING_IN = 3600


class NotebookTimeoutError(Exception):
    """A chapter took longer than it may, in all or in one cell.

    Args:
        what: `cell` or `notebook`.
        seconds: how long it may take.
        cell: the number of the code cell that it was in.
    """

    def __init__(self, what: str, seconds: float, cell: int) -> None:
        super().__init__(what)
        self.what, self.seconds, self.cell = what, seconds, cell


class ChapterClient(PapermillNotebookClient):
    """Executes a chapter's cells; stops it when its time is over, and cuts endless output."""

    def __init__(self, nb_man: Any, seconds: float | None = None, **given: Any) -> None:
        super().__init__(nb_man, **given)
        self._seconds = seconds
        self._late = False
        self._shown = self._cell = 0
        self._manager: ChapterKernelManager | None = None

    def create_kernel_manager(self) -> ChapterKernelManager:
        """The manager, kept also after the kernel has ended."""
        self._manager = super().create_kernel_manager()
        return self._manager

    def start_new_kernel_client(self, **given: Any) -> Any:
        """The client of a new kernel; a kernel that dies at its start is a dead kernel."""
        try:
            return super().start_new_kernel_client(**given)
        except RuntimeError as error:
            raise DeadKernelError(str(error)) from None

    def execute(self, **given: Any) -> NotebookNode:
        """Executes all cells.

        Raises:
            NotebookTimeoutError: the whole or a cell took longer than it may.
            NoServerError: the kernel ended because the fork server did.
        """
        clock = threading.Timer(self._seconds, self._stop) if self._seconds else None
        if clock:
            clock.daemon = True
            clock.start()
        try:
            return super().execute(**given)
        except CellTimeoutError:
            raise NotebookTimeoutError("cell", self.timeout, self._cell) from None
        except DeadKernelError:
            if self._late:
                raise NotebookTimeoutError("notebook", self._seconds, self._cell) from None
            if self._manager is not None and self._manager.server_lost:
                raise NoServerError("the fork server ended") from None
            raise
        finally:
            if clock:
                clock.cancel()

    def execute_cell(self, cell: NotebookNode, cell_index: int, **given: Any) -> NotebookNode:
        """Executes a cell, and counts those with code."""
        self._cell += cell.cell_type == "code"
        return super().execute_cell(cell, cell_index, **given)

    def process_message(self, msg: dict, cell: NotebookNode, cell_index: int) -> Any:
        """Keeps what is shown, as long as there is room."""
        if msg["msg_type"] == "error":
            _shorten(msg["content"])
        if msg["msg_type"] in _SHOWN:
            room = MOST_OUTPUT - self._shown
            self._shown += _size(msg["content"])
            if self._shown > MOST_OUTPUT:
                if room >= 0:
                    self._cut(msg, room, cell, cell_index)
                return None
        return super().process_message(msg, cell, cell_index)

    def _cut(self, msg: dict, room: int, cell: NotebookNode, cell_index: int) -> None:
        """Of what does not fit as a whole: the text that does, and a word about the rest."""
        if text := msg["content"].get("text", "")[:room]:
            msg["content"]["text"] = text
            super().process_message(msg, cell, cell_index)
        cell.outputs.append(new_output("stream", name="stderr", text=CUT))

    async def _check_raise_for_error(
        self, cell: NotebookNode, cell_index: int, exec_reply: dict | None
    ) -> None:
        # The reply tells the error a second time.
        if exec_reply is not None:
            _shorten(exec_reply["content"])
        await super()._check_raise_for_error(cell, cell_index, exec_reply)

    def _stop(self) -> None:
        self._late = True
        process = getattr(getattr(self._manager, "provisioner", None), "process", None)
        if process is not None:
            process.kill()


class ChapterEngine(NBClientEngine):
    """Runs a chapter in a kernel of its own: forked where a server is named, else plain."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        log_output: bool = False,
        start_timeout: int = 120,
        execution_timeout: int | None = None,
        notebook_timeout: float | None = None,
        config: Any = None,
        extra_arguments: list[str] | None = None,
        unfinished: str = "",
        **_: Any,
    ) -> NotebookNode:
        """Executes the notebook that papermill manages.

        One that ends before its last cell is written to `unfinished` as far as it ran; what
        papermill itself saves afterwards calls cells completed that were never begun.
        """
        client = ChapterClient(
            nb_man,
            seconds=notebook_timeout,
            kernel_manager_class=ChapterKernelManager,
            kernel_name=kernel_name,
            timeout=execution_timeout,
            # A long text is still on its way when its cell has ended, which is no cell too slow.
            iopub_timeout=execution_timeout or _TAKING_IN,
            startup_timeout=start_timeout,
            config=config,
            extra_arguments=extra_arguments or [],
            log=logger,
            # All has been received by then; a kernel has nothing left to say.
            shutdown_kernel="immediate",
        )
        try:
            return client.execute()
        except Exception:
            write_ipynb(nb_man.nb, unfinished)
            raise


def _shorten(error: dict) -> None:
    """Cuts the words of an error, in place."""
    if "evalue" in error:
        error["evalue"] = _short(error["evalue"])
    if "traceback" in error:
        error["traceback"] = [_short(line) for line in error["traceback"][-_MOST_LINES:]]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE]} [cut]"


def _size(content: dict) -> int:
    return len(content.get("text", "")) + sum(len(str(v)) for v in content.get("data", {}).values())


papermill_engines.register(NAME, ChapterEngine)
