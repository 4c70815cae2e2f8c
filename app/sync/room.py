"""A room: an open chapter. Every update takes the same way here, in this order and no other:
role and ownership → engine → commit → acknowledgement to the sender and one frame for all.

One task at a time works through the inbox; while a commit runs, the next updates are already
with the engine. What a newcomer is answered waits for the commits before it, so that nobody sees
what is not stored.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

from app.kit.db import Database
from app.sync import opening, stored
from app.sync.answering import Answering
from app.sync.commits import Lineage, Row
from app.sync.items import Ask, Inbox, Learn, Offer
from app.sync.judging import Judging
from app.sync.learning import Learning
from app.sync.log import Log
from app.sync.member import Member
from app.sync.owners import Owners
from app.sync.pace import Pace
from app.sync.pending import Pending
from app.sync.progress import Progress
from app.sync.scan import scan
from app.sync.showing import Showing
from app.sync.storing import Storing
from app.sync.structs import STORED, Scan
from app.sync.supervisor import Supervisor

log = logging.getLogger(__name__)


class Elsewhere(Exception):
    """The document is of another epoch now, gone, or in quarantine: others have seen to that."""


class Room:
    """One open document: what is known of it, and the parts that work on it in turn."""

    def __init__(
        self,
        document_id: str,
        database: Database,
        engine: Supervisor,
        writer: Log,
        pace: Pace,
    ) -> None:
        self.document_id = document_id
        self.show = Showing(self)
        self.clocks: dict[int, int] = {}
        self.epoch = ""
        self.schema = 0
        self.guide_id = ""
        self.chapter_id = ""
        self.tail_rows = self.tail_bytes = self.base_bytes = 0
        self.failed: BaseException | None = None
        self.on_failure: Callable[[Room], Awaitable[None]] | None = None
        self.on_stored: Callable[[int, Sequence[Row]], None] | None = None
        """Told of rows that this process has stored: the seq of the first one, and the rows."""
        self.database = database
        self.engine = engine
        self.pace = pace
        self.lineage = Lineage(broken=True)
        self.generation = -1
        self.inbox = Inbox()
        self._pumping: asyncio.Task[None] | None = None
        self._is_apart = False
        """Whether something is done beside which nothing is learned."""
        self._beating = False
        """Whether the pace calls at its next beat."""
        self.owners = Owners(self.show.presence.person_of)
        self.pending = Pending()
        self.progress = Progress()
        self._glance: Learn | None = None
        """The look into the log that everybody shares who wants one now."""
        self.storing = Storing(self, writer)
        self.judging = Judging(self)
        self.learning = Learning(self)
        self.answering = Answering(self)

    @property
    def seq(self) -> int:
        """The row of the log up to which everything has been shown here."""
        return self.progress.seq

    async def open(self) -> None:
        """Load the document. Raises what `opening.load` raises."""
        await self._reload()

    def owner(self, client: int) -> str | None:
        """Whose a client id is; "" for the server, None for nobody."""
        return self.owners.of(client)

    def offer(self, offer: Offer) -> None:
        """An update came in."""
        self.pace.count()
        self.inbox.put(offer)
        self.stir()

    def ask(
        self, verb: str, *rest: Any, member: Member | None = None, author: str | None = None
    ) -> asyncio.Future[Any]:
        """Ask the engine, after all that came before; answered when all that is stored.

        The answer goes down the member's line or into the future. Of an edit `author` is the
        person who wanted it.
        """
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if self.failed is not None:
            future.set_exception(self.failed)
            return future
        self.inbox.put(Ask(verb, rest, future, member, author=author))
        self.stir()
        return future

    def told(self, first: int, rows: Sequence[Row]) -> None:
        """Another process says that it has stored rows from `first` on; without them, that it has."""
        self.pace.count(len(rows))
        self.hear(Learn(first, rows, asyncio.get_running_loop().create_future()))

    def hear(self, item: Learn) -> None:
        """Learn what is told at once or, where that has to wait, in its turn."""
        if self.failed is not None:
            item.finish()
        elif not self.learning.take(item):
            self.inbox.put(item)
            self.stir()

    def learn(self) -> asyncio.Future[None]:
        """Look into the log; done once this room has what is there."""
        if self._glance is None or self._glance.is_taken:
            self._glance = self.learning.look()
            self.hear(self._glance)
        return self._glance.done

    @property
    def is_learning(self) -> bool:
        """Whether rows may be taken in without waiting: nobody is being answered, and the engine
        has the document."""
        return (
            not self._is_apart
            and not self.lineage.broken
            and self.generation == self.engine.generation
            and self.inbox.has_only_offers
        )

    def lineage_changed(self) -> None:
        """The document is not what it was: whoever is here has to come again."""
        if self.failed is None:
            self.fail(Elsewhere(self.document_id))

    async def quiet(self) -> None:
        """Wait until nothing is on its way."""
        while self._pumping is not None or self._waits or self.pending.any:
            if self._waits:
                self._begin()
            if self._pumping is not None:
                await asyncio.wait([self._pumping])
            await self.pending.wait()

    def stir(self) -> None:
        """See that what waits is worked through."""
        if self._beating and self.inbox.may_wait:
            return
        if not self._waits:
            return
        if self.inbox.may_wait and (self._beating or self.pace.at_beat(self._on_beat)):
            self._beating = True
        else:
            self._begin()

    @property
    def _waits(self) -> bool:
        return self._pumping is None and bool(self.inbox) and self.failed is None

    def _on_beat(self) -> None:
        self._beating = False
        if self._waits:
            self._begin()

    def _begin(self) -> None:
        self._pumping = asyncio.get_running_loop().create_task(self._pump())

    async def _pump(self) -> None:
        try:
            while self.inbox:
                if self.lineage.broken or self.generation != self.engine.generation:
                    await self._reload()
                taken = self.inbox.take()
                if isinstance(taken, list) and isinstance(taken[0], Offer):
                    await self.judging.judge(cast("list[Offer]", taken))
                else:
                    await self._apart(cast("Learn | list[Ask]", taken))
                if self.inbox.may_wait:
                    break
        except Exception as error:
            log.exception("Document %s cannot go on.", self.document_id)
            self.fail(error)
        finally:
            self._pumping = None
        self.stir()

    async def _apart(self, taken: Learn | list[Ask]) -> None:
        """Do what nothing may be learned beside of."""
        self._is_apart = True
        try:
            if isinstance(taken, Learn):
                await self.learning.learn(taken)
            else:
                await self.answering.answer(taken)
        finally:
            self._is_apart = False

    async def _reload(self) -> None:
        """Bring the document into the engine again, as it is in the log."""
        self.lose()
        await self.pending.wait()
        self.inbox.put_back(self.storing.take_refused())
        before = self.seq
        opened = await opening.load(self.database, self.engine, self.document_id)
        document = opened.stored.document
        if self.epoch and document.epoch != self.epoch:
            raise Elsewhere(self.document_id)
        if before and document.seq > before:
            # Written by somebody else, or by a commit whose answer got lost: show it.
            for _, row in await stored.rows_after(
                self.database, self.document_id, document.epoch, before
            ):
                if row is not None:
                    self.show.enqueue([scan(row.data, STORED)])
        self.learning.forget()
        self.clocks = dict(opened.clocks)
        self.owners.load(opened.stored.owners)
        self.progress.reset(document.seq)
        self.epoch, self.schema = document.epoch, document.schema
        self.guide_id, self.chapter_id = document.guide_id, document.chapter_id
        self.tail_rows = len(opened.stored.updates)
        self.tail_bytes = opened.stored.tail_bytes
        snapshot = opened.stored.snapshot
        self.base_bytes = len(snapshot.bytes) if snapshot else 0
        self.generation = opened.generation
        self.lineage = Lineage()

    def lose(self) -> None:
        """The engine no longer has the document. What is on its way to the log is good."""
        self.lineage = Lineage(broken=True)

    def fail(self, error: BaseException) -> None:
        """It cannot go on: whoever is here has to come again."""
        self.failed = error
        for item in self.inbox.take_all():
            if isinstance(item, Ask):
                item.fail(error)
            elif isinstance(item, Learn):
                item.finish()
        if self.on_failure is not None:
            self._ending = asyncio.ensure_future(self.on_failure(self))

    def note(self, found: Scan) -> None:
        """An update is in the log and is about to be shown."""
        self.tail_rows += 1
        self.tail_bytes += len(found.data)
        for section in found.sections:
            if section.end > self.clocks.get(section.client, 0):
                self.clocks[section.client] = section.end
