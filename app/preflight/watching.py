"""Watching: chapters that people write in are looked at again, soon, one after the other.

Off the path of a keystroke: sync tells after it has counted a chapter's words, and looking takes at
most a small part of the time. With several servers each looks at what is written through it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.kit import clock
from app.kit.db import Database
from app.kit.events import Event
from app.preflight import looking
from app.preflight.looking import Looked
from app.sync.models import Document
from app.sync.service import Sync

log = logging.getLogger(__name__)

_RARELY: Final = 20
"""Looking takes at most such a part of the time."""
_PAUSE: Final = 0.05
_TELL: Final = 2.0
"""Seconds between two messages to the screens of a guide while many chapters are looked at."""


class Watch:
    """The chapters of this process that wait to be looked at."""

    def __init__(self, database: Database, sync: Sync) -> None:
        self._database = database
        self._sync = sync
        self._line: dict[str, None] = {}
        self._some = asyncio.Event()
        self._untold: set[str] = set()
        """Guides whose screens have not heard of something yet."""
        self._told: dict[str, float] = {}
        sync.written.append(self._written)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[Watch]:
        """Looking for the length of the block."""
        work = asyncio.create_task(self._work())
        try:
            yield self
        finally:
            work.cancel()

    def look_at(self, chapter_ids: Iterable[str]) -> None:
        """Have chapters looked at when it is their turn."""
        for one in chapter_ids:
            self._line.setdefault(one)
        self._some.set()

    async def now(self, chapter_ids: Iterable[str]) -> None:
        """Look at chapters here and now: for whoever must know before going on."""
        for one in chapter_ids:
            self._line.pop(one, None)
            await self._look(one)
        await self._tell_screens(everybody=True)

    async def _written(self, document_id: str) -> None:
        async with self._database.read() as session:
            chapter_id = await session.scalar(
                select(Document.chapter_id).where(Document.id == document_id)
            )
        if chapter_id is not None:
            self.look_at([chapter_id])

    async def _work(self) -> None:
        while True:
            if not self._line and not self._untold:
                self._some.clear()
                await self._some.wait()
            took = 0.0
            if self._line:
                chapter_id = next(iter(self._line))
                del self._line[chapter_id]
                took = await self._in_turn(chapter_id)
            await self._tell_screens(everybody=False)
            await asyncio.sleep(max(_PAUSE if self._line else 0.25, took * _RARELY))

    async def _in_turn(self, chapter_id: str) -> float:
        """How many seconds it took."""
        began = clock.monotonic()
        try:
            await self._look(chapter_id)
        except Exception:
            log.exception("Chapter %s could not be looked at.", chapter_id)
        return clock.monotonic() - began

    async def _look(self, chapter_id: str) -> None:
        looked = await looking.at_chapter(self._database, self._sync, chapter_id)
        if looked is None:
            return
        try:
            changed = await self._keep(looked)
        except IntegrityError:
            changed = await self._keep(looked)  # another server was quicker to make the row
        if changed:
            self._untold.add(looked.guide_id)

    async def _keep(self, looked: Looked) -> bool:
        async with self._database.write() as session:
            return await looking.keep(session, looked)

    async def _tell_screens(self, *, everybody: bool) -> None:
        now = clock.monotonic()
        for guide_id in list(self._untold):
            if everybody or now - self._told.get(guide_id, -_TELL) >= _TELL:
                self._untold.discard(guide_id)
                self._told[guide_id] = now
                await self._database.broadcast.publish(Event(guide_id, "findings"))
