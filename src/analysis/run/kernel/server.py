"""The fork server as a batch sees it: started where it can work and pays, ended with the batch."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

SCRIPT = Path(__file__).with_name("preload.py")
# What chapters import anyhow, and what a kernel itself needs.
LIBRARIES = (
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "ipykernel.debugger",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "sqlite3",
    "tornado.platform.asyncio",
    "numpy",
    "pandas",
    "pyarrow.parquet",
    "pyarrow.dataset",
    "pyarrow.pandas_compat",
    "pandas.core.arrays.arrow.extension_types",
    "scipy.stats",
    "scipy.optimize",
    "statsmodels.api",
    "statsmodels.formula.api",
    "formulaic",
    "matplotlib.figure",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "PIL.BmpImagePlugin",
    "PIL.GifImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.PpmImagePlugin",
    "seaborn",
    "great_tables",
    "lifelines",
    "pandera.pandas",
    "openpyxl",
    "yaml",
    "jinja2",
    "analysis.study",
)
# Loading the libraries costs more than one plain kernel does, and less than three.
FEWEST = 3
# A thread of pyarrow's memory pool would be alive at the fork, and lost in the kernel.
_NO_THREADS = {"JE_ARROW_MALLOC_CONF": "background_thread:false"}
_INLINE = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
# Every kernel loads the debugger, which here would say on the terminal what it thinks of Python.
_SILENT = {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}


def why_plain() -> str | None:
    """Why this machine has no fork kernel; None where it has one."""
    if not sys.platform.startswith("linux"):
        return "the fork kernel needs Linux"
    if not hasattr(os, "pidfd_open"):
        return "this Python cannot watch processes by handle"
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:
        return "this Linux cannot watch processes by handle (it is older than 5.3)"
    return None


@contextmanager
def fork_server(
    runtime: Path,
    environment: Mapping[str, str],
    chapters: int,
    libraries: Sequence[str] = LIBRARIES,
) -> Iterator[str | None]:
    """A fork server while the block lasts: its address, or None where the plain kernel is better.

    Args:
        runtime: a folder with a short path, for the socket.
        environment: what is set beside the environment of this process, as in the kernels.
        chapters: how many are to be run; for a single one a server does not pay.
        libraries: what is loaded before the first fork.
    """
    if chapters < FEWEST or why_plain():
        yield None
        return
    address = str(runtime / "fork")
    # Bound here, so that whoever asks before the libraries are loaded waits for them.
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(64)
        process = subprocess.Popen(
            [sys.executable, str(SCRIPT), str(listener.fileno()), *libraries],
            stdin=subprocess.PIPE,
            env=os.environ | _INLINE | _SILENT | _NO_THREADS | dict(environment),
            pass_fds=[listener.fileno()],
        )
    try:
        yield address
    finally:
        # The end of its input ends the server, and the server its kernels; one that is loading
        # has none yet.
        process.stdin.close()
        try:
            process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
