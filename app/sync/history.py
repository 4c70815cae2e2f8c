"""History: what a document was, at any moment of the last 30 days and often before.

Deleted words are not lost: the log has every update, and with a snapshot before them the document
is built again as it was. That is done by an engine of its own, beside the one that serves the open
rooms, and what it is built from is held against the chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.db import Database
from app.kit.errors import NotFound
from app.manuscript import tree
from app.manuscript.tree import Node
from app.sync import aside, stored
from app.sync.models import Snapshot, Update

PAUSE: Final = timedelta(minutes=5)
"""After so long without an update a new stretch begins."""
LENGTH: Final = timedelta(minutes=15)
"""A stretch is no longer than this."""


@dataclass(slots=True)
class Stretch:
    """Updates that followed each other closely: those with the seqs `first` to `last`."""

    first: int
    last: int
    since: datetime
    until: datetime
    people: list[str | None] = field(default_factory=list[str | None])
    """Who wrote, in the order of their first update; None is the server itself."""

    @property
    def updates(self) -> int:
        """How many there are."""
        return self.last - self.first + 1


async def writers(session: AsyncSession, document_ids: Sequence[str]) -> dict[str, set[str]]:
    """Who wrote in each of the documents, as far back as updates are kept."""
    rows = await session.execute(
        select(Update.document_id, Update.person_id)
        .where(Update.document_id.in_(document_ids))
        .distinct()
    )
    found: dict[str, set[str]] = {}
    for document_id, person_id in rows:
        if person_id is not None:
            found.setdefault(document_id, set()).add(person_id)
    return found


async def stretches(session: AsyncSession, document_id: str) -> list[Stretch]:
    """When a document was written in and by whom, as far back as it can be rebuilt."""
    found: list[Stretch] = []
    rows = await session.stream(
        select(Update.seq, Update.at, Update.person_id)
        .where(Update.document_id == document_id, Update.seq >= await _first(session, document_id))
        .order_by(Update.seq)
        .execution_options(yield_per=500)
    )
    async for seq, at, person_id in rows:
        now = found[-1] if found else None
        # A clock that was put back begins a new stretch too.
        if now is None or not now.until <= at <= min(now.until + PAUSE, now.since + LENGTH):
            found.append(now := Stretch(seq, seq, at, at))
        now.last, now.until = seq, at
        if person_id not in now.people:
            now.people.append(person_id)
    return found


async def seq_at(session: AsyncSession, document_id: str, at: datetime) -> int:
    """The seq of the last update that was stored at a time or before.

    Raises:
        NotFound: there is none, or what it was built on is no longer kept.
    """
    seq = await session.scalar(
        select(func.max(Update.seq)).where(Update.document_id == document_id, Update.at <= at)
    )
    if seq is None or seq < await _first(session, document_id):
        raise NotFound("Nothing is kept of this chapter from so long ago.", code="too_long_ago")
    return seq


async def time_of(session: AsyncSession, document_id: str, seq: int) -> datetime:
    """When an update was stored."""
    rows = await session.scalars(
        select(Update.at).where(Update.document_id == document_id, Update.seq == seq)
    )
    return rows.one()


async def trees(database: Database, document_id: str, seqs: Sequence[int]) -> list[Node]:
    """The words as they were after the updates with these ascending seqs.

    Raises:
        NotFound: there is no such document.
        CannotLoad, EngineRefused, EngineDied: it cannot be rebuilt; the reason is for the operator.
    """
    values: list[dict[str, Any]] = await _ask("past", database, document_id, seqs)
    return [tree.from_json(value) for value in values]


async def words(database: Database, document_id: str, seqs: Sequence[int]) -> list[int]:
    """How many words there were; see `trees`."""
    return await _ask("past_words", database, document_id, seqs)


async def _ask(verb: str, database: Database, document_id: str, seqs: Sequence[int]) -> Any:
    if not seqs:
        return []
    found = await stored.read_past(database, document_id, seqs[0], seqs[-1])
    if found is None:
        raise NotFound("There is no such chapter.", code="no_document")
    # The snapshot, if there is one, is the first of the updates.
    before = found.numbers[0] - 1
    return await aside.ask(verb, found.updates, found.skip, [seq - before for seq in seqs])


async def _first(session: AsyncSession, document_id: str) -> int:
    """The oldest state there is: the first update, or the oldest snapshot that is left."""
    row = await session.scalar(
        select(func.min(Update.seq)).where(
            Update.document_id == document_id, Update.quarantined_at.is_(None)
        )
    )
    if row == 1:
        return 1
    upto = await session.scalar(
        select(func.min(Snapshot.upto)).where(Snapshot.document_id == document_id)
    )
    return max(row or 1, upto or 1)
