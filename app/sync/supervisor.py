"""The supervisor: keeps the engine running and carries questions to it and answers back.

When the engine dies, every open question ends with `EngineDied`; the one it was working on knows
so, because the engine marks in shared memory what it is about to apply. A new engine is started
at once, and the rooms load their documents into it again from the log.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import mmap
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, cast

import app
from app.sync.pipe import MARK, Unpacker, pack

log = logging.getLogger(__name__)

PATIENCE: Final = 30.0
"""Seconds without any answer after which the engine counts as stuck."""
_QUIET_RESTART: Final = 0.05
_HURRIED_RESTART: Final = 1.0


class EngineDied(Exception):
    """The engine ended before it answered. `culprit` is the index in the question's list that it
    was working on; None when it was working on something else."""

    def __init__(self, culprit: int | None) -> None:
        super().__init__("the engine died")
        self.culprit = culprit


class EngineRefused(Exception):
    """The engine said no: `code` and `reason`."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


class Supervisor:
    """The engine as the server sees it. `free_roots` are for tests."""

    def __init__(self, free_roots: Sequence[str] = ()) -> None:
        self._free = tuple(free_roots)
        self._number = 0
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._outgoing: list[bytes] = []
        self._transport: asyncio.SubprocessTransport | None = None
        self._stdin: asyncio.WriteTransport | None = None
        self._ready = asyncio.Event()
        self.stopping = False
        """Whether no further engine will be started."""
        self._last_answer = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._spawning: asyncio.Task[None] | None = None
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as we do
        self._file.truncate(MARK.size)
        self._mark = mmap.mmap(self._file.fileno(), MARK.size)
        self.generation = 0
        """Counts engines: what was loaded into an earlier one is gone."""
        self.deaths: list[float] = []

    @property
    def pid(self) -> int | None:
        """The process id of the engine, while it runs."""
        return self._transport.get_pid() if self._transport and self._ready.is_set() else None

    async def start(self) -> None:
        """Start the engine."""
        await self._spawn()
        self._keep(self._watch())

    async def stop(self) -> None:
        """Let the engine end: its pipe is closed."""
        self.stopping = True
        self._ready.set()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._spawning is not None:
            await asyncio.gather(self._spawning, return_exceptions=True)
        if self._transport is not None:
            if self._stdin is not None:
                self._stdin.close()
            for _ in range(100):
                if self._transport.get_returncode() is not None:
                    break
                await asyncio.sleep(0.02)
            else:
                self._kill()
            self._transport.close()
        self._mark.close()
        self._file.close()

    async def ask(self, verb: str, document_id: str, *rest: Any) -> Any:
        """Ask the engine and wait for its answer.

        Raises:
            EngineDied: it ended first.
            EngineRefused: it answered no.
        """
        await self._ready.wait()
        if self.stopping or self._stdin is None:
            raise EngineDied(None)
        self._number += 1
        number = self._number
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if not self._waiting:
            self._last_answer = asyncio.get_running_loop().time()
        self._waiting[number] = future
        if not self._outgoing:
            asyncio.get_running_loop().call_soon(self._flush)
        self._outgoing.append(pack((number, verb, document_id, *rest)))
        try:
            return await future
        finally:
            self._waiting.pop(number, None)

    def _flush(self) -> None:
        data = b"".join(self._outgoing)
        self._outgoing.clear()
        if self._stdin is not None and data:
            # The engine may be dead already without our having been told: then its end is about
            # to be, and whoever asked hears of it there.
            with contextlib.suppress(RuntimeError, OSError):
                self._stdin.write(data)

    async def _spawn(self) -> None:
        """Start an engine. Whoever waits for it may be cancelled: a process that has begun is
        waited for all the same, or nobody would end it."""
        self._spawning = asyncio.get_running_loop().create_task(self._begin())
        await asyncio.shield(self._spawning)

    async def _begin(self) -> None:
        loop = asyncio.get_running_loop()
        MARK.pack_into(self._mark, 0, 0, 0)
        mark_fd = self._file.fileno()
        environment = {
            **os.environ,
            "PYTHONPATH": str(Path(app.__file__).parents[1]),
        }
        transport, pipe = await loop.subprocess_exec(
            lambda: _Pipe(self),
            sys.executable,
            "-m",
            "app.sync.engine",
            str(mark_fd),
            *self._free,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=None,
            pass_fds=(mark_fd,),
            env=environment,
            # Its own session: a Ctrl-C in the terminal must not reach it before all is stored.
            start_new_session=True,
        )
        if pipe.has_ended:
            # Nobody was told, and nobody would be.
            transport.close()
            raise OSError("the engine ended as it began")
        self._transport = transport
        self._stdin = cast(asyncio.WriteTransport, transport.get_pipe_transport(0))
        self.generation += 1
        self._ready.set()

    def on_answer(self, message: tuple[int, bool, Any]) -> None:
        """Hand an answer to whoever waits for it."""
        number, good, value = message
        self._last_answer = asyncio.get_running_loop().time()
        future = self._waiting.get(number)
        if future is None or future.done():
            return
        if good:
            future.set_result(value)
        else:
            future.set_exception(EngineRefused(*value))

    def on_end(self, pipe: asyncio.Protocol | asyncio.SubprocessProtocol) -> None:
        """The engine's pipe ended: tell everybody who waits, and start another."""
        if not self._ready.is_set() or self._mark.closed:
            return
        self._ready.clear()
        self._outgoing.clear()
        self._stdin = None
        number, index = MARK.unpack_from(self._mark, 0)
        waiting = list(self._waiting.items())
        self._waiting.clear()
        for asked, future in waiting:
            if not future.done():
                future.set_exception(EngineDied(index if asked == number else None))
        if not self.stopping:
            self._keep(self._restart())

    async def _restart(self) -> None:
        old = self._transport
        if old is not None:
            old.close()
        now = asyncio.get_running_loop().time()
        self.deaths = [when for when in self.deaths if now - when < 60] + [now]
        log.error("The engine ended; starting another (%d in a minute).", len(self.deaths))
        await asyncio.sleep(_HURRIED_RESTART if len(self.deaths) > 5 else _QUIET_RESTART)
        while True:
            try:
                return await self._spawn()
            except OSError:
                log.exception("The engine could not be started; trying again.")
                await asyncio.sleep(_HURRIED_RESTART)

    async def _watch(self) -> None:
        """End an engine that does not answer any more."""
        while True:
            await asyncio.sleep(1)
            idle = asyncio.get_running_loop().time() - self._last_answer
            if self._waiting and self._ready.is_set() and idle > PATIENCE:
                log.error("The engine has not answered for %d s and is ended.", idle)
                self._kill()

    def _kill(self) -> None:
        if self._transport is not None and self._transport.get_returncode() is None:
            self._transport.send_signal(signal.SIGKILL)

    def _keep(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Pipe(asyncio.SubprocessProtocol):
    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._unpacker = Unpacker()
        self.has_ended = False

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        for message in self._unpacker.feed(data):
            self._supervisor.on_answer(message)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        if fd == 1:
            self.has_ended = True
            self._supervisor.on_end(self)
