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
from typing import Any, Final, cast

from app.kit import failpoints
from app.kit.db import Database
from app.sync import learning, opening, quarantine, stored
from app.sync.commits import Commit, Lineage, Row, Stale, Taken
from app.sync.items import Ask, Inbox, Learn, Offer
from app.sync.log import Log
from app.sync.member import Member
from app.sync.owners import Owners
from app.sync.pace import Pace
from app.sync.pending import Pending
from app.sync.progress import Progress
from app.sync.scan import scan
from app.sync.showing import Showing
from app.sync.structs import STORED
from app.sync.supervisor import EngineDied, EngineRefused, Supervisor

log = logging.getLogger(__name__)

_DEADLY: Final = 2
"""How often something may end the engine before it is believed to be the cause."""
_GAP: Final = 0.05
"""Seconds for which rows of another process are waited for before the log is read."""


class Elsewhere(Exception):
    """The document is of another epoch now, gone, or in quarantine: others have seen to that."""


class Room:
    """One open document."""

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
        self._engine = engine
        self._log = writer
        self._pace = pace
        self._lineage = Lineage(broken=True)
        self._generation = -1
        self._inbox = Inbox()
        self._pumping: asyncio.Task[None] | None = None
        self._owners = Owners(self.show.presence.person_of)
        self._pending = Pending()
        self._progress = Progress()
        self._refused: list[Offer] = []
        self._looking: asyncio.TimerHandle | None = None

    @property
    def seq(self) -> int:
        """The row of the log up to which everything has been shown here."""
        return self._progress.seq

    async def open(self) -> None:
        """Load the document. Raises what `opening.load` raises."""
        await self._reload()

    def owner(self, client: int) -> str | None:
        """Whose a client id is; "" for the server, None for nobody."""
        return self._owners.of(client)

    def offer(self, offer: Offer) -> None:
        """An update came in."""
        self._pace.count()
        self._inbox.put(offer)
        self._stir()

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
        self._inbox.put(Ask(verb, rest, future, member, author=author))
        self._stir()
        return future

    def learn(self, first: int = 0, rows: Sequence[Row] = ()) -> asyncio.Future[None]:
        """Another process has stored rows from `first` on; without any, look into the log.

        The future is done once this room has them.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.failed is not None:
            done.set_result(None)
        else:
            self._inbox.put(Learn(first, rows, done))
            self._stir()
        return done

    def lineage_changed(self) -> None:
        """The document is not what it was: whoever is here has to come again."""
        if self.failed is None:
            self._fail(Elsewhere(self.document_id))

    async def quiet(self) -> None:
        """Wait until nothing is on its way."""
        while self._pumping is not None or self._pending.any:
            if self._pumping is not None:
                await asyncio.wait([self._pumping])
            await self._pending.wait()

    def _stir(self) -> None:
        if self._pumping is None and self.failed is None:
            self._pumping = asyncio.get_running_loop().create_task(self._pump())

    async def _pump(self) -> None:
        try:
            while self._inbox:
                if self._inbox.may_wait and (pause := self._pace.wait()):
                    await asyncio.sleep(pause)
                if self._lineage.broken or self._generation != self._engine.generation:
                    await self._reload()
                taken = self._inbox.take()
                if isinstance(taken, Learn):
                    await self._learn(taken)
                elif isinstance(taken[0], Ask):
                    await self._answer(cast("list[Ask]", taken))
                else:
                    await self._apply(cast("list[Offer]", taken))
        except Exception as error:
            log.exception("Document %s cannot go on.", self.document_id)
            self._fail(error)
        finally:
            self._pumping = None

    async def _reload(self) -> None:
        """Bring the document into the engine again, as it is in the log."""
        self._lose()
        await self._pending.wait()
        self._inbox.put_back(self._refused)
        self._refused = []
        before = self.seq
        opened = await opening.load(self.database, self._engine, self.document_id)
        document = opened.stored.document
        if self.epoch and document.epoch != self.epoch:
            raise Elsewhere(self.document_id)
        if before and document.seq > before:
            # Written by somebody else, or by a commit whose answer got lost: show it.
            for data in await stored.tail(self.database, self.document_id, before):
                self.show.enqueue(scan(data, STORED))
        self.clocks = dict(opened.clocks)
        self._owners.load(opened.stored.owners)
        self._progress.reset(document.seq)
        self.epoch, self.schema = document.epoch, document.schema
        self.guide_id, self.chapter_id = document.guide_id, document.chapter_id
        self.tail_rows = len(opened.stored.updates)
        self.tail_bytes = opened.stored.tail_bytes
        snapshot = opened.stored.snapshot
        self.base_bytes = len(snapshot.bytes) if snapshot else 0
        self._generation = opened.generation
        self._lineage = Lineage()

    def _lose(self) -> None:
        """The engine no longer has the document. What is on its way to the log is good."""
        self._lineage = Lineage(broken=True)

    def _fail(self, error: BaseException) -> None:
        self.failed = error
        for item in self._inbox.take_all():
            if isinstance(item, Ask):
                item.fail(error)
            elif isinstance(item, Learn):
                item.finish()
        if self.on_failure is not None:
            self._ending = asyncio.ensure_future(self.on_failure(self))

    # ---- updates

    def _objection(self, offer: Offer) -> str | None:
        """Why an update must not be stored, as a code."""
        member = offer.member
        if member is None:
            return None
        return (
            member.barred
            or member.access.objection()
            or self._owners.objection(member.person_id, offer.found.sections, self.clocks)
        )

    async def _apply(self, offers: list[Offer]) -> None:
        batch: list[Offer] = []
        questions: list[tuple[bytes, bool]] = []
        for offer in offers:
            code = self._objection(offer)
            if code == "not_owner" and self._may_lack(offer):
                self._inbox.put_back([Learn(0, ()), *offers])
                return
            # A reader's update is let through to be compared: what holds nothing new is fine.
            if code is None or code in ("read_only", "frozen"):
                batch.append(offer)
                questions.append((offer.found.data, code is None))
            else:
                self.show.refuse(offer, code, code)
        if not batch:
            return
        try:
            results = await self._engine.ask("apply", self.document_id, questions)
        except EngineDied as died:
            self._lose()
            await self._again(batch, died.culprit, "ended the engine")
            return
        except EngineRefused as refused:
            self._lose()
            if refused.code == "not_open":
                self._inbox.put_back(batch)
                return
            raise
        accepted: list[Offer] = []
        early: list[Offer] = []
        for offer, result in zip(batch, results, strict=False):
            if result == 0:
                accepted.append(offer)
            elif result == 1:
                pass
            elif result[0] == "broken":
                break
            elif result[0] == "resync" and self._may_lack(offer):
                early.append(offer)
            else:
                self.show.refuse(offer, *result)
        if early:
            # What they lean on may be stored already, by another process.
            self._inbox.put_back([Learn(0, ()), *early])
        if accepted:
            self._submit(accepted)
        same = [o for o, result in zip(batch, results, strict=False) if result == 1]
        if same:
            lineage = self._lineage
            self._pending.after(lineage, lambda good: self._same(same, lineage, good=good))
        if results and isinstance(results[-1], tuple) and results[-1][0] == "broken":
            self._lose()
            await self._again(batch[len(results) - 1 :], 0, results[-1][1])

    def _same(self, offers: list[Offer], lineage: Lineage, *, good: bool) -> None:
        """Updates that held nothing new: stored already, once what they repeat is."""
        if good:
            self.show.settle_same(offers)
        else:
            self._turn_down(offers, lineage, "storage_full")

    def _turn_down(self, offers: list[Offer], lineage: Lineage, code: str) -> None:
        """Updates whose commit, or one before it, came to nothing."""
        if lineage.is_stale:
            # Judged anew after a reload. What the server itself wanted is asked for again.
            self._refused += [offer for offer in offers if offer.member is not None]
            return
        for offer in offers:
            self.show.refuse(offer, code, "the server could not store it")

    def _may_lack(self, offer: Offer) -> bool:
        """Whether an update should be tried again after a look into the log; once only."""
        first = self.on_stored is not None and not offer.has_waited
        offer.has_waited = True
        return first

    async def _again(self, batch: list[Offer], culprit: int | None, reason: str) -> None:
        """Put updates back after the engine failed; who made it fail twice stays out."""
        if culprit is not None and culprit < len(batch):
            suspect = batch[culprit]
            suspect.deaths += 1
            if suspect.deaths >= _DEADLY:
                del batch[culprit]
                log.error("An update for document %s %s.", self.document_id, reason)
                await quarantine.keep_apart(
                    self.database,
                    self.document_id,
                    suspect.person_id,
                    suspect.found.data,
                    reason,
                )
                self.show.refuse(suspect, "invalid", "this update cannot be applied")
        self._inbox.put_back(batch)

    def _submit(self, offers: list[Offer]) -> None:
        failpoints.here(failpoints.AFTER_APPLY)
        claims = self._owners.claims(offers)
        lineage = self._lineage
        rows = [
            Row(o.found.data, o.person_id, [s.client for s in o.found.sections]) for o in offers
        ]
        self._pending.submitted()
        self._log.submit(
            Commit(
                self.document_id,
                self.epoch,
                rows,
                claims,
                lineage,
                lambda first: self._committed(offers, rows, claims, first),
                lambda why: self._not_committed(offers, lineage, why),
                self._progress.upto,
            )
        )

    def _committed(
        self, offers: list[Offer], rows: list[Row], claims: dict[int, str | None], first: int
    ) -> None:
        self._progress.show(first, first + len(offers) - 1)
        if self._progress.has_gap and self._looking is None:
            # Somebody else wrote in between. Mostly their word of it is here in a moment.
            self._looking = asyncio.get_running_loop().call_later(_GAP, self._look)
        self._owners.keep(claims)
        for offer in offers:
            self.tail_rows += 1
            self.tail_bytes += offer.size
            for section in offer.found.sections:
                if section.end > self.clocks.get(section.client, 0):
                    self.clocks[section.client] = section.end
        self.show.committed(offers)
        if self.on_stored is not None:
            self.on_stored(first, rows)
        self._pending.resolved()

    def _not_committed(self, offers: list[Offer], lineage: Lineage, why: BaseException) -> None:
        lineage.broken = True
        lineage.is_stale |= isinstance(why, Stale)
        self._turn_down(offers, lineage, "not_owner" if isinstance(why, Taken) else "storage_full")
        self._pending.resolved()
        if self._refused:
            # The reload comes with the next item.
            self._inbox.put_back([Learn(0, ())])
            self._stir()

    # ---- what others stored

    def _look(self) -> None:
        self._looking = None
        if self._progress.has_gap:
            self.learn()

    async def _learn(self, item: Learn) -> None:
        """Bring rows of other processes into the engine; they are shown in their turn."""
        progress = self._progress
        try:
            found = learning.follows(progress, item)
            if found is None:
                # Our own commits have to be told apart from the others'.
                await self._pending.wait()
                found = await learning.read(self.database, self.document_id, self.epoch, progress)
            if found.rows:
                data = [row.data for row in found.rows]
                await self._engine.ask("learn", self.document_id, data)
        except (EngineDied, EngineRefused) as error:
            log.warning("Document %s is loaded again: %s", self.document_id, error)
            self._lose()
            self._inbox.put_back([item])
            return
        for first, last in found.ranges:
            progress.take(first, last)
        # A newcomer's first state that waits for a commit lacks these rows: they come after it.
        self._pending.after(self._lineage, lambda good: self._learned(found, good=good))
        item.finish()

    def _learned(self, found: learning.Found, *, good: bool) -> None:
        if not good:
            return  # the reload shows them
        for row in found.rows:
            seen = scan(row.data, STORED)
            self.tail_rows += 1
            self.tail_bytes += len(row.data)
            for section in seen.sections:
                if section.end > self.clocks.get(section.client, 0):
                    self.clocks[section.client] = section.end
            self._owners.keep({section.client: row.person_id for section in seen.sections})
            self.show.enqueue(seen)
        for first, last in found.ranges:
            self._progress.show(first, last)

    # ---- questions

    async def _answer(self, asks: list[Ask]) -> None:
        if any(ask.verb == "snapshot" for ask in asks):
            # It has to be the state after a row of the log, neither more nor less.
            await self._pending.wait()
            if self._progress.has_gap:
                self._inbox.put_back([Learn(0, ()), *asks])
                return
        groups: dict[tuple[Any, ...], list[Ask]] = {}
        for index, ask in enumerate(asks):
            # Whoever asks the same at the same time gets the same bytes.
            key = (ask.verb, *ask.rest) if ask.verb == "diff" else (index,)
            groups.setdefault(key, []).append(ask)
        shared = list(groups.values())
        answers = await asyncio.gather(
            *(
                self._engine.ask(group[0].verb, self.document_id, *group[0].rest)
                for group in shared
            ),
            return_exceptions=True,
        )
        for group, answer in zip(shared, answers, strict=True):
            for ask in group:
                self._deliver(ask, answer)

    def _deliver(self, ask: Ask, answer: Any) -> None:
        if isinstance(answer, EngineDied) or (
            isinstance(answer, EngineRefused) and answer.code in ("broken", "not_open")
        ):
            self._lose()
            # A question that came too late for one engine is simply put to the next.
            if isinstance(answer, EngineDied):
                ask.deaths += answer.culprit is not None
            else:
                ask.deaths += answer.code == "broken"
            if ask.deaths > _DEADLY:
                ask.fail(answer)
            else:
                self._inbox.put_back([ask])
        elif isinstance(answer, BaseException):
            ask.fail(answer)
        elif ask.is_edit:
            self._edited(ask, answer)
        elif ask.verb == "snapshot":
            self._told(ask, (answer, self.seq), good=True)
        else:
            self._pending.after(self._lineage, lambda good: self._told(ask, answer, good=good))

    def _edited(self, ask: Ask, answer: Any) -> None:
        data: bytes = cast("tuple[bytes, Any]", answer)[0] if ask.verb == "cut" else answer
        found = scan(data, STORED)
        if found.sections or found.deletes:
            self._submit([Offer(None, 0, found, ask.author, len(data))])
        self._pending.after(self._lineage, lambda good: self._told(ask, answer, good=good))

    def _told(self, ask: Ask, answer: Any, *, good: bool) -> None:
        if not good:
            self._inbox.put_back([ask])
            self._stir()
        elif ask.member is not None:
            self.show.answer(ask.member, answer)
        elif not ask.future.done():
            ask.future.set_result(answer)
