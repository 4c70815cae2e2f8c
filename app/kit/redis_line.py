"""A connection to Redis for publishing and hearing, and for nothing else.

Every commit of a shared chapter goes through here, in both directions: through a client library
that can do everything a message cost as much as showing the commit to a whole room.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote, urlsplit

TIMEOUT: Final = 5.0
"""Seconds to connect in."""
_MOST_BYTES: Final = 32 << 20
"""Bytes on their way to Redis from which on messages are dropped: it does not keep up."""
_PORT: Final = 6379

Heard = Callable[[bytes, bytes], None]
"""Called with a channel and a message."""


class RedisLine(asyncio.Protocol):
    """One connection; it speaks RESP3, in which answers and messages share it."""

    def __init__(self, heard: Heard) -> None:
        # Only here: who has one server does not need it.
        import hiredis

        self._reader: Any = hiredis.Reader()
        self._message: Any = hiredis.PushNotification
        self._errors = (hiredis.ReplyError, hiredis.ProtocolError)
        self._heard = heard
        self._transport: asyncio.WriteTransport | None = None
        loop = asyncio.get_running_loop()
        self.greeted: asyncio.Future[None] = loop.create_future()
        self.lost: asyncio.Future[None] = loop.create_future()
        """Ends, with the reason, when the connection does."""

    def send(self, *words: bytes) -> None:
        """Send a command; its answer is only looked at when it is an error."""
        transport = self._transport
        if transport is None or transport.get_write_buffer_size() > _MOST_BYTES:
            return
        parts = [b"*%d\r\n" % len(words)]
        parts += [b"$%d\r\n%b\r\n" % (len(word), word) for word in words]
        transport.write(b"".join(parts))

    def close(self) -> None:
        """Let go, once what was sent is out."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None
        for future in (self.greeted, self.lost):
            if not future.done():
                future.cancel()

    def connection_made(self, transport: Any) -> None:
        """The connection is there."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answers and messages have come."""
        try:
            self._reader.feed(data)
            while (reply := self._next()) is not False:
                if type(reply) is self._message:
                    if reply[0] == b"message":
                        self._heard(reply[1], reply[2])
                elif isinstance(reply, self._errors):
                    raise reply
                elif not self.greeted.done():
                    self.greeted.set_result(None)
        except self._errors as error:
            self._lose(ConnectionError(str(error)))

    def _next(self) -> Any:
        return self._reader.gets()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._lose(ConnectionError(str(exc or "it closed the connection")))

    def _lose(self, error: ConnectionError) -> None:
        for future in (self.greeted, self.lost):
            if not future.done():
                future.set_exception(error)
                # It may be that nobody asks any more.
                future.exception()
        if self._transport is not None:
            self._transport.abort()
            self._transport = None


async def connect(url: str, heard: Heard) -> RedisLine:
    """A connection on which Redis has answered.

    Raises:
        OSError, TimeoutError: it does not, or it does not let us in.
    """
    loop = asyncio.get_running_loop()
    parts = urlsplit(url)
    made = RedisLine(heard)
    async with asyncio.timeout(TIMEOUT):
        try:
            if parts.scheme == "unix":
                await loop.create_unix_connection(lambda: made, unquote(parts.path))
            else:
                await loop.create_connection(
                    lambda: made,
                    parts.hostname or "localhost",
                    parts.port or _PORT,
                    ssl=ssl.create_default_context() if parts.scheme == "rediss" else None,
                )
            who = [b"AUTH", _word(parts.username) or b"default", _word(parts.password)]
            made.send(b"HELLO", b"3", *(who if parts.password else ()))
            await made.greeted
        except BaseException:
            made.close()
            raise
    return made


def _word(part: str | None) -> bytes:
    return unquote(part or "").encode()
