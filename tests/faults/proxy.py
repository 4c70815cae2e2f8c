"""A bad network: a proxy in front of the server that cuts, swallows or answers with a sign-in page."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

PORTAL = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 7\r\n\r\nSign in"


class Network:
    """Bytes between browsers and one server."""

    def __init__(self, port: int) -> None:
        self.port = 0
        self.is_up = True
        self.portal = False
        """Whether a captive portal answers instead of the server."""
        self._target = port
        self._open: set[asyncio.StreamWriter] = set()
        self._dead: set[asyncio.StreamWriter] = set()

    @property
    def socket_base(self) -> str:
        """The address for sockets through this network."""
        return f"ws://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Every connection ends at once."""
        for writer in list(self._open):
            writer.transport.abort()

    def go_dead(self) -> None:
        """The connections of this moment carry nothing any more, and nobody is told."""
        self._dead |= self._open

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        if not self.is_up:
            writer.transport.abort()
        elif self.portal:
            await reader.read(4096)
            writer.write(PORTAL)
            writer.close()
        else:
            with contextlib.suppress(OSError):
                back, forth = await asyncio.open_connection("127.0.0.1", self._target)
                await self._both(reader, writer, back, forth)

    async def _both(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        back: asyncio.StreamReader,
        forth: asyncio.StreamWriter,
    ) -> None:
        self._open |= {writer, forth}
        try:
            await asyncio.gather(self._carry(reader, forth), self._carry(back, writer))
        finally:
            self._open -= {writer, forth}
            self._dead -= {writer, forth}
            writer.transport.abort()
            forth.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 16):
            if writer not in self._dead:
                writer.write(data)
                await writer.drain()
        raise ConnectionResetError


@asynccontextmanager
async def network(port: int) -> AsyncGenerator[Network]:
    """A network in front of the server on `port`."""
    made = Network(port)
    listening = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        made.is_up = False
        listening.close()
        made.cut()
        await asyncio.sleep(0.05)
