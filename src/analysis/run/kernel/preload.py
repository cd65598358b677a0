"""The fork server: a process that has the heavy libraries loaded and forks a kernel when asked.

The package of this project is loaded too. A kernel would not see an edit that came after, so from
then on none is forked: whoever asks is refused and starts a plain kernel, which sees it. A request
comes over a socket in a folder of the batch; the connection lives as long as its kernel. If the
asker goes, its kernel is killed; if this server goes, so do all its kernels.
"""

import ctypes
import gc
import importlib.util
import json
import os
import random
import selectors
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable

SIZE = struct.Struct("!I")
PACKAGE = "analysis"
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_prctl = ctypes.CDLL(None).prctl


def main(listener: socket.socket, libraries: list[str]) -> None:
    """Loads the libraries, then serves until standard input ends; who asks early waits."""
    # A wish to stop comes from the batch, by the end of the input, not from the terminal.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What is loaded stays shared between kernels: no collector looks through it, here or in them.
    gc.disable()
    told = _load(libraries)
    refuse = _guard()
    gc.freeze()
    _serve(listener, refuse, told)


def _load(libraries: list[str]) -> dict[str, str]:
    """Loads them; returns the variables of the environment that they set, as in a fresh kernel."""
    before = dict(os.environ)
    for name in libraries:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    return {name: value for name, value in os.environ.items() if before.get(name) != value}


def _guard() -> Callable[[], str]:
    """Says why no kernel may be forked; empty while one may."""
    threads = len(os.listdir("/proc/self/task"))
    loaded = [
        module.__file__
        for name, module in sys.modules.items()
        if name.partition(".")[0] == PACKAGE and getattr(module, "__file__", None)
    ]
    before = _stamps(loaded)

    def refuse() -> str:
        if threads > 1:
            return f"{threads - 1} threads were alive after loading"
        if _stamps(loaded) != before:
            return "the program was changed after the fork server had loaded it"
        return ""

    return refuse


def _stamps(files: list[str]) -> list[tuple[int, ...] | None]:
    """What tells a file from an edited one: its number, size and times; None where it is gone."""
    found = []
    for file in files:
        try:
            status = os.stat(file)
            times = (status.st_mtime_ns, status.st_ctime_ns)
            found.append((status.st_ino, status.st_size, *times))
        except OSError:
            found.append(None)
    return found


def _serve(listener: socket.socket, refuse: Callable[[], str], told: dict[str, str]) -> None:
    ready = selectors.DefaultSelector()
    ready.register(listener, selectors.EVENT_READ, None)
    ready.register(sys.stdin.fileno(), selectors.EVENT_READ, "parent")
    kernels: dict[int, tuple[socket.socket, int]] = {}
    while True:
        for key, _ in ready.select():
            if key.data == "parent":
                for pid in kernels:
                    _kill(pid)
                os._exit(0)
            elif key.data is None:
                _begin(listener, refuse, ready, kernels, told)
            else:
                _end(key.data, ready, kernels)


def _begin(listener, refuse, ready, kernels, told) -> None:
    """Forks a kernel for who has just connected."""
    asker, _ = listener.accept()
    try:
        asker.settimeout(10)
        request = json.loads(_read(asker))
        if refusal := refuse():
            _answer(asker, {"refused": refusal})
            asker.close()
            return
        pid = os.fork()
    except (OSError, ValueError):
        asker.close()
        return
    if pid == 0:
        ready.close()
        for each in (listener, asker, *(own for own, _ in kernels.values())):
            each.close()
        for _, handle in kernels.values():
            os.close(handle)
        _become_kernel(request, told)
    handle = os.pidfd_open(pid)
    kernels[pid] = (asker, handle)
    # The end of the kernel and the end of the asker both end the pair.
    ready.register(handle, selectors.EVENT_READ, pid)
    ready.register(asker, selectors.EVENT_READ, pid)
    _answer(asker, {"pid": pid})


def _end(pid: int, ready, kernels) -> None:
    if pid not in kernels:
        return
    asker, handle = kernels.pop(pid)
    ready.unregister(handle)
    ready.unregister(asker)
    _kill(pid)
    _, status = os.waitpid(pid, 0)
    os.close(handle)
    _answer(asker, {"status": os.waitstatus_to_exitcode(status)})
    asker.close()


def _kill(pid: int) -> None:
    """Ends a kernel and whatever it started in its session."""
    for end in (os.killpg, os.kill):
        try:
            end(pid, signal.SIGKILL)
        except OSError:
            continue


def _become_kernel(request: dict, told: dict[str, str]) -> None:
    """In the child: the state of a fresh process, then a kernel; never returns."""
    try:
        server = os.getppid()
        os.setsid()
        _prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        _fresh_state(request, told)
        from ipykernel import kernelapp

        # What a chapter's subprocess writes is shown in the notebook; the batch must not say it.
        for handle in (1, 2):
            os.dup2(nothing, handle)
        os.close(nothing)
        # Read from the environment when the class was made, which was in the server.
        parent = f"--IPKernelApp.parent_handle={server}"
        kernelapp.launch_new_instance(argv=[*sys.argv[1:], parent])
    except Exception as error:
        os.write(2, f"The kernel could not start: {type(error).__name__}\n".encode())
        os._exit(1)
    sys.exit(0)


def _fresh_state(request: dict, told: dict[str, str]) -> None:
    gc.enable()
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(request["env"] | told)
    time.tzset()
    os.chdir(request["cwd"])
    launcher = importlib.util.find_spec("ipykernel_launcher")
    sys.argv = [launcher.origin, *request["words"]]
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()


def _read(connection: socket.socket) -> bytes:
    (size,) = SIZE.unpack(_exactly(connection, SIZE.size))
    return _exactly(connection, size)


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts = b""
    while len(parts) < size:
        part = connection.recv(size - len(parts))
        if not part:
            raise OSError("the asker has gone")
        parts += part
    return parts


def _answer(connection: socket.socket, words: dict) -> None:
    text = json.dumps(words).encode()
    try:
        connection.sendall(SIZE.pack(len(text)) + text)
    except OSError:
        return


if __name__ == "__main__":
    # The folder of this script is not a place to import from.
    del sys.path[0]
    main(socket.socket(fileno=int(sys.argv[1])), sys.argv[2:])
