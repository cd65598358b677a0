"""A kernel forked by the server, with the manners of `subprocess.Popen`."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import struct
import time
from collections.abc import Mapping, Sequence

_SIZE = struct.Struct("!I")


class NoServerError(OSError):
    """The fork server cannot be reached, refused, or ended while its kernel ran."""


class ForkedKernel:
    """A kernel process of the fork server; the connection to it lives as long as the kernel."""

    stdin = stdout = stderr = None

    def __init__(
        self, address: str, words: Sequence[str], env: Mapping[str, str], cwd: str, patience: float
    ) -> None:
        self.returncode: int | None = None
        self.server_lost = False
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.settimeout(patience)
        request = json.dumps({"words": list(words), "env": dict(env), "cwd": str(cwd)}).encode()
        try:
            self._connection.connect(address)
            self._connection.sendall(_SIZE.pack(len(request)) + request)
            answer = self._read()
        except OSError as error:
            self._connection.close()
            raise NoServerError(f"the fork server does not answer ({error})") from None
        if "pid" not in answer:
            self._connection.close()
            raise NoServerError(answer.get("refused", "the fork server ended"))
        self.pid: int = answer["pid"]

    def poll(self) -> int | None:
        """The exit code, or None while the kernel runs."""
        if self.returncode is None and select.select([self._connection], [], [], 0)[0]:
            try:
                answer = self._read()
            except OSError:
                answer = {}
            # Without a last word the server itself has gone, and the kernel with it.
            self.server_lost = "status" not in answer
            self.returncode = answer.get("status", -signal.SIGKILL)
            self._connection.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Waits for the kernel's end."""
        end = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if end is not None and time.monotonic() > end:
                raise TimeoutError
            time.sleep(0.01)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Signals the kernel if it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Ends the kernel at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Asks the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def _read(self) -> dict:
        (size,) = _SIZE.unpack(self._exactly(_SIZE.size))
        return json.loads(self._exactly(size))

    def _exactly(self, size: int) -> bytes:
        parts = b""
        while len(parts) < size:
            part = self._connection.recv(size - len(parts))
            if not part:
                raise OSError("the connection has ended")
            parts += part
        return parts
