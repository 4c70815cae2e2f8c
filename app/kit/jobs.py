"""Jobs: long work in the background, a few at a time, that can be waited for and cancelled.

A table of the noun is the truth about a job; this only runs them. When the process ends, so do
they, and the noun says so at the next start.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from app.kit import clock

log = logging.getLogger(__name__)


class Runner:
    """Runs at most `at_once` jobs; the others wait in line."""

    def __init__(self, at_once: int) -> None:
        self._line = asyncio.Semaphore(at_once)
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(
        self,
        job_id: str,
        work: Callable[[], Awaitable[None]],
        tidy: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Begin a job, or put it in line; `tidy` runs at its end, also when it never got its turn."""
        task = asyncio.get_running_loop().create_task(self._run(job_id, work, tidy))
        self._tasks[job_id] = task

    async def cancel(self, job_id: str) -> bool:
        """End a job and wait until it has ended; False when it does not run here."""
        task = self._tasks.get(job_id)
        if task is None:
            return False
        task.cancel()
        await asyncio.wait({task})
        return True

    async def wait(self, job_id: str) -> None:
        """Wait until a job has ended, however it ended."""
        task = self._tasks.get(job_id)
        if task is not None:
            await asyncio.wait({task})

    async def stop(self) -> None:
        """End all jobs."""
        for job_id in list(self._tasks):
            await self.cancel(job_id)

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
