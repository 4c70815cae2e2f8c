"""A client with pycrdt's own Provider, told what to do like the ones in Node."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import websockets
from pycrdt import Doc, Provider, XmlElement, XmlFragment, XmlText
from websockets.asyncio.client import ClientConnection, connect

from app.sync import protocol


class Socket:
    """A websocket as pycrdt's Provider wants its channel."""

    def __init__(self, connection: ClientConnection, path: str) -> None:
        self._connection = connection
        self.path = path

    def __aiter__(self) -> Socket:
        return self

    async def __anext__(self) -> bytes:
        try:
            return await self.recv()
        except websockets.ConnectionClosed:
            raise StopAsyncIteration from None

    async def send(self, message: bytes) -> None:
        """Send a frame; one that goes out too late is lost, as frames are."""
        with contextlib.suppress(websockets.ConnectionClosed):
            await self._connection.send(message)

    async def recv(self) -> bytes:
        """The next frame."""
        frame = await self._connection.recv()
        assert isinstance(frame, bytes)
        return frame


class ProviderPeer:
    """One document, one Provider at a time; `do` takes the verbs of peer.mjs."""

    def __init__(self, base: str, document: str, cookies: str) -> None:
        self._address = f"{base}/api/sync/{document}"
        self._cookies = cookies
        self.doc: Doc[Any] = Doc()
        self._fragment = self.doc.get("content", type=XmlFragment)
        self._running: asyncio.Task[None] | None = None
        self._leave = asyncio.Event()
        self._synced = False
        self._closes: list[int] = []

    async def do(self, verb: str, **more: Any) -> Any:
        found = getattr(self, f"_{verb}")(**more)
        return await found if asyncio.iscoroutine(found) else found

    async def _online(self) -> None:
        self._leave.clear()
        self._running = asyncio.create_task(self._run())

    async def _offline(self) -> None:
        self._leave.set()
        if self._running is not None:
            await self._running

    async def _run(self) -> None:
        async with connect(
            self._address,
            additional_headers={"Cookie": self._cookies},
            compression=None,
            ping_interval=None,
            max_size=None,
        ) as connection:
            async with Provider(self.doc, Socket(connection, self._address)) as provider:
                waits = asyncio.create_task(self._leave.wait())
                gone = asyncio.create_task(connection.wait_closed())
                arrived = asyncio.create_task(self._arrive(provider))
                await asyncio.wait([waits, gone], return_when=asyncio.FIRST_COMPLETED)
                for task in (waits, gone, arrived):
                    task.cancel()
                self._synced = False
            if connection.close_code is not None:
                self._closes.append(connection.close_code)

    async def _arrive(self, provider: Provider) -> None:
        await provider.synced.wait()
        self._synced = True

    def _state(self) -> dict[str, Any]:
        return {
            "synced": self._synced,
            "connected": self._running is not None and not self._running.done(),
            "lines": [_text(line) for line in self._fragment.children],
            "vector": {
                str(client): clock
                for client, clock in protocol.read_vector(self.doc.get_state()).items()
            },
            "closes": self._closes,
            "shown": None,
        }

    def _paragraph(self, words: str) -> None:
        with self.doc.transaction():
            element = XmlElement("paragraph")
            self._fragment.children.append(element)
            element.children.append(XmlText(words))

    def _type(self, line: int, at: int, words: str) -> None:
        text = self._fragment.children[line].children[0]
        assert isinstance(text, XmlText)
        text.insert(at, words)

    def _remove(self, line: int) -> None:
        del self._fragment.children[line]


@asynccontextmanager
async def pycrdt_peer(base: str, document: str, cookies: str) -> AsyncGenerator[ProviderPeer]:
    """A client with pycrdt's own Provider, connected."""
    made = ProviderPeer(base, document, cookies)
    await made.do("online")
    try:
        yield made
    finally:
        await made.do("offline")


def _text(node: Any) -> str:
    if isinstance(node, XmlText):
        return "".join(part for part, _ in node.diff() if isinstance(part, str))
    return "".join(_text(child) for child in node.children)
