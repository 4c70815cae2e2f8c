"""SQLite: how its connections are set up, and the one that writes.

SQLite has a bug up to 3.51.2 that corrupts a file when two connections write or checkpoint it
(https://sqlite.org/wal.html#walresetbug), so exactly one connection writes and the others are
`query_only`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, PoolResetState
from sqlalchemy.util import greenlet_spawn

T = TypeVar("T")


def engine(url: str, *, size: int, query_only: bool) -> AsyncEngine:
    """Connections to a file, set up as the promise of durability needs them."""
    made = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=30,
        # `reset` below looks first: a rollback of nothing is a way to the thread and back.
        pool_reset_on_return=None,
        # An error must not carry what people wrote into a log.
        hide_parameters=True,
    )

    @event.listens_for(made.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        # Transactions are begun by us, below: the driver's own BEGIN is DEFERRED.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=5000",
            "trusted_schema=OFF",
            "cell_size_check=ON",
            f"wal_autocheckpoint={0 if query_only else 1000}",
            f"query_only={int(query_only)}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(made.sync_engine, "reset")
    def reset(  # pyright: ignore[reportUnusedFunction]
        connection: Any, _record: Any, state: PoolResetState
    ) -> None:
        if connection.driver_connection.in_transaction and not state.terminate_only:
            connection.rollback()

    @event.listens_for(made.sync_engine, "begin")
    def begin(connection: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.exec_driver_sql("BEGIN" if query_only else "BEGIN IMMEDIATE")

    return made


class AtOnce:
    """Whole transactions as one function in the writing connection's own thread.

    Through a session every statement is a way to that thread and back, which costs more than the
    statement (docs/decisions/0012). While a session has the connection it is waited for in the
    pool; while nobody has it the function goes straight into the thread's queue, where whoever
    comes next stands behind it.
    """

    def __init__(self, writer: AsyncEngine) -> None:
        self._writer = writer
        self._driver: Any = None
        """The connection, while it is open."""
        self._lent = False
        """Whether a session has it."""
        for name, heard in (
            ("connect", self._opened),
            ("close", self._closed),
            ("checkout", self._checked_out),
            ("checkin", self._checked_in),
        ):
            event.listen(writer.sync_engine, name, heard)

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in a transaction of its own; it must not wait for anything."""
        if self._driver is not None and not self._lent:
            return await _in_thread(self._driver, work)
        fairy = await self._writer.raw_connection()
        try:
            return await _in_thread(fairy.driver_connection, work)
        finally:
            await greenlet_spawn(fairy.close)

    def _opened(self, connection: Any, _record: Any) -> None:
        self._driver = connection.driver_connection

    def _closed(self, _connection: Any, _record: Any) -> None:
        self._driver = None

    def _checked_out(self, _connection: Any, _record: Any, _proxy: Any) -> None:
        self._lent = True

    def _checked_in(self, _connection: Any, _record: Any) -> None:
        self._lent = False


def _in_thread(driver: Any, work: Callable[[sqlite3.Connection], T]) -> Awaitable[T]:
    # aiosqlite has no public way to run several statements in one go.
    return driver._execute(_in_one_go, driver._conn, work)  # noqa: SLF001


def _in_one_go(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = work(connection)
        connection.execute("COMMIT")
    except BaseException:
        # After some errors SQLite has undone it by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return result
