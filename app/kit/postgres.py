"""PostgreSQL: one connection in a thread of its own, for transactions that are one function.

Through a session each statement of such a transaction is a wait on the event loop, which costs more
than the statement; in a thread the driver waits by itself.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

import psycopg
from sqlalchemy import make_url

T = TypeVar("T")
Connection = psycopg.Connection[Any]

OPTIONS: Final = "-c lock_timeout=5000 -c synchronous_commit=on"
"""What every writing connection is opened with: a commit that returns is on the disk."""


class AtOnce:
    """Whole transactions as one function. `url` is SQLAlchemy's."""

    def __init__(self, url: str) -> None:
        address = make_url(url).set(drivername="postgresql")
        self._address = address.render_as_string(hide_password=False)
        self._open: list[Connection] = []
        """The connection, while there is one."""
        # Also when nobody came to close it.
        weakref.finalize(self, _close, self._open)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="postgres")

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction of its own: committed when it returns, undone when it raises."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, work)

    async def close(self) -> None:
        """Close the connection."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._drop)
        self._thread.shutdown(wait=False)

    def _run(self, work: Callable[[Connection], T]) -> T:
        known = bool(self._open)
        try:
            return self._try(work)
        except psycopg.OperationalError:
            # The database may have been restarted since the last time.
            if known and not self._open:
                return self._try(work)
            raise

    def _try(self, work: Callable[[Connection], T]) -> T:
        if not self._open:
            self._open.append(psycopg.connect(self._address, options=OPTIONS))
        [connection] = self._open
        try:
            result = work(connection)
        except BaseException:
            self._undo(connection)
            raise
        try:
            connection.commit()
        except psycopg.Error as error:
            self._undo(connection)
            # Whether it was committed nobody knows: it must not be tried again by itself.
            raise RuntimeError(f"the commit did not return: {type(error).__name__}") from None
        return result

    def _undo(self, connection: Connection) -> None:
        try:
            connection.rollback()
        except psycopg.Error:
            self._drop()
        if connection.broken or connection.closed:
            self._drop()

    def _drop(self) -> None:
        _close(self._open)


def _close(connections: list[Connection]) -> None:
    while connections:
        connections.pop().close()
