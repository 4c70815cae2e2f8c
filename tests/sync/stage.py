"""A stage for sync tests: the whole application on a real socket, in the test's own loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Self

from fastapi import FastAPI

from app.kit import serving
from app.kit.config import Settings
from app.main import create_app
from app.sync.service import Sync
from tests.people_at_work import Browser, People
from tests.sync.clients import Client


class Stage:
    """A running server, a guide with its facilitator, and a chapter."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.app: FastAPI = create_app(settings)
        self.document = ""
        self.chapter = ""
        self.people: People
        self.fay: Browser
        self._open = AsyncExitStack()
        self._server: serving.Server
        self._task: asyncio.Task[None]

    @property
    def sync(self) -> Sync:
        found: Sync = self.app.state.sync
        return found

    async def __aenter__(self) -> Self:
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self.settings.port))
        self._server = serving.Server(serving.config(self.app, self.settings, lifespan="on"))
        self._task = await self._server.begin(listening)
        self.people = await self._open.enter_async_context(People(self.settings.base, self.app))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()
        self._server.should_exit = True
        await self._task

    async def begin(self) -> None:
        """A guide and a chapter in it."""
        self.fay = await self.people.start_guide()
        chapter = await self.fay.chapter("One")
        self.chapter, self.document = chapter["id"], chapter["document_id"]

    async def join(self, role: str, name: str) -> Browser:
        return await self.people.join(role, name)

    def address(self, document: str = "", query: str = "") -> str:
        base = self.settings.base.replace("http", "ws", 1)
        return f"{base}/api/sync/{document or self.document}{query}"

    @asynccontextmanager
    async def client(
        self, browser: Browser, *, durable: bool = True, document: str = "", **more: Any
    ) -> AsyncGenerator[Client]:
        """A socket of somebody who joined."""
        query = "?durable=1" if durable else ""
        made = Client(self.address(document, query), cookie(browser), durable=durable, **more)
        await made.open()
        try:
            yield made
        finally:
            await made.close()


def cookie(browser: Browser) -> str:
    return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
