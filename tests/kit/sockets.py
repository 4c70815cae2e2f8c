"""A socket of the server and a peer that writes bytes as it likes."""

from __future__ import annotations

import asyncio
import os
import struct
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

from app.kit.config import Settings
from app.kit.frames import KEY, Frames
from tests.sync.stage import listening

BINARY, TEXT, MORE, CLOSE, PING, PONG = 2, 1, 0, 8, 9, 10
HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
SIZES = [0, 1, 125, 126, 127, 65535, 65536, 100_000]


class Application:
    """Notes what it is handed; `by_receive` is what came the usual way."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.by_receive: list[dict[str, Any]] = []
        self.on_message: Callable[[bytes], None] = lambda _: None
        self.on_end: Callable[[], None] = lambda: None
        self.frames: Frames
        self.send: Callable[[dict[str, Any]], Any]
        self.ended = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert (await receive())["type"] == "websocket.connect"
        self.frames, self.send = scope["extensions"][KEY], send
        await send({"type": "websocket.accept"})
        assert self.frames.take(self.take)
        while (message := await receive())["type"] != "websocket.disconnect":
            self.by_receive.append(message)
        self.by_receive.append(message)
        self.on_end()
        self.ended.set()

    def take(self, message: bytes) -> None:
        self.taken.append(message)
        self.on_message(message)


class Peer:
    """A client that writes bytes as it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def write(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def frame(self) -> tuple[int, bytes]:
        """The next frame: opcode and payload."""
        async with asyncio.timeout(5):
            first, length = await self.reader.readexactly(2)
            if length == 126:
                length = int.from_bytes(await self.reader.readexactly(2), "big")
            elif length == 127:
                length = int.from_bytes(await self.reader.readexactly(8), "big")
            return first & 15, await self.reader.readexactly(length)

    async def closed_with(self) -> int:
        """The code with which the server closes, after whatever else it says."""
        while True:
            opcode, payload = await self.frame()
            if opcode == CLOSE:
                return int.from_bytes(payload[:2], "big")


def masked(payload: bytes, opcode: int = BINARY, *, last: bool = True, claim: int = -1) -> bytes:
    """A frame as browsers send it; `claim` is another length than the true one."""
    size = claim if claim >= 0 else len(payload)
    first = opcode | (0x80 if last else 0)
    if size < 126:
        head = bytes((first, 0x80 | size))
    elif size < 1 << 16:
        head = struct.pack("!BBH", first, 0xFE, size)
    else:
        head = struct.pack("!BBQ", first, 0xFF, size)
    mask = os.urandom(4)
    return head + mask + bytes(b ^ mask[i & 3] for i, b in enumerate(payload))


@asynccontextmanager
async def open_socket(settings: Settings) -> AsyncGenerator[tuple[Application, Peer]]:
    application = Application()
    async with listening(application, settings):
        reader, writer = await asyncio.open_connection("127.0.0.1", settings.port)
        writer.write(HANDSHAKE)
        head = await reader.readuntil(b"\r\n\r\n")
        assert b" 101 " in head.split(b"\r\n")[0]
        try:
            yield application, Peer(reader, writer)
        finally:
            writer.close()
