"""Chapterhouse as it is run: `chapterhouse serve` with a data folder on a real disk."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import psutil

from app.kit.config import Settings
from bench.sync.framing import DURABLE, STANDARD, Place
from tests.conftest import free_port
from tests.people_at_work import token_of
from tests.servers import Server

_PEOPLE: Final = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """How it is run. `idle` shortens the time after which an empty room is closed; with addresses it
    is on PostgreSQL, and one of several."""

    idle: float | None = None
    database_url: str | None = None
    redis_url: str | None = None


class Running(Server):
    """The process."""

    def __init__(self, folder: Path, wish: Wish) -> None:
        settings = Settings(  # pyright: ignore[reportCallIssue] - the others have defaults
            data_dir=folder / "data",
            host="127.0.0.1",
            port=free_port(),
            create="anyone",
            database_url=wish.database_url,
            redis_url=wish.redis_url,
        )
        super().__init__(settings, log=folder / f"{settings.port}.log")
        if wish.idle is not None:
            entry = json.dumps({"idle": wish.idle})
            self.command = [sys.executable, "-m", "bench.sync.servers.entry", entry]


class Ours:
    """A running server of ours, with a guide and the people who write in it."""

    name = "Chapterhouse"

    def __init__(self, server: Server) -> None:
        self.server = server
        self.cookies: list[str] = []
        self.fay: httpx.AsyncClient
        """Who runs the guide."""
        self.at = ""
        """Where the guide's part of the API begins."""
        self._made = 0

    @property
    def front(self) -> psutil.Process:
        """The process with the sockets."""
        assert self.server.process is not None
        return psutil.Process(self.server.process.pid)

    @property
    def engine(self) -> psutil.Process:
        """The process with the documents."""
        for child in self.front.children():
            if "app.sync.engine" in child.cmdline():
                return child
        raise LookupError("the engine does not run")

    @property
    def processes(self) -> Sequence[psutil.Process]:
        """The front; the engine is its child."""
        return [self.front]

    async def begin(self) -> None:
        """Start a guide, and let people join it."""
        self.fay = httpx.AsyncClient(base_url=self.server.base, timeout=60)
        wish = {"title": "Load", "name": "Fay"}
        made = (await self.fay.post("/api/guides", json=wish)).raise_for_status().json()
        self.at = f"/api/guides/{made['slug']}"
        answer = await self.fay.post(f"{self.at}/invitations", json={"role": "writer"})
        token = token_of(answer.raise_for_status().json()["link"])
        for number in range(_PEOPLE):
            async with httpx.AsyncClient(base_url=self.server.base, timeout=60) as one:
                person = {"token": token, "name": f"Writer {number}"}
                (await one.post("/api/join", json=person)).raise_for_status()
                self.cookies.append("; ".join(f"{k}={v}" for k, v in one.cookies.items()))

    async def documents(self, count: int) -> list[str]:
        """The documents of new chapters."""
        found: list[str] = []
        for _ in range(count):
            self._made += 1
            wish = {"title": f"Chapter {self._made}"}
            answer = await self.fay.post(f"{self.at}/chapters", json=wish)
            found.append(answer.raise_for_status().json()["document_id"])
        return found

    def place(self, document: str, *, durable: bool = True, at: Sequence[Ours] = ()) -> Place:
        """Where a document is found; `at` other processes of ours than this one."""
        query, framing = ("?durable=1", DURABLE) if durable else ("", STANDARD)
        addresses = [f"{one.server.socket_base}/api/sync/{document}{query}" for one in at or [self]]
        return Place(addresses, framing, self.cookies)

    async def places(self, count: int) -> list[Place]:
        """New rooms, for clients that want to know what is durable."""
        return [self.place(document) for document in await self.documents(count)]

    async def end(self) -> None:
        """Let go of the connection to it."""
        await self.fay.aclose()


@asynccontextmanager
async def ours(folder: Path, wish: Wish) -> AsyncGenerator[Ours]:
    """A server of ours in `folder`, with a guide and people."""
    server = Running(folder, wish)
    await asyncio.to_thread(server.start)
    try:
        found = Ours(server)
        await found.begin()
        yield found
        await found.end()
    finally:
        await asyncio.to_thread(server.stop)
