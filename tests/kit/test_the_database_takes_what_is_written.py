"""The database: one transaction per change, one writer on SQLite, readers that cannot write."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import datetime, timedelta, timezone
from functools import partial

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.kit import clock
from app.kit.db import Database, Heartbeat


@pytest.fixture
def database(app: FastAPI) -> Database:
    return app.state.database


async def test_a_reading_session_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError):
        async with database.read() as session:
            await session.execute(text("DELETE FROM heartbeats"))


async def test_a_reading_session_sees_one_moment(database: Database) -> None:
    async with database.read() as session:
        before = await session.scalar(select(func.count()).select_from(Heartbeat))
        async with database.write() as other:
            other.add(Heartbeat(id=5, at=clock.now()))
        assert await session.scalar(select(func.count()).select_from(Heartbeat)) == before


async def test_an_error_undoes_the_whole_block(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.write() as session:
            session.add(Heartbeat(id=5, at=clock.now()))
            await session.flush()
            raise RuntimeError
    async with database.read() as session:
        assert await session.get(Heartbeat, 5) is None


async def test_writers_wait_for_each_other(database: Database) -> None:
    async def add(number: int) -> None:
        async with database.write() as session:
            session.add(Heartbeat(id=number, at=clock.now()))
            await asyncio.sleep(0.001)

    await asyncio.gather(*(add(number) for number in range(10, 40)))
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Heartbeat)) == 30


async def test_a_moment_comes_back_as_it_was_in_utc(database: Database) -> None:
    auckland = timezone(timedelta(hours=13))
    at = datetime(2026, 12, 1, 9, 30, 15, 123456, tzinfo=auckland)
    async with database.write() as session:
        session.add(Heartbeat(id=9, at=at))
    async with database.read() as session:
        row = await session.get_one(Heartbeat, 9)
        assert row.at == at
        assert row.at.utcoffset() == timedelta(0)


async def test_what_sqlite_promises_is_switched_on(database: Database, on_postgres: bool) -> None:
    if on_postgres:
        pytest.skip("these are settings of SQLite")
    for opened in (database.read, database.write):
        async with opened() as session:
            said = {
                name: await session.scalar(text(f"PRAGMA {name}"))
                for name in ("journal_mode", "synchronous", "foreign_keys", "query_only")
            }
        reads = int(opened == database.read)
        assert said == {
            "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "query_only": reads,
        }  # fmt: skip


async def test_an_error_of_the_database_does_not_print_what_people_wrote(
    database: Database,
) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with database.write() as session:
            await session.execute(text("SELECT :word FROM nowhere"), {"word": "my secret"})
    assert "my secret" not in str(caught.value)


def count(connection: sqlite3.Connection, number: int) -> None:
    connection.execute("INSERT INTO heartbeats (id, at) VALUES (?, '2026-01-01')", [number])


async def test_what_is_written_at_once_waits_for_sessions_and_they_for_it(
    database: Database, on_postgres: bool
) -> None:
    """One connection, one transaction at a time, whichever way it is written."""
    if on_postgres:
        pytest.skip("only SQLite has one writer")

    async def in_a_session(number: int) -> None:
        async with database.write() as session:
            session.add(Heartbeat(id=number, at=clock.now()))
            await session.flush()
            await asyncio.sleep(0.001)

    await asyncio.gather(
        *(in_a_session(number) for number in range(10, 30)),
        *(database.write_at_once(partial(count, number=number)) for number in range(30, 50)),
    )
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Heartbeat)) == 40


async def test_what_fails_at_once_is_undone_and_the_next_one_is_not(
    database: Database, on_postgres: bool
) -> None:
    if on_postgres:
        pytest.skip("only SQLite is written so")

    def fail(connection: sqlite3.Connection) -> None:
        count(connection, 5)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await database.write_at_once(fail)
    await database.write_at_once(partial(count, number=6))
    async with database.read() as session:
        found = await session.scalars(select(Heartbeat.id).order_by(Heartbeat.id))
        assert list(found) == [6]


async def test_a_session_that_is_cut_off_leaves_no_transaction_behind(
    database: Database, on_postgres: bool
) -> None:
    if on_postgres:
        pytest.skip("only SQLite has one writer")
    writing = asyncio.Event()

    async def hang() -> None:
        async with database.write() as session:
            session.add(Heartbeat(id=7, at=clock.now()))
            await session.flush()
            writing.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(hang())
    await writing.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await database.write_at_once(partial(count, number=8))
    async with database.read() as session:
        assert list(await session.scalars(select(Heartbeat.id))) == [8]
