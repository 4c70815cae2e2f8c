"""The rooms: which documents are open, opening each once, and closing what nobody uses.

A room is loading, open, closing or failed. Who comes while it closes waits for that and opens it
anew; a load that fails is told to everybody who waits and tried again by the next.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from app.kit.bus import Bus
from app.kit.db import Database
from app.kit.garbage import Garbage
from app.sync import snapshots, stored
from app.sync.log import Log
from app.sync.neighbours import Neighbours
from app.sync.pace import Pace
from app.sync.ration import Ration
from app.sync.room import Elsewhere, Room
from app.sync.stored import CannotLoad
from app.sync.supervisor import EngineDied, EngineRefused, Supervisor

log = logging.getLogger(__name__)

IDLE: Final = 30.0
"""Seconds after which a room without anybody is closed."""
PULSE: Final = 15.0
WORDS: Final = 1.5
"""Seconds from a change to counting the words anew."""
_BUSY: Final = 6.0
"""So many times longer it takes while people go on typing: the whole chapter is read for it, and
every screen of the guide hears of it."""
_STOPPED: Final = 0.4
"""Seconds without a change after which nobody goes on typing."""
_RARELY: Final = 30
"""Counting the words takes at most such a part of the time."""
_SNAPSHOT_ROWS: Final = 2000
_SNAPSHOT_BYTES: Final = 64 << 10

WordCount = Callable[[str, int], Awaitable[None]]
"""Called with a document's id and its number of words."""


class _Entry:
    def __init__(self, room: Room, opening: asyncio.Task[None]) -> None:
        self.room = room
        self.opening = opening
        self.users = 0
        self.idle_since = time.monotonic()
        self.closing = False
        self.closed = asyncio.Event()
        self.changed_at: float | None = None
        """When the first change came that is not counted yet."""
        self.counting = 0.0
        """Seconds that counting the words took the last time."""
        self.last_change = 0.0


