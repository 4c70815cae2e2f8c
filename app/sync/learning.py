"""Learning: the rows of a document's log that other processes have written."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.kit.db import Database
from app.sync import stored
from app.sync.commits import Row
from app.sync.items import Learn
from app.sync.progress import Progress
from app.sync.scan import scan
from app.sync.structs import STORED
from app.sync.supervisor import EngineDied, EngineRefused

if TYPE_CHECKING:
    from app.sync.room import Room

log = logging.getLogger(__name__)

AT_ONCE: Final = 2000


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

    def look(self) -> Learn:
        """The wish to look into the log."""
        return Learn(0, (), asyncio.get_running_loop().create_future())

    async def learn(self, item: Learn) -> None:
        """Bring rows of other processes into the engine; they are shown in their turn."""
        room = self._room
        item.is_taken = True
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
            log.warning("Document %s is loaded again: %s", room.document_id, error)
            room.lose()
            room.inbox.put_back([item])
            return
        for first, last in found.ranges:
            room.progress.take(first, last)
        # A newcomer's first state that waits for a commit lacks these rows: they come after it.
        room.pending.after(room.lineage, lambda good: self._learned(found) if good else None)
        item.finish()

    def _learned(self, found: Found) -> None:
        room = self._room
        for row in found.rows:
            seen = scan(row.data, STORED)
            room.note(seen)
            room.owners.learn((section.client for section in seen.sections), row.person_id)
            room.show.enqueue(seen, room.pace.step)
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
