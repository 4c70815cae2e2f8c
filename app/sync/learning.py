"""Learning: the rows of a document's log that other processes have written.

What follows on is shown without asking the engine: whoever stored it has judged it. The engine
gets it, many rows at once, when it has to know: before it answers, and before it judges an update
that could have to do with them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.kit.db import Database
from app.sync import stored
from app.sync.commits import Row
from app.sync.items import Learn, Offer
from app.sync.merge import merged
from app.sync.progress import Progress
from app.sync.protocol import MAX_CLOCK
from app.sync.scan import scan
from app.sync.structs import STORED, Refused, Scan
from app.sync.supervisor import EngineDied, EngineRefused

if TYPE_CHECKING:
    from app.sync.room import Room

log = logging.getLogger(__name__)

AT_ONCE: Final = 2000
MOST_KEPT: Final = 256
"""Rows that are kept from the engine at most when it has something to judge."""
_MOST_BYTES: Final = 64 << 10
_MOST_EARLY: Final = 64


@dataclass(slots=True)
class Found:
    """Rows that the engine lacks, in the log's order, and the ranges of seqs they have."""

    rows: Sequence[Row]
    ranges: Sequence[tuple[int, int]]


NOTHING: Final = Found((), ())


class Learning:
    """One room's rows from elsewhere."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._kept: list[Scan] = []
        """Rows that the engine has not been given, in the log's order."""
        self._since: dict[int, int] = {}
        """The clients that wrote them, and the first clock of each that is in them."""
        self._size = 0
        self._must_settle = False
        self._early: list[Learn] = []
        """Rows from beyond a commit of our own that is on its way."""

    def take(self, item: Learn) -> bool:
        """Show rows that were told of and follow on, and keep them for the engine; False when
        that has to wait its turn."""
        room = self._room
        if not room.is_learning or not item.rows:
            return False
        found = follows(room.progress, item)
        if found is None:
            # Mostly it is our own commit that seems to be missing.
            is_early = room.pending.any and len(self._early) < _MOST_EARLY
            if is_early:
                self._early.append(item)
            return is_early
        try:
            seen = [scan(row.data, STORED) for row in found.rows]
        except Refused:
            return False
        for one in seen:
            self._kept.append(one)
            for section in one.sections:
                self._since.setdefault(section.client, section.start)
            self._size += len(one.data)
            # Who writes into what another one deletes at that moment gets the words back: for
            # that the engine must know of one before it judges the other.
            self._must_settle |= bool(one.deletes)
        self._must_settle |= len(self._kept) > MOST_KEPT or self._size > _MOST_BYTES
        self._show_in_turn(found, seen)
        item.finish()
        return True

    def go_on(self) -> None:
        """A commit of our own came back: what seemed to be early may follow on now."""
        early, self._early = self._early, []
        for item in early:
            self._room.hear(item)

    def concerns(self, offers: Sequence[Offer]) -> bool:
        """Whether updates could have to do with what the engine has not been given."""
        return bool(self._kept) and (
            self._must_settle
            or any(offer.found.deletes or self._leans(offer.found) for offer in offers)
        )

    def _leans(self, found: Scan) -> bool:
        """Whether an update goes on from rows that the engine has not been given, or says anew
        what they say."""
        since = self._since
        for section in found.sections:
            if section.client in since:
                return True
            for struct in section.structs:
                for other in struct[3:6]:
                    if isinstance(other, tuple) and other[1] >= since.get(other[0], MAX_CLOCK):
                        return True
        return False

    async def settle(self) -> bool:
        """Give the engine what was kept from it; False when the document has to be loaded."""
        if not self._kept:
            return True
        rows = merged(self._kept)
        self.forget()
        try:
            await self._room.engine.ask("learn", self._room.document_id, rows)
        except (EngineDied, EngineRefused) as error:
            self._lose(error)
            return False
        return True

    def forget(self) -> None:
        """The engine has everything, or loads it."""
        self._kept = []
        self._since.clear()
        self._size = 0
        self._must_settle = False

    def look(self) -> Learn:
        """The wish to look into the log."""
        return Learn(0, (), asyncio.get_running_loop().create_future())

    async def learn(self, item: Learn) -> None:
        """Bring rows of other processes into the engine; they are shown in their turn."""
        room = self._room
        item.is_taken = True
        if not await self.settle():
            room.inbox.put_back([item])
            return
        try:
            found = follows(room.progress, item)
            if found is None:
                # Our own commits have to be told apart from the others'; mostly one of them is
                # what seemed to be missing.
                await room.pending.wait()
                found = follows(room.progress, item)
            if found is None:
                found = await read(room.database, room.document_id, room.epoch, room.progress)
            if found.rows:
                await room.engine.ask("learn", room.document_id, [row.data for row in found.rows])
        except (EngineDied, EngineRefused) as error:
            self._lose(error)
            room.inbox.put_back([item])
            return
        self._show_in_turn(found, [scan(row.data, STORED) for row in found.rows])
        item.finish()

    def _lose(self, error: EngineDied | EngineRefused) -> None:
        log.warning("Document %s is loaded again: %s", self._room.document_id, error)
        self._room.lose()

    def _show_in_turn(self, found: Found, scans: Sequence[Scan]) -> None:
        room = self._room
        for first, last in found.ranges:
            room.progress.take(first, last)
        # A newcomer's first state that waits for a commit lacks these rows: they come after it.
        room.pending.after(room.lineage, lambda good: self._show(found, scans) if good else None)

    def _show(self, found: Found, scans: Sequence[Scan]) -> None:
        room = self._room
        for row, seen in zip(found.rows, scans, strict=True):
            room.note(seen)
            room.owners.learn((section.client for section in seen.sections), row.person_id)
        if scans:
            room.show.enqueue(scans, room.pace.step)
        for first, last in found.ranges:
            room.progress.show(first, last)


def follows(progress: Progress, item: Learn) -> Found | None:
    """What is new in rows that were told of; None when the log has to be read instead."""
    upto = progress.upto
    last = item.first + len(item.rows) - 1
    if not item.rows or item.first > upto + 1:
        return NOTHING if item.first and item.rows and progress.has(item.first) else None
    if last <= upto:
        return NOTHING
    return Found(item.rows[upto + 1 - item.first :], [(upto + 1, last)])


async def read(database: Database, document_id: str, epoch: str, progress: Progress) -> Found:
    """What the log has beyond what a room has."""
    after = progress.upto
    rows: list[Row] = []
    ranges: list[tuple[int, int]] = []
    while True:
        found = await stored.rows_after(database, document_id, epoch, after, AT_ONCE)
        for seq, row in found:
            after = seq
            if progress.has(seq):
                continue
            if row is not None:
                rows.append(row)
            if ranges and ranges[-1][1] == seq - 1:
                ranges[-1] = (ranges[-1][0], seq)
            else:
                ranges.append((seq, seq))
        if len(found) < AT_ONCE:
            return Found(rows, ranges)