class Rooms:
    """All open documents of this process."""

    def __init__(
        self, database: Database, engine: Supervisor, writer: Log, bus: Bus | None = None
    ) -> None:
        self._database = database
        self._engine = engine
        self._log = writer
        self._pace = Pace()
        self._entries: dict[str, _Entry] = {}
        self._ration = Ration()
        self.garbage = Garbage()
        self._sweeping: asyncio.Task[None] | None = None
        self._work: set[asyncio.Task[Any]] = set()
        self._stopped = False
        self.on_words: WordCount | None = None
        self._neighbours = Neighbours(bus or Bus(), database, self.open_rooms)

    def start(self) -> None:
        """Start looking after the rooms."""
        self._neighbours.start()
        self._sweeping = asyncio.get_running_loop().create_task(self._sweep())

    async def stop(self) -> None:
        """Tell everybody to come back later, and end. What was taken in is stored before."""
        self._neighbours.stop()
        if self._sweeping is not None:
            self._sweeping.cancel()
        self._stopped = True
        for entry in list(self._entries.values()):
            entry.opening.cancel()
            await entry.room.quiet()
            entry.room.show.flush()
            for member in list(entry.room.show.members):
                member.line.close(1012, "the server restarts")
            entry.room.show.close()
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        self._entries.clear()

    def open_rooms(self) -> list[Room]:
        """The rooms that are open now."""
        return [entry.room for entry in self._entries.values() if entry.room.epoch]

    @asynccontextmanager
    async def use(self, document_id: str) -> AsyncGenerator[Room]:
        """The open room of a document, kept open for the length of the block.

        Raises:
            NotFound, CannotLoad: see `opening.load`.
        """
        entry = await self._enter(document_id)
        try:
            if self._database.is_shared:
                # What another process has stored by now is part of it.
                await entry.room.learn()
            yield entry.room
        finally:
            entry.users -= 1
            entry.idle_since = time.monotonic()

    async def _enter(self, document_id: str) -> _Entry:
        while True:
            if self._stopped:
                raise CannotLoad("the server stops")
            entry = self._entries.get(document_id)
            if entry is None:
                entry = self._entries[document_id] = self._new(document_id)
            elif entry.closing:
                await entry.closed.wait()
                continue
            entry.users += 1
            try:
                # One load for all who wait; none of them may cancel it for the others.
                await asyncio.shield(entry.opening)
            except BaseException:
                entry.users -= 1
                if _failed(entry.opening) and self._entries.get(document_id) is entry:
                    self._forget(entry.room)
                raise
            return entry

    def _new(self, document_id: str) -> _Entry:
        room = Room(document_id, self._database, self._engine, self._log, self._pace)
        room.show.ration = self._ration
        self._neighbours.enter(room)
        entry = _Entry(room, asyncio.get_running_loop().create_task(room.open()))

        def changed() -> None:
            entry.last_change = time.monotonic()
            if entry.changed_at is None:
                entry.changed_at = entry.last_change

        async def failed(_room: Room) -> None:
            self._forget(room)
            code, reason = 4503, "the chapter cannot be opened right now"
            if isinstance(room.failed, Elsewhere):
                # Whoever comes again is told what became of it.
                code, reason = 1012, "the chapter was changed as a whole"
            for member in list(room.show.members):
                member.line.close(code, reason)
            room.show.close()

        room.show.on_change = changed
        room.on_failure = failed
        return entry

    async def _sweep(self) -> None:
        last_pulse = time.monotonic()
        while True:
            await asyncio.sleep(0.5)
            now = time.monotonic()
            pulse = now - last_pulse >= PULSE
            if pulse:
                last_pulse = now
            for document_id in list(self._entries):
                self._look_after(document_id, now, pulse)
            if not self._pace.step:
                self.garbage.sweep()

    def _look_after(self, document_id: str, now: float, pulse: bool) -> None:
        entry = self._entries[document_id]
        if entry.closing or not entry.opening.done() or entry.room.failed:
            return
        for member in list(entry.room.show.members):
            if member.line.is_stuck():
                log.info("Person %s does not read and is cut off.", member.person_id)
                member.cut()
        if pulse:
            entry.room.show.pulse()
        is_busy = now - entry.last_change < _STOPPED
        # The engine does nothing else meanwhile.
        due = max(WORDS * _BUSY if is_busy else WORDS, _RARELY * entry.counting)
        if entry.changed_at is not None and now - entry.changed_at > due:
            entry.changed_at = None
            self._keep(lambda: self._count_words(entry))
        if not entry.users and now - entry.idle_since > IDLE:
            entry.closing = True
            self._keep(lambda: self._close(document_id, entry))

    async def _count_words(self, entry: _Entry) -> None:
        room = entry.room
        began = time.monotonic()
        words = await room.ask("words")
        entry.counting = time.monotonic() - began
        if self.on_words is not None:
            await self.on_words(room.document_id, words)
        if room.tail_rows > _SNAPSHOT_ROWS or room.tail_bytes > max(
            room.base_bytes, 4 * _SNAPSHOT_BYTES
        ):
            await self._snapshot(room)

    async def _snapshot(self, room: Room) -> None:
        try:
            made = await snapshots.make(self._database, room)
        except (EngineRefused, EngineDied, CannotLoad) as refused:
            # The log stays whole and is read instead; somebody should look at it.
            log.warning("No snapshot of document %s: %s", room.document_id, refused)
            room.tail_rows = room.tail_bytes = 0
            return
        room.tail_rows = room.tail_bytes = 0
        room.base_bytes = len(made.state)
        await stored.keep_snapshot(
            self._database, room.document_id, made.epoch, made.upto, made.state, made.vector
        )

    async def _close(self, document_id: str, entry: _Entry) -> None:
        room = entry.room
        try:
            await room.quiet()
            if entry.changed_at is not None:
                await self._count_words(entry)
            if room.tail_rows > 100 or room.tail_bytes > _SNAPSHOT_BYTES:
                await self._snapshot(room)
            await room.quiet()
            await self._engine.ask("drop", document_id)
        except Exception:
            log.exception("Document %s was not closed properly.", document_id)
        finally:
            room.show.close()
            if self._entries.get(document_id) is entry:
                self._forget(room)
            entry.closed.set()

    def _forget(self, room: Room) -> None:
        self._neighbours.leave(room)
        self._log.forget(room.document_id)
        self._entries.pop(room.document_id, None)
        self.garbage.closed()

    def _keep(self, work: Callable[[], Awaitable[None]]) -> None:
        async def guarded() -> None:
            try:
                await work()
            except Exception:
                log.exception("Looking after a room failed.")

        task = asyncio.get_running_loop().create_task(guarded())
        self._work.add(task)
        task.add_done_callback(self._work.discard)


def _failed(opening: asyncio.Task[None]) -> bool:
    return opening.done() and (opening.cancelled() or opening.exception() is not None)
