"""The servers for Node: installed from npm, in the versions of bench/package.json, and started."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import subprocess
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import psutil

from bench.sync.framing import STANDARD, Place, hocuspocus
from tests.conftest import free_port

_HERE: Final = Path(__file__).parent
PACKAGES: Final = _HERE.parents[1] / "package.json"

Y_WEBSOCKET: Final = "y-websocket"
HOCUSPOCUS: Final = "Hocuspocus"
PEERS: Final = (Y_WEBSOCKET, HOCUSPOCUS)
"""They store nothing: y-websocket's server never does, Hocuspocus only with an extension."""


def install(folder: Path) -> str | None:
    """Install the other servers into a folder; why that was not possible, or None."""
    if shutil.which("npm") is None:
        return "npm is not installed"
    shutil.copy(PACKAGES, folder)
    # No scripts: the only package that has one is an optional store that nobody uses here.
    command = ["npm", "install", "--no-audit", "--no-fund", "--omit=optional", "--ignore-scripts"]
    done = subprocess.run(
        [*command, "--silent"], cwd=folder, check=False, capture_output=True, timeout=300, text=True
    )
    if done.returncode:
        return f"npm could not install them ({done.stderr.strip()[-200:]})"
    return None


class Node:
    """A running server of somebody else's."""

    def __init__(self, name: str, port: int, process: subprocess.Popen[bytes]) -> None:
        self.name = name
        self._port = port
        self._process = psutil.Process(process.pid)
        self._numbers = itertools.count()

    @property
    def base(self) -> str:
        """Its address for sockets."""
        return f"ws://127.0.0.1:{self._port}"

    @property
    def processes(self) -> Sequence[psutil.Process]:
        """Its one process."""
        return [self._process]

    async def places(self, count: int) -> list[Place]:
        """Rooms that nobody has used; they need not be made first."""
        return [self._place(f"room{next(self._numbers)}") for _ in range(count)]

    def _place(self, name: str) -> Place:
        if self.name == HOCUSPOCUS:
            return Place([f"{self.base}/"], hocuspocus(name))
        return Place([f"{self.base}/{name}"], STANDARD)


@asynccontextmanager
async def node(name: str, installed: Path, folder: Path) -> AsyncGenerator[Node]:
    """A server of somebody else's, from where it was installed."""
    port = free_port()
    if name == HOCUSPOCUS:
        # Node looks for packages beside the script.
        script = Path(shutil.copy(_HERE / "hocuspocus.mjs", installed))
    else:
        script = installed / "node_modules/y-websocket/bin/server.js"
    environment = {**os.environ, "HOST": "127.0.0.1", "PORT": str(port)}
    with (folder / "node.log").open("ab") as log:
        process = subprocess.Popen(["node", str(script)], env=environment, stdout=log, stderr=log)
    try:
        await _until_it_listens(port)
        yield Node(name, port, process)
    finally:
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, 10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def _until_it_listens(port: int) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
