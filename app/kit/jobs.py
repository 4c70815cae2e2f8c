"""Jobs: long work in the background, a few at a time, that can be waited for and cancelled.

A table of the noun is the truth about a job; this only runs them. When the process ends, so do
they; the next start takes them up again, or says that they ended. Where several servers share a
database each gives signs of life of its jobs, and the others see to those that give none any more.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock
from app.kit.db import Database
from app.kit.events import Event

log = logging.getLogger(__name__)

UNFINISHED: Final = ("waiting", "running")
"""What the status of a job is until it has ended."""
BEAT: Final = 5.0
LOST: Final = timedelta(seconds=30)
"""After so long without a sign of life the server of a job is gone."""
TRIES: Final = 2
"""So often a server may die while it does a job: it may well be the job that kills it."""
_CANCEL: Final = "cancel"


class Runner:
    """Runs at most `at_once` jobs; the others wait in line."""

    def __init__(self, at_once: int, database: Database) -> None:
        self._line = asyncio.Semaphore(at_once)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._broadcast = database.broadcast
        self._broadcast.on(_CANCEL, self._on_cancel, everywhere=True)

    @property
    def running(self) -> list[str]:
        """The ids of the jobs that run or wait here."""
        return list(self._tasks)

    def start(
        self,
        job_id: str,
        work: Callable[[], Awaitable[None]],
        tidy: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Begin a job, or put it in line; `tidy` runs at its end, also when it never got its turn."""
        task = asyncio.get_running_loop().create_task(self._run(job_id, work, tidy))
        self._tasks[job_id] = task

    async def cancel(self, job_id: str, guide_id: str) -> None:
        """End a job and wait until it has ended; one of another server is asked to end."""
        if job_id in self._tasks:
            await self._cancel(job_id)
        else:
            await self._broadcast.publish(Event(guide_id, _CANCEL, {"id": job_id}))

    async def wait(self, job_id: str) -> None:
        """Wait until a job has ended, however it ended."""
        task = self._tasks.get(job_id)
        if task is not None:
            await asyncio.wait({task})

    async def stop(self) -> None:
        """End all jobs."""
        for job_id in list(self._tasks):
            await self._cancel(job_id)

    async def _on_cancel(self, event: Event) -> None:
        await self._cancel(event.payload["id"])

    async def _cancel(self, job_id: str) -> None:
        task = self._tasks.get(job_id)
        if task is not None:
            task.cancel()
            await asyncio.wait({task})

    async def _run(
        self,
        job_id: str,
        work: Callable[[], Awaitable[None]],
        tidy: Callable[[], Awaitable[None]] | None,
    ) -> None:
        try:
            async with self._line:
                await work()
        except Exception:
            log.exception("Job %s failed.", job_id)
        finally:
            with contextlib.suppress(KeyError):
                del self._tasks[job_id]
            if tidy is not None:
                await tidy()


class Signs:
    """Signs of life of a runner's jobs in the column `beat_at` of their table.

    `model` is that table; it has `id`, `status` and `beat_at`. `end` writes down in a session that
    a job will not come to its end. With `again` a job that its server left behind is begun again,
    unless that has happened `TRIES` times; the table then also has `lost`, which counts them.
    """

    def __init__(
        self,
        database: Database,
        runner: Runner,
        model: Any,
        end: Callable[[AsyncSession, Any], None],
        again: Callable[[Any], None] | None = None,
    ) -> None:
        self._database = database
        self._runner = runner
        self._model = model
        self._end = end
        self._again = again

    @asynccontextmanager
    async def given(self) -> AsyncGenerator[None]:
        """See to what a server left behind, and give signs of life for the length of the block."""
        # A server that is alone with its database knows that nobody else can be at work.
        await self._sweep(everything=not self._database.is_shared)
        beating = asyncio.create_task(self._beat()) if self._database.is_shared else None
        try:
            yield
        finally:
            if beating is not None:
                beating.cancel()

    async def _beat(self) -> None:
        model = self._model
        while True:
            await asyncio.sleep(BEAT)
            try:
                if running := self._runner.running:
                    async with self._database.write() as session:
                        await session.execute(
                            update(model).where(model.id.in_(running)).values(beat_at=clock.now())
                        )
                await self._sweep(everything=False)
            except Exception:
                log.exception("The jobs' signs of life could not be written.")

    async def _sweep(self, *, everything: bool) -> None:
        model = self._model
        lost = select(model).where(model.status.in_(UNFINISHED))
        if not everything:
            lost = lost.where(model.beat_at < clock.now() - LOST)
        async with self._database.read() as session:
            if (await session.execute(lost.limit(1))).first() is None:
                return
        again: list[Any] = []
        async with self._database.write() as session:
            # Several servers may look at once: each takes those that no other has in its hands.
            for job in await session.scalars(lost.with_for_update(skip_locked=True)):
                if self._again is None or not self._may_go_on(job):
                    self._end(session, job)
                    continue
                job.status, job.beat_at = "waiting", clock.now()
                again.append(job)
        if self._again is not None:
            for job in again:
                self._again(job)

    def _may_go_on(self, job: Any) -> bool:
        # One that waits was not yet begun, or put back by a server that was asked to stop.
        if job.status == "running":
            job.lost += 1
        return bool(job.lost < TRIES)


class Throttle:
    """Passes progress on at most once in `seconds`: each time is a write to the database."""

    def __init__(self, tell: Callable[[int, str], Awaitable[None]], seconds: float = 1.0) -> None:
        self._tell = tell
        self._seconds = seconds
        self._last = 0.0
        self._percent = -1

    async def __call__(self, percent: int, step: str) -> None:
        """Note how far the work is, from 0 to 100, and what is being done."""
        now = clock.monotonic()
        if percent > self._percent and now - self._last >= self._seconds:
            self._last, self._percent = now, percent
            await self._tell(percent, step)
