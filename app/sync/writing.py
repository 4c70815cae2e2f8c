"""Writing commits into the database, in the transaction that the log has opened.

Rows go in through the driver on SQLite: there it costs a quarter of what SQLAlchemy takes for the
same statements, and this is the one place where that matters, once per keystroke.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, cast

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock
from app.sync import conflicts, rescuing
from app.sync.commits import Commit, Gone, Stale, Taken
from app.sync.conflicts import CLIENT_IDS, Written
from app.sync.models import ClientId, Document, Update

_DOCUMENTS: Any = Document.__table__
_INSERT: Any = insert(cast(Any, Update.__table__))
_LINK: Any = (
    update(_DOCUMENTS)
    .where(_DOCUMENTS.c.id == bindparam("which"))
    .values(chain=bindparam("link"), seq=bindparam("last"))
)

Refusals = list[tuple[Commit, BaseException]]


@dataclass(slots=True)
class Head:
    """Where a document's log ends; `before` is the last row before this transaction."""

    seq: int
    chain: bytes
    epoch: str
    before: int


class Hand(Protocol):
    """How the statements get to the database."""

    async def heads(self, names: Sequence[str]) -> dict[str, Head]:
        """Where the logs of documents end; nobody else moves them until the transaction ends."""
        ...

    async def add(self, rows: list[dict[str, Any]]) -> None:
        """Insert rows of the log."""
        ...

    async def link(self, heads: dict[str, Head]) -> None:
        """Set the documents' last numbers and chains."""
        ...


async def store(
    session: AsyncSession, commits: list[Commit], *, is_sqlite: bool, written: Written
) -> Refusals:
    """Write everything; returns what could not be written, and why."""
    refused: Refusals = []
    claiming = [commit for commit in commits if commit.claims]
    if claiming:
        refused = await _claim(session, claiming, is_sqlite=is_sqlite)
    lost = {id(commit.lineage) for commit, _ in refused}
    names = sorted({commit.document_id for commit in commits})
    hand: Hand = await _by_driver(session) if is_sqlite else BySqlalchemy(session)
    heads = await hand.heads(names)
    rows: list[dict[str, Any]] = []
    at = clock.now()
    done = {id(commit) for commit, _ in refused}
    for commit in commits:
        if id(commit) in done:
            continue
        head = heads.get(commit.document_id)
        if head is None or head.epoch != commit.epoch:
            refused.append((commit, Gone(commit.document_id)))
        elif id(commit.lineage) in lost:
            # It may lean on what has just been refused.
            refused.append((commit, RuntimeError("what it was built on is refused")))
        elif not is_sqlite and await conflicts.is_stale(session, written, commit, head.before):
            refused.append((commit, Stale(commit.document_id)))
        else:
            commit.first = head.seq + 1
            rows += _rows(commit, head, at)
            continue
        lost.add(id(commit.lineage))
    if rows:
        await hand.add(rows)
        await hand.link({name: head for name, head in heads.items() if head.seq > head.before})
        await rescuing.keep(session, [commit for commit in commits if commit.first])
    return refused


def _rows(commit: Commit, head: Head, at: datetime) -> list[dict[str, Any]]:
    """The rows of a commit; `head` moves along."""
    rows: list[dict[str, Any]] = []
    for row in commit.rows:
        head.seq += 1
        head.chain = hashlib.sha256(head.chain + row.data).digest()
        rows.append(
            {
                "document_id": commit.document_id,
                "seq": head.seq,
                "epoch": commit.epoch,
                "person_id": row.person_id,
                "client_ids": " ".join(map(str, row.client_ids))[:CLIENT_IDS],
                "at": at,
                "bytes": row.data,
                "chain": head.chain,
                "quarantined_at": None,
            }
        )
    return rows


class BySqlalchemy:
    """Statements through SQLAlchemy, for every database."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def heads(self, names: Sequence[str]) -> dict[str, Head]:
        """See `Hand`. In the order of their ids: two processes never wait for each other."""
        table = _DOCUMENTS.c
        statement = (
            select(table.id, table.seq, table.chain, table.epoch)
            .where(table.id.in_(names))
            .order_by(table.id)
            .with_for_update(key_share=True)
        )
        rows: Any = await self._session.execute(statement)
        return {row.id: Head(row.seq, bytes(row.chain), row.epoch, row.seq) for row in rows}

    async def add(self, rows: list[dict[str, Any]]) -> None:
        """See `Hand`."""
        await self._session.execute(_INSERT, rows)

    async def link(self, heads: dict[str, Head]) -> None:
        """See `Hand`."""
        connection = await self._session.connection()
        await connection.execute(
            _LINK,
            [{"which": one, "link": head.chain, "last": head.seq} for one, head in heads.items()],
        )


class ByDriver:
    """The same statements through SQLite's driver."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver

    async def heads(self, names: Sequence[str]) -> dict[str, Head]:
        """See `Hand`. The transaction is the only one that writes, from its beginning."""
        rows = await self._driver.execute_fetchall(
            # Only the number of question marks varies.
            f"SELECT id, seq, chain, epoch FROM documents WHERE id IN ({_marks(len(names))})",  # noqa: S608
            list(names),
        )
        return {row[0]: Head(row[1], row[2], row[3], row[1]) for row in rows}

    async def add(self, rows: list[dict[str, Any]]) -> None:
        """See `Hand`."""
        await self._driver.executemany(
            "INSERT INTO updates (document_id, seq, epoch, person_id, client_ids, at, bytes, chain)"
            " VALUES (:document_id, :seq, :epoch, :person_id, :client_ids, :at, :bytes, :chain)",
            [{**row, "at": _moment(row["at"])} for row in rows],
        )

    async def link(self, heads: dict[str, Head]) -> None:
        """See `Hand`."""
        await self._driver.executemany(
            "UPDATE documents SET seq = ?, chain = ? WHERE id = ?",
            [(head.seq, head.chain, which) for which, head in heads.items()],
        )


async def _by_driver(session: AsyncSession) -> ByDriver:
    connection = await session.connection()
    return ByDriver((await connection.get_raw_connection()).driver_connection)


def _marks(count: int) -> str:
    return ", ".join("?" * count)


def _moment(at: datetime) -> str:
    """A time as SQLAlchemy writes it into SQLite."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


async def _claim(session: AsyncSession, commits: list[Commit], *, is_sqlite: bool) -> Refusals:
    """Give new client ids to those who use them first; the commits that came too late."""
    values = [
        {"document_id": commit.document_id, "client_id": client, "person_id": person}
        for commit in commits
        for client, person in commit.claims.items()
    ]
    dialect = sqlite if is_sqlite else postgresql
    # In one order everywhere: two processes never wait for each other.
    values.sort(key=lambda value: (value["document_id"], value["client_id"]))
    await session.execute(dialect.insert(ClientId).on_conflict_do_nothing(), values)
    late: Refusals = []
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
