"""The log: accepted updates, byte for byte, in the order in which everybody gets them.

One writer for all rooms. While a commit runs, what arrives is collected; then all of it goes into
the next transaction. A document's `seq` is taken under its row, so its order is the order of
commits, whichever process writes. Nothing is shown before its commit has returned.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final

from app.kit import clock, failpoints
from app.kit.db import Database
from app.sync import at_once, in_two_ways, writing
from app.sync.commits import Commit
from app.sync.conflicts import Written

log = logging.getLogger(__name__)

MAX_ROWS: Final = 2000
MAX_BYTES: Final = 4 << 20
PAUSE: Final = 0.004
"""Seconds from one commit's beginning to the next: while many write, they share commits."""


class Log:
    """The one writer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: list[Commit] = []
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None
        self._last = 0.0
        # Alone nobody can have stored anything meanwhile.
        self._written = Written() if database.is_shared else None
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

    def forget(self, document_id: str) -> None:
        """A room is closed, with nothing of it on the way any more."""
        if self._written is not None:
            self._written.forget(document_id)

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                pause = self._last + PAUSE - clock.monotonic()
                if pause > 0:
                    await asyncio.sleep(pause)
                self._last = clock.monotonic()
                batch: list[Commit] = []
                try:
                    batch = self._take()
                    await self._commit(batch)
                except Exception as error:
                    # Silence would be the worst: who waits is told, and the next ones are tried.
                    log.exception("The writer stumbled.")
                    batch, self._queue = [*batch, *self._queue], []
                    for commit in batch:
                        _safely(commit.failed, error)
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
                refused += await self._store(ready)
                failpoints.here(failpoints.AFTER_COMMIT)
        except Exception as error:
            log.exception("Updates could not be stored.")
            refused = [(commit, error) for commit in batch]
        self.commits += 1
        failed = {id(commit) for commit, _ in refused}
        if self._written is not None:
            # A broken room may have been forgotten meanwhile.
            self._written.note([c for c in ready if id(c) not in failed and not c.lineage.broken])
        for commit, error in refused:
            _safely(commit.failed, error)
        for commit in ready:
            if id(commit) not in failed:
                _safely(commit.done, commit.first)

    async def _store(self, commits: list[Commit]) -> writing.Refusals:
        """Mostly one transaction; what could not be stored, and why."""
        database = self._database
        trip = database.one_trip
        if trip is not None and not any(row.unseen for one in commits for row in one.rows):
            # Only where there is PostgreSQL: it loads the driver.
            from app.sync import in_one_way

            written = self._written if database.is_shared else None
            commits = await in_one_way.store(trip, commits, written)
            if not commits:
                return []
        try:
            return await self._store_with_care(commits)
        except Exception as error:
            log.exception("Updates could not be stored.")
            # What went the short way is stored.
            return [(commit, error) for commit in commits]

    async def _store_with_care(self, commits: list[Commit]) -> writing.Refusals:
        """One transaction in which everything can be decided."""
        database = self._database
        if any(row.unseen for commit in commits for row in commit.rows):
            async with database.write() as session:
                refused = await writing.store(
                    session, commits, is_sqlite=database.is_sqlite, written=self._written
                )
                failpoints.here(failpoints.BEFORE_COMMIT)
            return refused

        def store(connection: Any) -> writing.Refusals:
            if database.is_sqlite:
                refused = at_once.store(connection, commits)
            else:
                refused = in_two_ways.store(connection, commits, self._written)
            failpoints.here(failpoints.BEFORE_COMMIT)
            return refused

        return await database.write_at_once(store)


def _safely(call: Callable[[Any], None], value: Any) -> None:
    try:
        call(value)
    except Exception:
        log.exception("A room failed after a commit.")
