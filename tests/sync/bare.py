"""The sync server alone on a real socket: documents without joining, and faults on demand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from types import SimpleNamespace
from typing import Any, Self, cast
from urllib.parse import parse_qs

from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute

from app.chapters.models import Chapter
from app.guides.models import Guide
from app.kit import bus, clock
from app.kit.config import Settings
from app.kit.db import Database
from app.kit.events import Broadcast
from app.kit.ids import new_id
from app.sync.access import objection
from app.sync.member import Access
from app.sync.models import ClientId, Update
from app.sync.service import Sync
from app.sync.structs import CLIENT, Limits
from tests.sync.clients import Client
from tests.sync.stage import listening


class Bare:
    """A sync server whose sockets say who they are: `?as=name&role=writer`."""

    def __init__(self, settings: Settings, limits: Limits = CLIENT) -> None:
        self.settings = settings
        self.bus = bus.make(settings)
        self.database = Database(settings, Broadcast(self.bus))
        self.sync = Sync(
            self.database,
            self.database.broadcast,
            settings,
            self.bus,
            authorise=self._authorise,
            limits=limits,
        )
        self.guide_id = new_id()
        self.people: dict[str, str] = {}
        self.accesses: list[Access] = []
        self.frozen: set[str] = set()
        """The documents that are closed for changes."""
        self._base = f"ws://127.0.0.1:{settings.port}/api/sync"
        self._open = AsyncExitStack()

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
            frozen=document_id in self.frozen,
        )
        self.accesses.append(access)
        return access

    async def __aenter__(self) -> Self:
        application = Starlette(
            routes=[WebSocketRoute("/api/sync/{document_id}", self.sync.endpoint)]
        )
        async with AsyncExitStack() as opening:
            opening.push_async_callback(self.database.close)
            await opening.enter_async_context(self.bus.running())
            await opening.enter_async_context(self.sync.running())
            await opening.enter_async_context(listening(application, self.settings))
            async with self.database.write() as session:
                session.add(
                    Guide(
                        id=self.guide_id,
                        slug=self.guide_id,
                        title="A",
                        language="en",
                        licence="",
                        accent="#000000",
                        created_at=clock.now(),
                    )
                )
            self._open = opening.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    def person(self, name: str) -> str:
        """The id of a person."""
        return self.people.setdefault(name, new_id())

    async def chapter(self) -> str:
        """A chapter that nobody has opened yet; the id its document will have."""
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
        return document_id

    async def document(self, seed: bytes | None = None, **owners: list[int]) -> str:
        """A new document; `owners` have client ids already."""
        document_id = await self.chapter()
        async with self.database.write() as session:
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

    def freeze(self, document_id: str, frozen: bool) -> None:
        """Close a document for changes, or open it again."""
        (self.frozen.add if frozen else self.frozen.discard)(document_id)
        for access in self.accesses:
            if access.chapter_id == document_id:
                access.freeze(frozen)

    async def rows(self, document_id: str) -> int:
        """How long the log of a document is."""
        async with self.database.read() as session:
            query = (
                select(func.count()).select_from(Update).where(Update.document_id == document_id)
            )
            return await session.scalar(query) or 0

    def before_commits(self, happens: Callable[[], Any]) -> None:
        """Let something happen when the log has written everything and committed nothing; not on
        the loop. What the test prepares by itself is left alone."""
        database = self.database

        async def write_at_once(work: Callable[[Any], Any]) -> Any:
            def then(connection: Any) -> Any:
                result = work(connection)
                happens()
                return result

            return await database.write_at_once(then)

        @asynccontextmanager
        async def write() -> AsyncGenerator[Any]:
            async with database.write() as session:
                yield session
                await asyncio.to_thread(happens)

        troubled = SimpleNamespace(
            write=write,
            write_at_once=write_at_once,
            read=database.read,
            one_trip=None,
            is_sqlite=database.is_sqlite,
            is_shared=database.is_shared,
        )
        self.sync._log._database = cast(Any, troubled)

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
