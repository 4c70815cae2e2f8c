"""A client for load: connects, asks for the document, sends updates, and decodes nothing it need not."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Sequence

from app.sync import protocol
from bench.sync.framing import Place
from bench.sync.wire import Wire, framed


class Client:
    """One socket in a room. `on_update` gets the whole frame that brought an update, `on_ack` how
    many of our own are settled by now."""

    def __init__(self, place: Place, number: int = 0) -> None:
        self._framing = place.framing
        self._skip = len(place.framing.prefix)
        self.wire = Wire(place.address(number), place.cookie(number), self._take)
        self.on_update: Callable[[memoryview], None] = _nothing
        self.on_ack: Callable[[int], None] = _nothing
        self.settled = 0
        self.synced: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        """The size of the document as the server sent it."""
        self.synced_at = 0.0

    async def open(self, vector: bytes = b"\x00", by: socket.socket | None = None) -> None:
        """Connect (`by` a socket that is connected already) and ask for everything that a document
        with this state vector lacks."""
        await self.wire.connect(by)
        for message in self._framing.opening:
            self.wire.send(message)
        self.ask(vector)

    def ask(self, vector: bytes = b"\x00") -> None:
        """Ask for everything that a document with this state vector lacks."""
        self.wire.send(self._framing.prefix + b"\x00\x00" + protocol.block(vector))

    async def enter(self, vector: bytes = b"\x00", within: float = 60) -> int:
        """Connect and wait until the document is here; its size."""
        await self.open(vector)
        return await asyncio.wait_for(asyncio.shield(self.synced), within)

    def update(self, data: bytes) -> None:
        """Send an update."""
        self.wire.send(self._framing.prefix + protocol.update(data))

    def framed(self, updates: Sequence[bytes]) -> bytes:
        """Updates as they go down the wire, for `wire.pour`."""
        prefix = self._framing.prefix
        return b"".join(framed(prefix + protocol.update(data)) for data in updates)

    def close(self) -> None:
        """Let go."""
        self.wire.close()

    def _take(self, frame: memoryview) -> None:
        at = self._skip
        kind = frame[at]
        if kind == protocol.SYNC:
            sub = frame[at + 1]
            if sub == protocol.UPDATE:
                self.on_update(frame)
            elif sub == protocol.STEP_2 and not self.synced.done():
                self.synced_at = time.perf_counter()
                size, _ = protocol.read_uint(bytes(frame[at + 2 : at + 12]), 0)
                self.synced.set_result(size)
        elif kind == self._framing.ack:
            if self._framing.counts:
                self.settled, _ = protocol.read_uint(bytes(frame), at + 1)
            else:
                self.settled += 1
            self.on_ack(self.settled)


async def write(place: Place, updates: Sequence[bytes]) -> None:
    """Bring updates into a room; returns once all are durable."""
    client = Client(place)
    await client.enter()
    for update in updates:
        client.update(update)
    async with asyncio.timeout(60):
        while client.settled < len(updates):
            await asyncio.sleep(0.02)
    client.close()


def _nothing(_: object) -> None:
    return
