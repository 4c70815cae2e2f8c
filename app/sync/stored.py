"""What is stored of a document: reading it, beginning it, and keeping snapshots of it.

A snapshot is a cache: it is used only when its digest is right and it gives the state vector it
promises; otherwise an older one is, or the log from its beginning. A load that fails is an error
and never an empty document.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters.models import Chapter
from app.kit import clock, failpoints, lib0
from app.kit.db import Database
from app.kit.errors import NotFound
from app.kit.ids import new_id
from app.sync import grammar, letting_go
from app.sync.commits import Row
from app.sync.models import NO_CHAIN, ClientId, Document, Snapshot, Update

SEED_CLIENT = 1
"""The client id that begins every document: its first bytes are the same wherever they are made."""

SEED = (
    b"\x01\x01\x01\x00\x07\x01"
    + lib0.text(grammar.ROOT)
    + b"\x03"
    + lib0.text("paragraph")
    + b"\x00"
)
"""The update that puts one empty paragraph into an empty document."""


_AT_ONCE: Final = 2000
"""Rows that are read at once; the event loop is held for some milliseconds by so many."""

_LogRow = sqlalchemy.Row[int, bytes, bytes, bool]
"""(seq, bytes, chain, whether it is in quarantine)."""


class CannotLoad(Exception):
    """The stored document is there and cannot be used; the reason is for the operator."""


@dataclass(slots=True)
class Stored:
    """A document as it is stored. `updates` are to be applied in order: a snapshot, if one is
    used, and the rows after it; `numbers` are their seqs (the snapshot's is what it covers)."""

    document: Document
    updates: list[bytes]
    numbers: list[int]
    skip: list[int]
    owners: dict[int, str | None]
    snapshot: Snapshot | None
    tail_bytes: int


async def read(database: Database, document_id: str, *, below: int | None = None) -> Stored | None:
    """Read a document; None when there is none. `below` leaves out snapshots from that seq on.

    Raises:
        CannotLoad: rows are missing or were changed, or the document is in quarantine.
    """
    async with database.read() as session:
        document = await session.get(Document, document_id)
        if document is None:
            return None
        if document.quarantined_at is not None:
            raise CannotLoad(f"in quarantine: {document.quarantine_reason}")
        snapshot = await _snapshot(session, document, document.seq if below is None else below - 1)
        return await _from(session, document, snapshot, document.seq)


async def read_past(database: Database, document_id: str, first: int, last: int) -> Stored | None:
    """What the states from seq `first` to `last` can be built from; None when there is no such
    document. Also of one in quarantine: what it was before may be all there is.

    Raises:
        CannotLoad: it is not all there any more, or was changed.
    """
    async with database.read() as session:
        document = await session.get(Document, document_id)
        if document is None:
            return None
        return await _from(session, document, await _snapshot(session, document, first), last)


async def _snapshot(session: AsyncSession, document: Document, most: int) -> Snapshot | None:
    """The newest good snapshot that covers no more than seq `most`."""
    most = min(most, document.seq)
    while True:
        snapshot = await session.scalar(
            select(Snapshot)
            .where(
                Snapshot.document_id == document.id,
                Snapshot.epoch == document.epoch,
                Snapshot.upto <= most,
            )
            .order_by(Snapshot.upto.desc())
            .limit(1)
        )
        if snapshot is None or hashlib.sha256(snapshot.bytes).digest() == snapshot.digest:
            return snapshot
        most = snapshot.upto - 1


async def _from(
    session: AsyncSession, document: Document, snapshot: Snapshot | None, last: int
) -> Stored:
    """A snapshot and the rows after it up to seq `last`, held against the chain."""
    since = snapshot.upto if snapshot else 0
    owners = (
        await session.execute(
            select(ClientId.client_id, ClientId.person_id).where(
                ClientId.document_id == document.id
            )
        )
    ).all()
    found = Stored(
        document, [], [], [], {row.client_id: row.person_id for row in owners}, snapshot, 0
    )
    chain = NO_CHAIN
    if snapshot is not None:
        chain = snapshot.chain
        found.updates.append(snapshot.bytes)
        found.numbers.append(snapshot.upto)
    while rows := await _rows(session, document.id, since, last):
        chain = _follow(rows, chain, since, found)
        since += len(rows)
    if since != last or (last == document.seq and chain != document.chain):
        raise CannotLoad(f"the log ends at {since} instead of {last}")
    return found


async def _rows(
    session: AsyncSession, document_id: str, since: int, last: int
) -> Sequence[_LogRow]:
    """The rows that come next: as many as may be looked at without keeping anybody waiting."""
    # Not through the session: it would make an object of each, and those are many.
    connection = await session.connection()
    rows = await connection.execute(
        select(Update.seq, Update.bytes, Update.chain, Update.quarantined_at.is_not(None))
        .where(Update.document_id == document_id, Update.seq > since, Update.seq <= last)
        .order_by(Update.seq)
        .limit(_AT_ONCE)
    )
    return rows.all()


def _follow(rows: Sequence[_LogRow], chain: bytes, since: int, found: Stored) -> bytes:
    """Add rows to what was found, each held against the chain; the chain after them."""
    for expected, (seq, data, link, is_quarantined) in enumerate(rows, since + 1):
        chain = hashlib.sha256(chain + data).digest()
        if seq != expected or chain != link:
            raise CannotLoad(f"row {seq} of the log is not the one that was written")
        if is_quarantined:
            found.skip.append(len(found.updates))
        found.updates.append(data)
        found.numbers.append(seq)
        found.tail_bytes += len(data)
    return chain


async def rows_after(
    database: Database, document_id: str, epoch: str, after: int, most: int | None = None
) -> list[tuple[int, Row | None]]:
    """The rows after a seq (at most `most`) with their seqs; None for one in quarantine."""
    async with database.read() as session:
        rows = await session.execute(
            select(Update.seq, Update.person_id, Update.bytes, Update.quarantined_at)
            .where(Update.document_id == document_id, Update.epoch == epoch, Update.seq > after)
            .order_by(Update.seq)
            .limit(most)
        )
        return [
            (row.seq, None if row.quarantined_at else Row(row.bytes, row.person_id, ()))
            for row in rows
        ]


async def begin(session: AsyncSession, document_id: str, seed: bytes = SEED) -> Document:
    """Make the document of a chapter and seed it, in one transaction; an existing one stays.

    Raises:
        NotFound: no chapter has this document.
    """
    # Many people open a new chapter at the same moment: they wait here for the first one.
    chapter = await session.scalar(
        select(Chapter).where(Chapter.document_id == document_id).with_for_update()
    )
    if chapter is None:
        raise NotFound("There is no such chapter.", code="no_document")
    existing = await session.get(Document, document_id)
    if existing is not None:
        return existing
    epoch = new_id()
    now = clock.now()
    document = Document(
        id=document_id,
        guide_id=chapter.guide_id,
        chapter_id=chapter.id,
        seq=1,
        chain=hashlib.sha256(NO_CHAIN + seed).digest(),
        epoch=epoch,
        schema=grammar.VERSION,
        created_at=now,
    )
    session.add(document)
    await session.flush()
    session.add(
        Update(
            document_id=document_id,
            seq=1,
            epoch=epoch,
            person_id=None,
            client_ids=str(SEED_CLIENT),
            at=now,
            bytes=seed,
            chain=document.chain,
        )
    )
    session.add(ClientId(document_id=document_id, client_id=SEED_CLIENT, person_id=None))
    await session.flush()
    return document


async def keep_snapshot(
    database: Database,
    document_id: str,
    epoch: str,
    upto: int,
    state: bytes,
    state_vector: bytes,
) -> None:
    """Store a snapshot that the engine has proved, and let go of what nothing needs any more."""
    async with database.write() as session:
        chain = await session.scalar(
            select(Update.chain).where(Update.document_id == document_id, Update.seq == upto)
        )
        if chain is None:
            return
        # One that was damaged is made whole again.
        await session.merge(
            Snapshot(
                document_id=document_id,
                upto=upto,
                epoch=epoch,
                at=clock.now(),
                bytes=state,
                digest=hashlib.sha256(state).digest(),
                state_vector=state_vector,
                chain=chain,
            )
        )
        await session.flush()
        failpoints.here(failpoints.MID_SNAPSHOT)
    await letting_go.let_go(database, document_id)
    failpoints.here(failpoints.AFTER_SNAPSHOT)
