"""A light WebSocket client for load: its own cost must not drown the server's."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit


class Wire(asyncio.Protocol):
    """One socket; `on_frame` gets each binary message. Speaks just enough of RFC 6455."""

    def __init__(self, address: str, cookie: str, on_frame: Callable[[memoryview], None]) -> None:
        self._address = urlsplit(address)
        assert self._address.hostname is not None
        assert self._address.port is not None
        self._at = self._address.hostname, self._address.port
        self._cookie = cookie
        self._on_frame = on_frame
        self._buffer = bytearray()
        self._transport: asyncio.Transport
        self.open = asyncio.get_running_loop().create_future()

    async def connect(self, by: socket.socket | None = None) -> None:
        """Open the socket, or shake hands on one that is connected."""
        loop = asyncio.get_running_loop()
        if by is not None:
            await loop.create_connection(lambda: self, sock=by)
        else:
            await loop.create_connection(lambda: self, *self._at)
        await self.open

    def pause(self) -> None:
        """Read nothing any more."""
        self._transport.pause_reading()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        path = self._address.path + (f"?{self._address.query}" if self._address.query else "")
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: {self._address.netloc}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
        ]
        if self._cookie:
            lines.append(f"Cookie: {self._cookie}")
        self._transport.write("\r\n".join([*lines, "", ""]).encode())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self.open.done():
            head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head.split(b"\r\n")[0]:
                self.open.set_exception(ConnectionError(head.decode()))
                return
            self._buffer = bytearray(rest)
            self.open.set_result(None)
        at = self._frames()
        if at:
            del self._buffer[:at]

    def _frames(self) -> int:
        buffer = self._buffer
        at, size = 0, len(buffer)
        view = memoryview(buffer)
        try:
            while size - at >= 2:
                length = buffer[at + 1] & 127
                start = at + 2
                if length == 126:
                    if size - at < 4:
                        break
                    length = int.from_bytes(buffer[at + 2 : at + 4], "big")
                    start = at + 4
                elif length == 127:
                    if size - at < 10:
                        break
                    length = int.from_bytes(buffer[at + 2 : at + 10], "big")
                    start = at + 10
                if size - start < length:
                    break
                opcode = buffer[at] & 15
                if opcode == 2:
                    self._on_frame(view[start : start + length])
                elif opcode == 9:
                    self.pour(framed(bytes(view[start : start + length]), 10))
                at = start + length
        finally:
            view.release()
        return at

    def send(self, message: bytes) -> None:
        """Send a binary message."""
        self.pour(framed(message))

    def pour(self, frames: bytes) -> None:
        """Send frames that are ready."""
        self._transport.write(frames)

    def close(self) -> None:
        """Let go of the socket."""
        transport: Any = getattr(self, "_transport", None)
        if transport is not None:
            transport.abort()


def framed(message: bytes, opcode: int = 2) -> bytes:
    """A message as a client's frame. A mask of zeros is a mask: the message goes out as it is."""
    size = len(message)
    if size < 126:
        head = bytes((128 | opcode, 128 | size))
    elif size < 1 << 16:
        head = bytes((128 | opcode, 128 | 126)) + size.to_bytes(2, "big")
    else:
        head = bytes((128 | opcode, 128 | 127)) + size.to_bytes(8, "big")
    return head + b"\0\0\0\0" + message
