"""The log: accepted updates, byte for byte, in the order in which everybody gets them.

One writer for all rooms. While a commit runs, what arrives is collected; then all of it goes into
the next transaction. A document's `seq` is taken under its row, so its order is the order of
commits, whichever process writes. Nothing is shown before its commit has returned.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, case, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock
from app.kit.db import Database
from app.sync.models import ClientId, Document, Update

log = logging.getLogger(__name__)

MAX_ROWS = 2000
MAX_BYTES = 4 << 20

_INSERT = insert(Update.__table__)  # type: ignore[arg-type]
_CHAIN = (
    update(Document.__table__)  # type: ignore[arg-type]
    .where(Document.__table__.c.id == bindparam("which"))
    .values(chain=bindparam("link"))
)


class Gone(Exception):
    """The document is not there, or is of another epoch now."""


class Taken(Exception):
    """A client id belongs to somebody else."""


@dataclass(slots=True)
class Lineage:
    """One load of a room. When it is broken, what was built on it is not stored any more."""

    broken: bool = False


@dataclass(slots=True)
class Row:
    """One update to be stored."""

    data: bytes
    person_id: str | None
    client_ids: Sequence[int]


@dataclass(slots=True)
class Commit:
    """Rows of one document; exactly one of `done(first seq)` and `failed(why)` is called."""

    document_id: str
    epoch: str
    rows: list[Row]
    claims: dict[int, str | None]
    lineage: Lineage
    done: Callable[[int], None]
    failed: Callable[[BaseException], None]
    first: int = field(default=0, init=False)


class Log:
    """The one writer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: list[Commit] = []
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None
        self.commits = 0

    def start(self) -> None:
        """Start writing."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Write what waits, then end."""
        await self.drain()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def drain(self) -> None:
        """Wait until everything that was submitted is stored or has failed."""
        await self._idle.wait()

    def submit(self, commit: Commit) -> None:
        """Store rows with the next transaction."""
        self._queue.append(commit)
        self._idle.clear()
        self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                await self._commit(self._take())
            self._idle.set()

    def _take(self) -> list[Commit]:
        rows = size = count = 0
        for commit in self._queue:
            if count and (rows > MAX_ROWS or size > MAX_BYTES):
                break
            rows += len(commit.rows)
            size += sum(len(row.data) for row in commit.rows)
            count += 1
        batch = self._queue[:count]
        del self._queue[:count]
        return batch

    async def _commit(self, batch: list[Commit]) -> None:
        ready = [commit for commit in batch if not commit.lineage.broken]
        refused: list[tuple[Commit, BaseException]] = [
            (commit, RuntimeError("what it was built on is gone"))
            for commit in batch
            if commit.lineage.broken
        ]
        try:
            if ready:
                async with self._database.write() as session:
                    refused += await _store(session, ready, is_sqlite=self._database.is_sqlite)
        except Exception as error:
            log.exception("Updates could not be stored.")
            refused = [(commit, error) for commit in batch]
        self.commits += 1
        failed = {id(commit) for commit, _ in refused}
        for commit, error in refused:
            _safely(commit.failed, error)
        for commit in ready:
            if id(commit) not in failed:
                _safely(commit.done, commit.first)


def _safely(call: Callable[[Any], None], value: Any) -> None:
    try:
        call(value)
    except Exception:
        log.exception("A room failed after a commit.")


async def _store(
    session: AsyncSession, commits: list[Commit], *, is_sqlite: bool
) -> list[tuple[Commit, BaseException]]:
    """Write everything in the transaction of `session`; what could not be, and why."""
    refused: list[tuple[Commit, BaseException]] = []
    claiming = [commit for commit in commits if commit.claims]
    if claiming:
        refused = await _claim(session, claiming, is_sqlite=is_sqlite)
    barred = {id(commit) for commit, _ in refused}
    counts: dict[str, int] = {}
    for commit in commits:
        if id(commit) not in barred:
            counts[commit.document_id] = counts.get(commit.document_id, 0) + len(commit.rows)
    epochs = {commit.epoch for commit in commits}
    heads = await _advance(session, counts, epochs) if counts else {}
    at = clock.now()
    values: list[dict[str, Any]] = []
    for commit in commits:
        if id(commit) in barred:
            continue
        head = heads.get(commit.document_id)
        if head is None:
            refused.append((commit, Gone(commit.document_id)))
            continue
        commit.first = head.seq + 1
        for row in commit.rows:
            head.seq += 1
            head.chain = hashlib.sha256(head.chain + row.data).digest()
            values.append(
                {
                    "document_id": commit.document_id,
                    "seq": head.seq,
                    "epoch": commit.epoch,
                    "person_id": row.person_id,
                    "client_ids": " ".join(map(str, row.client_ids))[:1600],
                    "at": at,
                    "bytes": row.data,
                    "chain": head.chain,
                    "quarantined_at": None,
                }
            )
    if values:
        await session.execute(_INSERT, values)
        connection = await session.connection()
        await connection.execute(
            _CHAIN, [{"which": which, "link": head.chain} for which, head in heads.items()]
        )
    return refused


@dataclass(slots=True)
class _Head:
    seq: int
    chain: bytes


async def _advance(
    session: AsyncSession, counts: dict[str, int], epochs: set[str]
) -> dict[str, _Head]:
    """Take the next numbers of each document under its row; where each stood before."""
    ids = sorted(counts)
    table = Document.__table__.c
    step: Any = counts[ids[0]] if len(ids) == 1 else case(counts, value=table.id, else_=0)
    rows = await session.execute(
        update(Document.__table__)  # type: ignore[arg-type]
        # Epochs are never given twice, so this names the documents of these lineages only.
        .where(table.id.in_(ids), table.epoch.in_(epochs))
        .values(seq=table.seq + step)
        .returning(table.id, table.seq, table.chain)
    )
    return {row.id: _Head(row.seq - counts[row.id], bytes(row.chain)) for row in rows}


async def _claim(
    session: AsyncSession, commits: list[Commit], *, is_sqlite: bool
) -> list[tuple[Commit, BaseException]]:
    """Give new client ids to those who use them first; the commits that came too late."""
    values = [
        {"document_id": commit.document_id, "client_id": client, "person_id": person}
        for commit in commits
        for client, person in commit.claims.items()
    ]
    dialect = sqlite if is_sqlite else postgresql
    await session.execute(dialect.insert(ClientId).on_conflict_do_nothing(), values)
    late: list[tuple[Commit, BaseException]] = []
    for commit in commits:
        rows = await session.execute(
            select(ClientId.client_id, ClientId.person_id).where(
                ClientId.document_id == commit.document_id,
                ClientId.client_id.in_(list(commit.claims)),
            )
        )
        if {row.client_id: row.person_id for row in rows} != commit.claims:
            late.append((commit, Taken(commit.document_id)))
    return late
