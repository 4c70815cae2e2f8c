"""The bus: what the processes of one installation tell each other at once.

It is a hint and never the truth: a message may be lost, come twice or come late, and whoever
listens has another way to learn the same (the log, a poll, the database). With one process there
is nobody to talk to; with several it is Redis' publish and subscribe.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from app.kit import clock, redis_line
from app.kit.config import Settings
from app.kit.ids import ID_LENGTH, new_id
from app.kit.redis_line import TIMEOUT, RedisLine

log = logging.getLogger(__name__)

PREFIX: Final = "chapterhouse:"
ALIVE_EVERY: Final = 3.0
GONE_AFTER: Final = 10.0
"""Seconds without a sign of life after which a process counts as gone."""
_ALIVE: Final = "alive"
_BYE: Final = b"bye"

Handler = Callable[[str, bytes], None]
"""Called with the id of the process that sent it, and the message."""


class Bus:
    """The bus of a process that is alone: nobody else hears, nothing comes."""

    is_shared = False
    """Whether there may be other processes."""

    def __init__(self) -> None:
        self.node = new_id()
        """Names this process to the others, for as long as it lives."""
        self._handlers: dict[str, Handler] = {}
        self._gone: list[Callable[[str], None]] = []
        self._back: list[Callable[[], None]] = []

    @property
    def is_up(self) -> bool:
        """Whether the others can be reached now."""
        return True

    def send(self, channel: str, body: bytes) -> None:
        """Tell the other processes that subscribed to `channel`; lost when they cannot be reached."""

    def subscribe(self, channel: str, handler: Handler) -> None:
        """Hear what the others send to `channel`; one handler for each channel."""
        self._handlers[channel] = handler

    def unsubscribe(self, channel: str) -> None:
        """Hear no more of it."""
        self._handlers.pop(channel, None)

    def on_gone(self, hook: Callable[[str], None]) -> None:
        """Call `hook` with the id of a process that ended or is not heard any more."""
        self._gone.append(hook)

    def on_return(self, hook: Callable[[], None]) -> None:
        """Call `hook` when the others can be reached again: something may have been missed."""
        self._back.append(hook)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[Bus]:
        """Connected for the length of the block."""
        yield self


class RedisBus(Bus):
    """The bus between processes, over Redis. While Redis is away, messages are dropped."""

    is_shared = True

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._node = self.node.encode()
        self._line: RedisLine | None = None
        """The connection, while it is up."""
        self._stopping = asyncio.Event()
        self._heard: dict[str, float] = {}
        self._last_heard = 0.0

    @property
    def is_up(self) -> bool:
        """Whether Redis answers."""
        return self._line is not None

    def send(self, channel: str, body: bytes) -> None:
        """See `Bus.send`."""
        if self._line is not None:
            self._line.send(b"PUBLISH", (PREFIX + channel).encode(), self._node + body)

    def subscribe(self, channel: str, handler: Handler) -> None:
        """See `Bus.subscribe`."""
        super().subscribe(channel, handler)
        if self._line is not None:
            self._line.send(b"SUBSCRIBE", (PREFIX + channel).encode())

    def unsubscribe(self, channel: str) -> None:
        """See `Bus.unsubscribe`."""
        super().unsubscribe(channel)
        if self._line is not None:
            self._line.send(b"UNSUBSCRIBE", (PREFIX + channel).encode())

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[Bus]:
        """Connected, or trying to be, for the length of the block."""
        self.subscribe(_ALIVE, self._alive)
        tasks = {asyncio.create_task(self._run()), asyncio.create_task(self._watch())}
        try:
            yield self
        finally:
            self.send(_ALIVE, _BYE)
            # Asked to end rather than cancelled: connections are closed in their own way.
            self._stopping.set()
            _, late = await asyncio.wait(tasks, timeout=2 * TIMEOUT)
            for task in late:
                task.cancel()

    async def _run(self) -> None:
        """Keep a connection; try again when it breaks."""
        pause = 0.1
        told = False
        while not self._stopping.is_set():
            try:
                line = await redis_line.connect(self._url, self._hear)
                if told:
                    log.warning("Redis answers again.")
                told, pause = False, 0.1
                await self._talk(line)
            except (OSError, TimeoutError) as error:
                if not told:
                    log.error(  # noqa: TRY400 - the sentence says it all
                        "Redis cannot be reached (%s): the servers go on through the database, "
                        "and who is where is not shared.",
                        str(error)[:200],
                    )
                told = True
            # Not all at the same moment.
            await self._rest(pause * random.uniform(0.5, 1.5))  # noqa: S311
            pause = min(2.0, pause * 2)

    async def _talk(self, line: RedisLine) -> None:
        """Send and hear until the connection breaks, and raise then, or until this ends."""
        self._line = line
        self._last_heard = clock.monotonic()
        try:
            line.send(b"SUBSCRIBE", *((PREFIX + channel).encode() for channel in self._handlers))
            for hook in self._back:
                hook()
            self.send(_ALIVE, b"")
            while not self._stopping.is_set():
                await self._rest(ALIVE_EVERY, line.lost)
                if line.lost.done():
                    line.lost.result()
                # We hear our own signs of life, too: without them the connection is dead.
                if clock.monotonic() - self._last_heard > GONE_AFTER:
                    raise TimeoutError("it does not answer")
        finally:
            self._line = None
            line.close()

    async def _rest(self, seconds: float, *events: asyncio.Future[Any]) -> None:
        """Wait, but not longer than until this ends or one of `events` is there."""
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait(
                {stopping, *events}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            stopping.cancel()

    def _hear(self, channel: bytes, data: bytes) -> None:
        self._last_heard = clock.monotonic()
        if data.startswith(self._node):
            return
        node = data[:ID_LENGTH].decode("ascii", "replace")
        handler = self._handlers.get(channel.decode()[len(PREFIX) :])
        if handler is None:
            return
        try:
            handler(node, data[ID_LENGTH:])
        except Exception:
            log.exception("A message from another server was not understood.")

    def _alive(self, node: str, body: bytes) -> None:
        if body == _BYE:
            self._lose(node)
            return
        if node not in self._heard:
            # A newcomer has not heard of us yet.
            self.send(_ALIVE, b"")
        self._heard[node] = clock.monotonic()

    def _lose(self, node: str) -> None:
        if self._heard.pop(node, None) is not None:
            for hook in self._gone:
                hook(node)

    async def _watch(self) -> None:
        while not self._stopping.is_set():
            await self._rest(ALIVE_EVERY)
            now = clock.monotonic()
            self.send(_ALIVE, b"")
            for node, at in list(self._heard.items()):
                if now - at > GONE_AFTER:
                    self._lose(node)


def make(settings: Settings) -> Bus:
    """The bus that the settings ask for."""
    return RedisBus(settings.redis_url) if settings.redis_url else Bus()
