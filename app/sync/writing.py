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

from sqlalchemy import bindparam, case, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock
from app.sync.commits import Commit, Gone, Taken
from app.sync.models import ClientId, Document, Update

_DOCUMENTS: Any = Document.__table__
_INSERT: Any = insert(cast(Any, Update.__table__))
_CHAIN: Any = (
    update(_DOCUMENTS).where(_DOCUMENTS.c.id == bindparam("which")).values(chain=bindparam("link"))
)

Refusals = list[tuple[Commit, BaseException]]


@dataclass(slots=True)
class Head:
    """Where a document's log ends."""

    seq: int
    chain: bytes


class Hand(Protocol):
    """How the statements get to the database."""

    async def advance(self, counts: dict[str, int], epochs: Sequence[str]) -> dict[str, Head]:
        """Take the next numbers of each document under its row; where each stood before."""
        ...

    async def add(self, rows: list[dict[str, Any]]) -> None:
        """Insert rows of the log."""
        ...

    async def link(self, heads: dict[str, Head]) -> None:
        """Set the documents' chains."""
        ...


async def store(session: AsyncSession, commits: list[Commit], *, is_sqlite: bool) -> Refusals:
    """Write everything; returns what could not be written, and why."""
    refused: Refusals = []
    claiming = [commit for commit in commits if commit.claims]
    if claiming:
        refused = await _claim(session, claiming, is_sqlite=is_sqlite)
    barred = {id(commit) for commit, _ in refused}
    wanted = [commit for commit in commits if id(commit) not in barred]
    if not wanted:
        return refused
    counts: dict[str, int] = {}
    for commit in wanted:
        counts[commit.document_id] = counts.get(commit.document_id, 0) + len(commit.rows)
    hand: Hand = await _by_driver(session) if is_sqlite else BySqlalchemy(session)
    heads = await hand.advance(counts, sorted({commit.epoch for commit in wanted}))
    rows: list[dict[str, Any]] = []
    at = clock.now()
    for commit in wanted:
        head = heads.get(commit.document_id)
        if head is None:
            refused.append((commit, Gone(commit.document_id)))
        else:
            commit.first = head.seq + 1
            rows += _rows(commit, head, at)
    if rows:
        await hand.add(rows)
        await hand.link(heads)
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
                "client_ids": " ".join(map(str, row.client_ids))[:1600],
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

    async def advance(self, counts: dict[str, int], epochs: Sequence[str]) -> dict[str, Head]:
        """See `Hand`."""
        table = _DOCUMENTS.c
        # Epochs are never given twice, so both lists together name these lineages only.
        statement = cast(
            Any,
            update(_DOCUMENTS)
            .where(table.id.in_(list(counts)), table.epoch.in_(epochs))
            .values(seq=table.seq + case(counts, value=table.id, else_=0))
            .returning(table.id, table.seq, table.chain),
        )
        rows: Any = await self._session.execute(statement)
        return {row.id: Head(row.seq - counts[row.id], bytes(row.chain)) for row in rows}

    async def add(self, rows: list[dict[str, Any]]) -> None:
        """See `Hand`."""
        await self._session.execute(_INSERT, rows)

    async def link(self, heads: dict[str, Head]) -> None:
        """See `Hand`."""
        connection = await self._session.connection()
        await connection.execute(
            _CHAIN, [{"which": which, "link": head.chain} for which, head in heads.items()]
        )


class ByDriver:
    """The same statements through SQLite's driver."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver

    async def advance(self, counts: dict[str, int], epochs: Sequence[str]) -> dict[str, Head]:
        """See `Hand`."""
        # Only the number of question marks varies.
        steps = " ".join(["WHEN ? THEN ?"] * len(counts))
        ids, lineages = _marks(len(counts)), _marks(len(epochs))
        rows = await self._driver.execute_fetchall(
            f"UPDATE documents SET seq = seq + CASE id {steps} ELSE 0 END "  # noqa: S608
            f"WHERE id IN ({ids}) AND epoch IN ({lineages}) RETURNING id, seq, chain",
            [*(one for pair in counts.items() for one in pair), *counts, *epochs],
        )
        return {row[0]: Head(row[1] - counts[row[0]], row[2]) for row in rows}

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
            "UPDATE documents SET chain = ? WHERE id = ?",
            [(head.chain, which) for which, head in heads.items()],
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
