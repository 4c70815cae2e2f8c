"""A stage for sync tests: the whole application on a real socket, in the test's own loop."""

from __future__ import annotations

import socket
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Self

from fastapi import FastAPI
from starlette.types import ASGIApp

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

    @property
    def sync(self) -> Sync:
        found: Sync = self.app.state.sync
        return found

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opening:
            await opening.enter_async_context(self.app.router.lifespan_context(self.app))
            await opening.enter_async_context(listening(self.app, self.settings))
            self.people = await opening.enter_async_context(People(self.settings.base, self.app))
            self._open = opening.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

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


@asynccontextmanager
async def listening(app: ASGIApp, settings: Settings) -> AsyncGenerator[None]:
    """Serve `app` in this loop, as the real server does, for the length of the block."""
    with socket.socket() as own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Little room in the kernel, so that a slow reader shows early; accepted sockets inherit it.
        own.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16 << 10)
        own.bind(("127.0.0.1", settings.port))
        server = serving.Server(serving.config(app, settings))
        task = await server.begin(own)
        try:
            yield
        finally:
            server.leave()
            await task


def cookie(browser: Browser) -> str:
    return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
