"""The kernel manager of a chapter: a plain kernel, or one forked by the server."""

from __future__ import annotations

import asyncio
import os
import subprocess
import uuid
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Type, Unicode

from analysis.run.kernel.client import ChapterKernelClient
from analysis.run.kernel.forked import ForkedKernel

# A server that is still loading its libraries answers when it has them.
_PATIENCE = 120.0
# How often and after how many seconds each a kernel that was stopped is looked at.
_GLANCES, _GLANCE = 200, 0.005
# What the server does itself; the words after it are the kernel's.
_LAUNCHER = "ipykernel_launcher"


class ForkProvisioner(LocalProvisioner):
    """Launches the kernel by a fork of the server that holds the libraries."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Asks the server for a kernel with the same words, environment and folder."""
        after = cmd.index(_LAUNCHER) + 1
        cwd = kwargs.get("cwd") or os.getcwd()
        self.process = ForkedKernel(self.parent.server, cmd[after:], kwargs["env"], cwd, _PATIENCE)
        self.pid = self.pgid = self.process.pid
        self.cwd = Path(cwd)
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """Ends the kernel and sees its end, which comes in milliseconds.

        Who waits for it afterwards looks every tenth of a second only.
        """
        await super().kill(restart=restart)
        for _ in range(_GLANCES):
            if await self.poll() is not None:
                return
            await asyncio.sleep(_GLANCE)


class ChapterKernelManager(AsyncKernelManager):
    """A kernel manager that forks where it has the address of a server."""

    client_class = f"{ChapterKernelClient.__module__}.{ChapterKernelClient.__qualname__}"
    client_factory = Type(klass=ChapterKernelClient)
    server = Unicode("", help="The fork server's address; empty for the plain kernel.").tag(
        config=True
    )

    async def _async_pre_start_kernel(self, **kw: Any) -> tuple[list[str], dict[str, Any]]:
        if self.server and self.provisioner is None:
            self.kernel_id = self.kernel_id or str(uuid.uuid4())
            self.provisioner = ForkProvisioner(
                kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
            )
        # What a chapter's subprocess writes is shown in the notebook; it must not also be said by
        # the batch itself, whose lines a scheduler reads.
        kw |= {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return await super()._async_pre_start_kernel(**kw)

    @property
    def server_lost(self) -> bool:
        """Whether the kernel ended because its server did."""
        process = getattr(self.provisioner, "process", None)
        return getattr(process, "server_lost", False)
