"""Writing commits into the database: the rows they become, and how they get there in a session.

Mostly they get there in fewer steps (`at_once` for SQLite, `in_two_ways` for PostgreSQL); only when
words are to be kept for somebody with the rows (`rescuing`) is a session needed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import and_, bindparam, insert, or_, select, update
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

    @property
    def moved(self) -> bool:
        """Whether there are new rows."""
        return self.seq > self.before


async def store(
    session: AsyncSession, commits: list[Commit], *, is_sqlite: bool, written: Written | None
) -> Refusals:
    """Write everything; returns what could not be written, and why.

    `written` are the rows of this process, where there are others.
    """
    claiming = [commit for commit in commits if commit.claims]
    refused = await _claim(session, claiming, is_sqlite=is_sqlite) if claiming else []
    heads = await _heads(session, sorted({commit.document_id for commit in commits}))
    stale: set[int] = set()
    if written is not None:
        before = {name: head.before for name, head in heads.items()}
        stale = conflicts.stale(written, commits, before, await _newer(session, commits))
    rows = numbered(commits, heads, refused, clock.now(), stale)
    if rows:
        await session.execute(_INSERT, [dict(zip(COLUMNS, row, strict=True)) for row in rows])
        moved = [
            {"which": name, "link": head.chain, "last": head.seq}
            for name, head in heads.items()
            if head.moved
        ]
        await (await session.connection()).execute(_LINK, moved)
        await rescuing.keep(session, [commit for commit in commits if commit.first])
    return refused


COLUMNS: Final = (
    "document_id",
    "seq",
    "epoch",
    "person_id",
    "client_ids",
    "at",
    "bytes",
    "chain",
)
"""Of a row of the log, in the order in which `numbered` gives them."""


def numbered(
    commits: list[Commit],
    heads: dict[str, Head],
    refused: Refusals,
    at: datetime | str,
    stale: Set[int] = frozenset(),
) -> list[tuple[Any, ...]]:
    """The rows of all commits that can be stored; the others are added to the refused ones.

    The heads move along. `at` is the time as the database takes it, `stale` names commits by `id`.
    """
    done = {id(commit) for commit, _ in refused}
    lost = {id(commit.lineage) for commit, _ in refused}
    rows: list[tuple[Any, ...]] = []
    for commit in commits:
        if id(commit) in done:
            continue
        head = heads.get(commit.document_id)
        if head is None or head.epoch != commit.epoch:
            refused.append((commit, Gone(commit.document_id)))
        elif id(commit.lineage) in lost:
            # It may lean on what has just been refused.
            refused.append((commit, RuntimeError("what it was built on is refused")))
        elif id(commit) in stale:
            refused.append((commit, Stale(commit.document_id)))
        else:
            commit.first = head.seq + 1
            rows += _rows(commit, head, at)
            continue
        lost.add(id(commit.lineage))
    return rows


def _rows(commit: Commit, head: Head, at: datetime | str) -> list[tuple[Any, ...]]:
    """The rows of a commit; `head` moves along."""
    rows: list[tuple[Any, ...]] = []
    name, epoch, seq, chain = commit.document_id, commit.epoch, head.seq, head.chain
    for row in commit.rows:
        seq += 1
        chain = hashlib.sha256(chain + row.data).digest()
        clients = " ".join(map(str, row.client_ids))[:CLIENT_IDS]
        rows.append((name, seq, epoch, row.person_id, clients, at, row.data, chain))
    head.seq, head.chain = seq, chain
    return rows


async def _heads(session: AsyncSession, names: Sequence[str]) -> dict[str, Head]:
    """Where the logs of documents end; nobody else moves them until the transaction ends.

    In the order of their ids: two processes never wait for each other.
    """
    table = _DOCUMENTS.c
    statement = (
        select(table.id, table.seq, table.chain, table.epoch)
        .where(table.id.in_(names))
        .order_by(table.id)
        .with_for_update(key_share=True)
    )
    rows: Any = await session.execute(statement)
    return {row.id: Head(row.seq, bytes(row.chain), row.epoch, row.seq) for row in rows}


async def _newer(session: AsyncSession, commits: list[Commit]) -> list[tuple[str, int, str]]:
    """The rows that may be news to a commit as (document, seq, client ids)."""
    seen = [and_(Update.document_id == c.document_id, Update.seq > c.seen) for c in commits]
    rows = await session.execute(
        select(Update.document_id, Update.seq, Update.client_ids).where(or_(*seen))
    )
    return [(row.document_id, row.seq, row.client_ids) for row in rows]


async def _claim(session: AsyncSession, commits: list[Commit], *, is_sqlite: bool) -> Refusals:
    """Give new client ids to those who use them first; the commits that came too late."""
    values = [
        {"document_id": commit.document_id, "client_id": client, "person_id": person}
        for commit in commits
        for client, person in commit.claims.items()
    ]
    # In one order everywhere: two processes never wait for each other.
    values.sort(key=lambda value: (value["document_id"], value["client_id"]))
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
