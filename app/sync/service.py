"""Sync as the other nouns see it: reading and editing chapters' words, and who is where."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters import service as chapters
from app.chapters.models import Chapter
from app.kit.bus import Bus
from app.kit.config import Settings
from app.kit.db import Database
from app.kit.errors import BadInput, Conflict, Unavailable
from app.kit.events import Broadcast, Event
from app.manuscript import tree
from app.manuscript.tree import Node
from app.sync import seeding, stored
from app.sync.access import Gate
from app.sync.endpoint import Authorise, Endpoint
from app.sync.log import Log
from app.sync.member import Member
from app.sync.room import Room
from app.sync.rooms import Rooms
from app.sync.stored import CannotLoad
from app.sync.structs import CLIENT, Limits
from app.sync.supervisor import EngineDied, EngineRefused, Supervisor

log = logging.getLogger(__name__)

RECHECK_SECONDS = 2.0


class Sync:
    """The sync server of this process. `authorise` and `limits` are for tests."""

    def __init__(
        self,
        database: Database,
        broadcast: Broadcast,
        settings: Settings,
        bus: Bus | None = None,
        *,
        authorise: Authorise | None = None,
        limits: Limits = CLIENT,
    ) -> None:
        self._database = database
        self._broadcast = broadcast
        self._gate = Gate(database, settings)
        self.engine = Supervisor(sorted(limits.roots - CLIENT.roots))
        self._log = Log(database)
        self.rooms = Rooms(database, self.engine, self._log, bus)
        self.rooms.on_words = self._count
        self.endpoint = Endpoint(self.rooms, authorise or self._gate, limits)
        self.endpoint.on_presence = self._moved
        self._watching: asyncio.Task[None] | None = None
        self._telling: dict[str, asyncio.Task[None]] = {}
        self.written: list[Callable[[str], Awaitable[None]]] = []
        """Called with a document's id some time after its words have changed."""
        broadcast.on("role", self._on_change, everywhere=True)
        broadcast.on("device", self._on_change, everywhere=True)
        broadcast.on("freeze", self._on_change, everywhere=True)

    async def start(self) -> None:
        """Start the engine and the writer."""
        await self.engine.start()
        self._log.start()
        self.rooms.start()
        self._watching = asyncio.get_running_loop().create_task(self._watch())

    async def drain(self) -> None:
        """Store everything that was taken in and tell everybody to come back (1012)."""
        await self.rooms.stop()
        await self._log.drain()

    async def stop(self) -> None:
        """End; nothing that was taken in is lost."""
        if self._watching is not None:
            self._watching.cancel()
        for task in list(self._telling.values()):
            task.cancel()
        await self.drain()
        await self._log.stop()
        await self.engine.stop()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[Sync]:
        """Started for the length of the block: for the application's lifespan."""
        await self.start()
        try:
            yield self
        finally:
            await self.stop()

    # ---- words

    async def seed(self, node: Node) -> bytes:
        """The first update of a document with these words. To be made before the transaction
        in which `create_document` uses it.

        Raises:
            BadInput: the tree is not one of our schema.
            Unavailable: it could not be made within the limits of time and memory.
        """
        return await _plainly(seeding.seed(self.engine, node))

    async def create_document(
        self, session: AsyncSession, document_id: str, seed: bytes | None = None
    ) -> None:
        """Make the document of a chapter, with an empty paragraph or with the words of `seed`."""
        await stored.begin(session, document_id, seed or stored.SEED)

    async def read_tree(self, document_id: str) -> Node:
        """The words of a chapter, as they are stored.

        Raises:
            Unavailable: they cannot be read right now.
        """
        async with self._room(document_id) as room:
            return tree.from_json(await _plainly(room.ask("tree")))

    async def replace_empty(self, document_id: str, node: Node, person_id: str) -> None:
        """Put words into a chapter that has none.

        Raises:
            Conflict: there are words already.
            BadInput: the tree is not one of our schema.
        """
        nodes = [tree.to_json(child) for child in node.content]
        async with self._room(document_id) as room:
            await _plainly(room.ask("fill", nodes, author=person_id))

    async def append(self, document_id: str, nodes: Sequence[Node], person_id: str) -> None:
        """Put blocks behind the words of a chapter, as an ordinary edit.

        Raises:
            BadInput: a block is not one of our schema.
        """
        values = [tree.to_json(node) for node in nodes]
        async with self._room(document_id) as room:
            await _plainly(room.ask("append", values, author=person_id))

    async def cut(self, document_id: str, from_index: int, person_id: str) -> list[Node]:
        """Take the top-level blocks from `from_index` on out of a chapter, and return them.

        Raises:
            BadInput: there are fewer blocks.
        """
        async with self._room(document_id) as room:
            _, nodes = await _plainly(room.ask("cut", from_index, author=person_id))
            return [tree.from_json(value) for value in nodes]

    # ---- people

    def presence(self, guide_id: str) -> dict[str, list[str]]:
        """Who has which chapter open: {chapter id: [person ids]}."""
        where: dict[str, set[str]] = defaultdict(set)
        for member in self.endpoint.members:
            if member.access.guide_id == guide_id:
                where[member.access.chapter_id].add(member.person_id)
        return {chapter: sorted(people) for chapter, people in where.items()}

    async def close_person(self, person_id: str) -> None:
        """End every socket of a person (4401)."""
        for member in list(self.endpoint.members):
            if member.person_id == person_id:
                member.access.role = ""
                member.access.end()

    async def freshen(self, person_id: str | None = None) -> None:
        """A person's role, name, colour or devices, or what is closed for changes, is another now:
        take it into the open sockets."""
        changed = {id(access) for access in await self._gate.recheck(person_id)}
        for room in self.rooms.open_rooms():
            for member in room.show.members:
                if id(member.access) in changed:
                    room.show.presence.refresh(member)

    async def epoch(self, document_id: str) -> str:
        """The lineage a document is of."""
        async with self._room(document_id) as room:
            return room.epoch

    async def _on_change(self, event: Event) -> None:
        await self.freshen(event.to or event.payload.get("person_id"))

    async def _watch(self) -> None:
        """What other processes and the clock change about people is seen within seconds."""
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            try:
                await self.freshen()
            except Exception:
                log.exception("The open sessions could not be checked.")

    def _moved(self, member: Member) -> None:
        guide_id = member.access.guide_id
        if guide_id not in self._telling:
            self._telling[guide_id] = asyncio.get_running_loop().create_task(self._tell(guide_id))

    async def _tell(self, guide_id: str) -> None:
        # Going from one chapter to the next is one message, not two.
        await asyncio.sleep(0.05)
        del self._telling[guide_id]
        with contextlib.suppress(Exception):
            await self._broadcast.publish(Event(guide_id, "presence", here_only=True))

    async def _count(self, document_id: str, words: int) -> None:
        async with self._database.read() as session:
            known = await session.scalar(
                select(Chapter.words).where(Chapter.document_id == document_id)
            )
        if known != words:
            async with self._database.write() as session:
                await chapters.set_words(session, document_id, words)
        for tell in self.written:
            await tell(document_id)

    @asynccontextmanager
    async def _room(self, document_id: str) -> AsyncGenerator[Room]:
        async with self._database.read() as session:
            exists = await session.get(stored.Document, document_id) is not None
        if not exists:
            async with self._database.write() as session:
                await stored.begin(session, document_id)
        try:
            async with self.rooms.use(document_id) as room:
                yield room
        except CannotLoad as error:
            log.exception("Document %s cannot be opened.", document_id)
            raise Unavailable(_UNAVAILABLE) from error


_UNAVAILABLE = "This chapter cannot be opened right now. Its words are kept; tell the facilitator."


async def _plainly(answer: Awaitable[Any]) -> Any:
    """The engine's answer, its refusals as errors a person can be told."""
    try:
        return await answer
    except EngineRefused as refused:
        if refused.code == "not_empty":
            raise Conflict("There are words in this chapter already.", code="not_empty") from None
        if refused.code in {"invalid", "bad_index"}:
            raise BadInput("This text cannot be put into a chapter.", code=refused.code) from None
        raise Unavailable(_UNAVAILABLE) from refused
    except (EngineDied, CannotLoad) as error:
        raise Unavailable(_UNAVAILABLE) from error
