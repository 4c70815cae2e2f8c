"""Sockets: uvicorn's WebSocket protocol with a short way in and out for whole binary frames.

The handshake, control frames, fragments, closing and everything a peer does wrong stay with the
`websockets` library. What is left is nearly all of the traffic of a sync server, and for that the
library's way (a parser in a generator, a queue, a task woken, reading paused and resumed for each
message) costs more than the message is worth: docs/decisions/0013.

The application finds the short way under `KEY` in the scope's extensions (`kit.frames`). ASGI's own
`receive` and `send` work as ever beside it.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from typing import Any, Final, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from app.kit.frames import BINARY, KEY, Door

try:
    from websockets.speedups import apply_mask
except ImportError:  # built without its C part
    from websockets.utils import apply_mask

_CONTROL: Final = 8
_LOT: Final = 16 << 10
"""Bytes that are not left lying."""


class _Noted:
    """A transport that shuts the door before anything is written through it, or it closes."""

    __slots__ = ("_door", "_inner")

    def __init__(self, inner: asyncio.Transport) -> None:
        self._inner = inner
        self._door: Door | None = None

    def lend(self, door: Door) -> None:
        self._door = door

    def shut(self) -> None:
        if self._door is not None:
            self._door.number = -1

    def write(self, data: bytes | memoryview) -> None:
        self.shut()
        self._inner.write(data)

    def close(self) -> None:
        self.shut()
        self._inner.close()

    def abort(self) -> None:
        self.shut()
        self._inner.abort()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class Socket(WebSocketsSansIOProtocol):
    """One connection. Until `take` is called it is uvicorn's own."""

    _taker: Callable[[bytes], None] | None = None
    _early = False
    _held = False
    _fragmented = False
    _needed = 2
    _number = -1
    """The socket's own number, when what goes through it is not encrypted here."""
    _is_full = False

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._rest = bytearray()

    # ---- the application's side

    def take(self, taker: Callable[[bytes], None]) -> bool:
        """See `Frames`."""
        # Who sends before it was answered has left the library in the middle of a frame, perhaps.
        if self._early:
            return False
        self._taker = taker
        # Nobody asks again, and they are a tenth of what an open socket holds.
        self.scope["headers"] = []
        self.response.headers.clear()
        if self.scheme == "ws":
            self._number = self.transport.get_extra_info("socket").fileno()
        return True

    def hold(self) -> None:
        """See `Frames`."""
        self._held = True
        if not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()

    def go_on(self) -> None:
        """See `Frames`."""
        self.loop.call_soon(self._go_on)

    def lend(self, door: Door) -> None:
        """See `Frames`."""
        self._noted.lend(door)

    @property
    def direct(self) -> int:
        """See `Frames`."""
        wire = self._wire
        waits = self.close_sent or wire.is_closing() or wire.get_write_buffer_size()
        return -1 if waits else self._number

    def write(self, frames: bytes | memoryview) -> bool:
        """See `Frames`. While nothing waits in the transport the system is called directly."""
        wire = self._wire
        if self._is_full or self.close_sent or not self.handshake_complete or wire.is_closing():
            return False
        if self._number >= 0 and not wire.get_write_buffer_size():
            try:
                sent = os.write(self._number, frames)
            except OSError:
                # No room, or no peer: the transport finds out what to do.
                sent = 0
            if sent == len(frames):
                return True
            # Not a copy: the same long frame may go to a hundred people.
            frames = memoryview(frames)[sent:]
        self.transport.write(frames)
        return True

    def collect(self) -> bool:
        """See `Frames`. The kernel wakes nobody for less than `_LOT` bytes, but for an end."""
        if self._number < 0 or self.transport.is_closing():
            return False
        own = self.transport.get_extra_info("socket")
        try:
            own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, _LOT)
        except OSError:
            return False
        return True

    def poll(self) -> bool:
        """See `Frames`. Who reads, we or the loop, makes no difference to the order."""
        if self.read_paused or self._wire.is_closing():
            return False
        try:
            data = os.read(self._number, _LOT)
        except OSError:
            return False
        if data:
            try:
                self.data_received(data)
            except Exception:
                # What the loop does with an error in there.
                self.logger.exception("What came in could not be handled.")
                self.transport.abort()
        # The end is for the loop, which hears of it, too.
        return bool(data)

    def release(self) -> None:
        """See `Frames`."""
        if not self.transport.is_closing():
            own = self.transport.get_extra_info("socket")
            own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)

    # ---- uvicorn's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is there."""
        self._wire = cast(asyncio.Transport, transport)
        self._noted = _Noted(self._wire)
        super().connection_made(cast(asyncio.Transport, self._noted))

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone: soon its number is another's."""
        self._noted.shut()
        self._number = -1
        super().connection_lost(exc)

    def handle_connect(self, event: Request) -> None:
        """Offer the short way to the application."""
        super().handle_connect(event)
        event.headers.clear()
        scope = getattr(self, "scope", None)
        if scope is not None:
            cast(dict[str, Any], scope["extensions"])[KEY] = self

    def data_received(self, data: bytes) -> None:
        """Bytes came in."""
        if self._taker is None:
            self._early = self.handshake_initiated
            super().data_received(data)
            return
        rest = self._rest
        size = len(data)
        if (
            # Whoever types: one short frame, whole and alone.
            6 <= size < 132
            and data[0] == BINARY
            and data[1] == size + 122
            and not (rest or self._held or self.close_sent or self._fragmented)
            and not self._wire.is_closing()
        ):
            self._hand_over(apply_mask(data[6:], data[2:6]))
            return
        if rest:
            rest += data
            if (self._held or len(rest) < self._needed) and not self.close_sent:
                return
            data = bytes(rest)
            rest.clear()
        self._read(data)

    def pause_writing(self) -> None:
        """The transport has more to send than it likes."""
        self._is_full = True
        super().pause_writing()

    def resume_writing(self) -> None:
        """The transport has sent most of it."""
        self._is_full = False
        super().resume_writing()

    def send_receive_event_to_app(self) -> None:
        """A message that the library put together."""
        if self._taker is None or self.curr_msg_data_type != "bytes" or self.close_sent:
            super().send_receive_event_to_app()
            return
        data, self.frames = b"".join(self.frames), []
        self._hand_over(data)

    # ---- reading

    def _read(self, data: bytes) -> None:
        """Hand over the whole frames in `data`, from the beginning of one on; keep what is left."""
        at, size, most = 0, len(data), self.config.ws_max_size
        while not self._wire.is_closing():
            if self.close_sent:
                # The library waits for the answer to its close.
                return self._give_back(data[at:])
            if self._held:
                break
            self._needed = 2
            if size - at < 2:
                break
            first, length = data[at], data[at + 1]
            if length < 128:
                # Not masked: the library knows what to say to that.
                return self._give_back(data[at:])
            length -= 128
            start = at + 6
            if length > 125:
                start += 2 if length == 126 else 8
                self._needed = start - at
                if size < start:
                    break
                length = int.from_bytes(data[at + 2 : start - 4], "big")
            if length > most:
                return self._give_back(data[at:])
            end = start + length
            if end > size:
                self._needed = end - at
                break
            if first == BINARY and not self._fragmented:
                self._hand_over(apply_mask(data[start:end], data[start - 4 : start]))
            else:
                if first & 15 < _CONTROL:
                    self._fragmented = first < 128
                super().data_received(data[at:end])
            at = end
        else:
            return None
        self._rest += data[at:]
        return None

    def _hand_over(self, message: bytes) -> None:
        assert self._taker is not None  # noqa: S101 - whoever calls has looked
        try:
            self._taker(message)
        except Exception:
            self.logger.exception("A message could not be handled.")
            self.conn.fail(1011)
            self.handle_parser_exception()

    def _give_back(self, data: bytes) -> None:
        """From here on the library reads everything; it stands between two frames."""
        self._taker = None
        self._held = False
        if data:
            super().data_received(data)

    def _go_on(self) -> None:
        if not self._held:
            return
        self._held = False
        if self._rest:
            data = bytes(self._rest)
            self._rest.clear()
            self._read(data)
        if self.read_paused and not self._held and not self.transport.is_closing():
            self.read_paused = False
            self.transport.resume_reading()
