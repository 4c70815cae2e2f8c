"""Standard Yjs clients for tests: started, told what to do, asked what they see."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

from tests.people_at_work import Browser
from tests.sync.stage import Stage, cookie

FRONTEND = Path(__file__).parents[2] / "frontend"
SCRIPT = Path(__file__).with_name("peer.mjs")


class Somebody(Protocol):
    """A client of any make."""

    async def do(self, verb: str, **more: Any) -> Any:
        """Tell it to do something: `paragraph`, `type`, `remove`, `offline`, `online`…"""
        ...


async def until(
    one: Somebody, what: Callable[[dict[str, Any]], Any], within: float = 15
) -> dict[str, Any]:
    """Wait until something is true of what a client sees."""
    deadline = time.monotonic() + within
    while True:
        state: dict[str, Any] = await one.do("state")
        if what(state):
            return state
        assert time.monotonic() < deadline, state
        await asyncio.sleep(0.05)


class Peer:
    """One Node process with a provider; its kinds are listed in peer.mjs."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def do(self, verb: str, **more: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": verb, **more}).encode() + b"\n")
        line = await asyncio.wait_for(self._process.stdout.readline(), 20)
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer["ok"]

    async def state(self) -> dict[str, Any]:
        found: dict[str, Any] = await self.do("state")
        return found

    async def until(
        self, what: Callable[[dict[str, Any]], Any], within: float = 15
    ) -> dict[str, Any]:
        """Wait until something is true of what it sees."""
        return await until(self, what, within)


@asynccontextmanager
async def peer(stage: Stage, browser: Browser, document: str = "") -> AsyncGenerator[Peer]:
    """A standard client of somebody who joined."""
    base = stage.settings.base.replace("http", "ws", 1)
    async with node(base, document or stage.document, cookie(browser)) as made:
        yield made


@asynccontextmanager
async def node(base: str, document: str, cookies: str, kind: str = "plain") -> AsyncGenerator[Peer]:
    """A standard client in Node; `base` is the server's address for sockets."""
    process = await asyncio.create_subprocess_exec(
        "node",
        str(SCRIPT),
        str(FRONTEND),
        f"{base}/api/sync",
        document,
        cookies,
        kind,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Peer(process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()
