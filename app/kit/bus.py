"""The bus: what the processes of one installation tell each other at once.

It is a hint and never the truth: a message may be lost, come twice or come late, and whoever
listens has another way to learn the same (the log, a poll, the database). With one process there
is nobody to talk to; with several it is Redis' publish and subscribe.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, cast

from app.kit import clock
from app.kit.config import Settings
from app.kit.ids import ID_LENGTH, new_id

log = logging.getLogger(__name__)

PREFIX: Final = "chapterhouse:"
ALIVE_EVERY: Final = 3.0
GONE_AFTER: Final = 10.0
"""Seconds without a sign of life after which a process counts as gone."""
_ALIVE: Final = "alive"
_BYE: Final = b"bye"
_MOST_WAITING: Final = 20_000
_MOST_BYTES: Final = 32 << 20
_TIMEOUT: Final = 5.0

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
        self._outgoing: list[tuple[str, bytes]] = []
        self._size = 0
        self._stir = asyncio.Event()
        self._stopping = asyncio.Event()
        self._up = False
        self._heard: dict[str, float] = {}
        self._last_heard = 0.0

    @property
    def is_up(self) -> bool:
        """Whether Redis answers."""
        return self._up

    def send(self, channel: str, body: bytes) -> None:
        """See `Bus.send`."""
        if not self._up:
            return
        if len(self._outgoing) >= _MOST_WAITING or self._size + len(body) > _MOST_BYTES:
            # Redis does not keep up: all of it is in the log as well.
            self._outgoing.clear()
            self._size = 0
        self._outgoing.append((channel, self._node + body))
        self._size += len(body)
        self._stir.set()

    def subscribe(self, channel: str, handler: Handler) -> None:
        """See `Bus.subscribe`."""
        super().subscribe(channel, handler)
        self._stir.set()

    def unsubscribe(self, channel: str) -> None:
        """See `Bus.unsubscribe`."""
        super().unsubscribe(channel)
        self._stir.set()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[Bus]:
        """Connected, or trying to be, for the length of the block."""
        self.subscribe(_ALIVE, self._alive)
        tasks = {asyncio.create_task(self._run()), asyncio.create_task(self._watch())}
        try:
            yield self
        finally:
            if self._up:
                self.send(_ALIVE, _BYE)
                await asyncio.sleep(0.05)
            # Asked to end rather than cancelled: connections are closed in their own way.
            self._stopping.set()
            _, late = await asyncio.wait(tasks, timeout=2 * _TIMEOUT)
            for task in late:
                task.cancel()

    async def _run(self) -> None:
        """Keep a connection; try again when it breaks."""
        # Only here: who has one server should not pay megabytes for what they do not use.
        import redis.asyncio
        from redis.exceptions import RedisError

        pause = 0.1
        told = False
        while not self._stopping.is_set():
            try:
                client = cast(Any, redis.asyncio.Redis).from_url(
                    self._url, socket_connect_timeout=_TIMEOUT, socket_timeout=_TIMEOUT
                )
                async with client, client.pubsub(ignore_subscribe_messages=True) as heard:
                    await heard.subscribe(PREFIX + _ALIVE)
                    if told:
                        log.warning("Redis answers again.")
                    told, pause = False, 0.1
                    await self._talk(client, heard)
            except (RedisError, OSError, TimeoutError) as error:
                if not told:
                    log.error(  # noqa: TRY400 - the sentence says it all
                        "Redis cannot be reached (%s): the servers go on through the database, "
                        "and who is where is not shared.",
                        str(error)[:200],
                    )
                told = True
            self._up = False
            self._outgoing.clear()
            self._size = 0
            # Not all at the same moment.
            await self._rest(pause * random.uniform(0.5, 1.5))  # noqa: S311
            pause = min(2.0, pause * 2)

    async def _talk(self, client: Any, heard: Any) -> None:
        """Send and hear until the connection breaks, and raise then, or until this ends."""
        self._up = True
        self._last_heard = clock.monotonic()
        for hook in self._back:
            hook()
        self.send(_ALIVE, b"")
        parts = (
            self._stopping.wait(),
            self._hear(heard),
            self._tell(client, heard),
            self._mind_silence(),
        )
        work = [asyncio.ensure_future(part) for part in parts]
        try:
            done, _ = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            done.pop().result()
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)

    async def _rest(self, seconds: float) -> None:
        """Wait, but not longer than until this ends."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _mind_silence(self) -> None:
        """We hear our own signs of life, too: without them the connection is dead."""
        while True:
            await asyncio.sleep(ALIVE_EVERY)
            if clock.monotonic() - self._last_heard > GONE_AFTER:
                raise TimeoutError("it does not answer")

    async def _tell(self, client: Any, heard: Any) -> None:
        subscribed = {_ALIVE}
        while True:
            await self._stir.wait()
            self._stir.clear()
            wanted = set(self._handlers)
            if new := wanted - subscribed:
                await heard.subscribe(*(PREFIX + channel for channel in new))
            if old := subscribed - wanted:
                await heard.unsubscribe(*(PREFIX + channel for channel in old))
            subscribed = wanted
            messages, self._outgoing, self._size = self._outgoing, [], 0
            if messages:
                async with client.pipeline(transaction=False) as pipe:
                    for channel, body in messages:
                        pipe.publish(PREFIX + channel, body)
                    await pipe.execute()

    async def _hear(self, heard: Any) -> None:
        async for message in heard.listen():
            self._last_heard = clock.monotonic()
            data: bytes = message["data"]
            if data.startswith(self._node):
                continue
            node = data[:ID_LENGTH].decode("ascii", "replace")
            handler = self._handlers.get(message["channel"].decode()[len(PREFIX) :])
            if handler is None:
                continue
            try:
                handler(node, data[ID_LENGTH:])
            except Exception:
                log.exception("A message from another server was not understood.")
        raise ConnectionError("no subscription is left")

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
