"""Letting go: which rows and snapshots of a document nothing needs any more.

The promise: every state a document had within the last 30 days can be rebuilt. So the newest
snapshot that is no younger than the first of these states stays as their base, and so does every
row after it. In between, one snapshot a day is enough to move the base on.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock
from app.kit.db import Database
from app.sync.models import Document, Snapshot, Update

KEEP: Final = timedelta(days=30)
"""How long every state stays recoverable, whatever snapshots there are."""

_SLICE: Final = 2000
"""So many rows at once: whoever types waits for the same connection."""


async def let_go(database: Database, document_id: str) -> None:
    """Delete what no state of the last 30 days needs; in slices, each in its own transaction."""
    async with database.read() as session:
        snapshots = await _snapshots(session, document_id)
        edge = await _edge(session, document_id)
        base = await _base(session, document_id, [upto for upto, _ in snapshots if upto <= edge])
        first = await session.scalar(
            select(func.min(Update.seq)).where(
                Update.document_id == document_id, Update.quarantined_at.is_(None)
            )
        )
    superfluous = _superfluous(snapshots, base)
    if superfluous:
        async with database.write() as session:
            await session.execute(
                delete(Snapshot).where(
                    Snapshot.document_id == document_id, Snapshot.upto.in_(superfluous)
                )
            )
    # The oldest first, so that what is left never has a hole when this breaks off. The last
    # covered row stays: it proves what the base is chained to.
    for upto in range((first or base) + _SLICE, base + _SLICE, _SLICE):
        async with database.write() as session:
            await session.execute(
                delete(Update).where(
                    Update.document_id == document_id,
                    Update.seq < min(upto, base),
                    Update.quarantined_at.is_(None),
                )
            )


async def _snapshots(session: AsyncSession, document_id: str) -> list[tuple[int, datetime]]:
    rows = await session.execute(
        select(Snapshot.upto, Snapshot.at)
        .join(Document, Document.id == Snapshot.document_id)
        .where(Snapshot.document_id == document_id, Snapshot.epoch == Document.epoch)
        .order_by(Snapshot.upto)
    )
    return [(row.upto, row.at) for row in rows]


async def _edge(session: AsyncSession, document_id: str) -> int:
    """The seq of the state that the document had 30 days ago.

    It is looked for from the oldest row on and not by the newest old one: where the clock had
    jumped, more is kept and not less.
    """
    young = await session.scalar(
        select(Update.seq)
        .where(Update.document_id == document_id, Update.at >= clock.now() - KEEP)
        .order_by(Update.seq)
        .limit(1)
    )
    if young is not None:
        return young - 1
    return await session.scalar(select(Document.seq).where(Document.id == document_id)) or 0


async def _base(session: AsyncSession, document_id: str, snapshots: list[int]) -> int:
    """The newest of these snapshots; only a whole one may stand for the rows below it."""
    for upto in reversed(snapshots):
        snapshot = await session.get_one(Snapshot, (document_id, upto))
        if hashlib.sha256(snapshot.bytes).digest() == snapshot.digest:
            return upto
    return 0


def _superfluous(snapshots: list[tuple[int, datetime]], base: int) -> list[int]:
    """The snapshots below the base, and those between it and the newest that are not their
    day's first."""
    gone: list[int] = []
    day = None
    for upto, at in snapshots[:-1]:
        if upto < base or (upto > base and at.date() == day):
            gone.append(upto)
        else:
            day = at.date()
    return gone
