"""The sync server alone on a real socket: documents without joining, and faults on demand."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Self
from urllib.parse import parse_qs

from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute

from app.chapters.models import Chapter
from app.guides.models import Guide
from app.kit import clock, serving
from app.kit.config import Settings
from app.kit.db import Database
from app.kit.events import Broadcast
from app.kit.ids import new_id
from app.sync.access import objection
from app.sync.member import Access
from app.sync.models import ClientId, Update
from app.sync.scan import CLIENT, Limits
from app.sync.service import Sync
from tests.sync.clients import Client


class Bare:
    """A sync server whose sockets say who they are: `?as=name&role=writer`."""

    def __init__(self, settings: Settings, limits: Limits = CLIENT) -> None:
        self.settings = settings
        self.database = Database(settings, Broadcast())
        self.sync = Sync(
            self.database,
            self.database.broadcast,
            settings,
            authorise=self._authorise,
            limits=limits,
        )
        self.guide_id = new_id()
        self.people: dict[str, str] = {}
        self.accesses: list[Access] = []
        self._base = f"ws://127.0.0.1:{settings.port}/api/sync"
        self._server: serving.Server
        self._task: asyncio.Task[None]

    async def _authorise(self, scope: dict[str, Any], document_id: str) -> Access:
        query = parse_qs(scope["query_string"].decode())
        name = query["as"][0]
        access = Access(
            person_id=self.person(name),
            name=name,
            colour="#b3261e",
            role=query.get("role", ["writer"])[0],
            guide_id=self.guide_id,
            chapter_id=document_id,
            may_write=objection,
        )
        self.accesses.append(access)
        return access

    async def __aenter__(self) -> Self:
        await self.sync.start()
        application = Starlette(
            routes=[WebSocketRoute("/api/sync/{document_id}", self.sync.endpoint)]
        )
        listening = socket.socket()
        # Little room in the kernel, so that a slow reader shows early; accepted sockets inherit it.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16 << 10)
        listening.bind(("127.0.0.1", self.settings.port))
        self._server = serving.Server(serving.config(application, self.settings, lifespan="off"))
        self._task = await self._server.begin(listening)
        async with self.database.write() as session:
            session.add(
                Guide(
                    id=self.guide_id,
                    slug="a",
                    title="A",
                    language="en",
                    licence="",
                    accent="#000000",
                    created_at=clock.now(),
                )
            )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.should_exit = True
        await self._task
        await self.sync.stop()
        await self.database.close()

    def person(self, name: str) -> str:
        """The id of a person."""
        return self.people.setdefault(name, new_id())

    async def document(self, seed: bytes | None = None, **owners: list[int]) -> str:
        """A new document; `owners` have client ids already."""
        document_id = new_id()
        async with self.database.write() as session:
            session.add(
                Chapter(
                    guide_id=self.guide_id,
                    document_id=document_id,
                    position=0,
                    title="A",
                    created_at=clock.now(),
                    updated_at=clock.now(),
                    stamps={},
                )
            )
            await session.flush()
            await self.sync.create_document(session, document_id, seed)
            for name, clients in owners.items():
                for client in clients:
                    session.add(
                        ClientId(
                            document_id=document_id,
                            client_id=client,
                            person_id=self.person(name),
                        )
                    )
        return document_id

    async def rows(self, document_id: str) -> int:
        """How long the log of a document is."""
        async with self.database.read() as session:
            query = (
                select(func.count()).select_from(Update).where(Update.document_id == document_id)
            )
            return await session.scalar(query) or 0

    def address(self, document_id: str, name: str, role: str, *, durable: bool) -> str:
        return f"{self._base}/{document_id}?as={name}&role={role}" + "&durable=1" * durable

    @asynccontextmanager
    async def client(
        self,
        document_id: str,
        name: str = "ana",
        role: str = "writer",
        *,
        durable: bool = True,
        ask: bool = True,
        **more: Any,
    ) -> AsyncGenerator[Client]:
        """Somebody's socket."""
        address = self.address(document_id, name, role, durable=durable)
        made = Client(address, durable=durable, **more)
        await made.open(ask=ask)
        try:
            yield made
        finally:
            await made.close()
