"""Quarantine: what ended the engine is kept to be looked at, and never given to it again."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update

from app.kit import clock
from app.kit.db import Database
from app.kit.ids import new_id
from app.sync.models import Document, QuarantinedUpdate, Snapshot, Update


async def keep_apart(
    database: Database, document_id: str, person_id: str | None, data: bytes, reason: str
) -> None:
    """Keep an update that must never be applied, to be looked at."""
    async with database.write() as session:
        kept = await session.scalar(
            select(func.count())
            .select_from(QuarantinedUpdate)
            .where(QuarantinedUpdate.document_id == document_id)
        )
        if (kept or 0) < 100:
            session.add(
                QuarantinedUpdate(
                    id=new_id(),
                    document_id=document_id,
                    person_id=person_id,
                    at=clock.now(),
                    reason=reason[:400],
                    bytes=data,
                )
            )


async def leave_out(database: Database, document_id: str, seq: int) -> None:
    """Leave a row of the log out of every later load: loading it ended the engine."""
    async with database.write() as session:
        await session.execute(
            update(Update)
            .where(Update.document_id == document_id, Update.seq == seq)
            .values(quarantined_at=clock.now())
        )
        await session.execute(
            delete(Snapshot).where(Snapshot.document_id == document_id, Snapshot.upto >= seq)
        )


async def close_document(database: Database, document_id: str, reason: str) -> None:
    """Keep a document closed until somebody has looked at it."""
    async with database.write() as session:
        await session.execute(
            update(Document)
            .where(Document.id == document_id)
            .values(quarantined_at=clock.now(), quarantine_reason=reason[:400])
        )
