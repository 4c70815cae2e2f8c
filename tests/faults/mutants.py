"""Two servers that lose acknowledged words, to prove that the harness would notice.

They are not switches of the real one: the faults are made from outside, in the process of the test.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, select

from app.kit import sqlite
from app.sync import log
from app.sync.commits import Commit
from app.sync.models import Document


def acknowledge_before_commit() -> None:
    """Tell the sender and show it to everybody, then store it: what most sync servers do."""
    store = log.Log._commit
    heads: dict[str, int] = {}

    async def commit(self: Any, batch: list[Commit]) -> None:
        for one in batch:
            if one.document_id not in heads:
                async with self._database.read() as session:
                    heads[one.document_id] = await session.scalar(
                        select(Document.seq).where(Document.id == one.document_id)
                    )
            one.done(heads[one.document_id] + 1)
            heads[one.document_id] += len(one.rows)
            one.done = lambda first: None
        await store(self, batch)

    log.Log._commit = commit  # type: ignore[method-assign]


def synchronous_off() -> None:
    """Store without waiting for the disk: good against a kill, not against a power cut."""
    make = sqlite.engine

    def careless(*arguments: Any, **more: Any) -> Any:
        engine = make(*arguments, **more)

        @event.listens_for(engine.sync_engine, "connect")
        def prepare(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA synchronous=OFF")

        return engine

    sqlite.engine = careless


MUTANTS = {
    "acknowledge_before_commit": acknowledge_before_commit,
    "synchronous_off": synchronous_off,
}
