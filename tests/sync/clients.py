"""A client for tests: a Yjs document behind a socket that speaks the protocol, durable or standard.

Written beside the server's own codec where it is only counting, so that a mistake in one shows.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import pycrdt
import websockets
from pycrdt import Doc, XmlElement, XmlFragment, XmlText
from websockets.asyncio.client import ClientConnection, connect

from app.sync import protocol


class Client:
    """One browser tab: `doc` is its document, `acked` and `refused` what it was told."""

    def __init__(
        self,
        address: str,
        cookie: str = "",
        *,
        durable: bool = True,
        doc: Doc[Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.address = address
        self.headers = dict(headers or {})
        if cookie:
            self.headers["Cookie"] = cookie
        self.durable = durable
        self.doc: Doc[Any] = doc if doc is not None else Doc()
        self.fragment = self.doc.get("content", type=XmlFragment)
        self.sent = 0
        self.acked = 0
        self.seq = 0
        self.refused: list[tuple[int, str]] = []
        self.hello: tuple[str, int, str, int] | None = None
        self.states: dict[int, tuple[int, bytes]] = {}
        self.denied: list[str] = []
        self.frames: list[bytes] = []
        self.updates_seen = 0
        self.synced = False
        self.closed_with: int | None = None
        self.closed_because: str | None = None
        self.auto = True
        """Whether the document's changes are sent by themselves."""
        self.answers = True
        """Whether the server's step 1 is answered by itself."""
        self._socket: ClientConnection
        self._reading: asyncio.Task[None] | None = None
        self._changed = asyncio.Condition()
        self._remote = False
        self._outgoing: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._writing: asyncio.Task[None] | None = None
        self._subscription = self.doc.observe(self._on_change)

    async def open(self, *, ask: bool = True) -> None:
        """Connect and, if asked to, send step 1."""
        self._socket = await connect(
            self.address,
            additional_headers=self.headers,
            max_size=None,
            compression=None,
            ping_interval=None,
        )
        self.closed_with = None
        self.sent = self.acked = 0
        self._reading = asyncio.create_task(self._read())
        self._writing = asyncio.create_task(self._write())
        self.answers = self.answers and ask
        if ask:
            await self.raw(b"\x00\x00" + protocol.block(self.doc.get_state()))

    async def close(self) -> None:
        """Disconnect."""
        await self._socket.close()
        for task in (self._reading, self._writing):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task
        self._outgoing = asyncio.Queue()

    def abort(self) -> None:
        """Lose the network."""
        self._socket.transport.abort()

    async def raw(self, frame: bytes | str) -> None:
        """Send a frame as it is."""
        if isinstance(frame, bytes) and frame[:1] == b"\0" and frame[1] in (1, 2):
            self.sent += 1
        await self._socket.send(frame)

    async def update(self, data: bytes) -> int:
        """Send an update; its number."""
        await self.raw(protocol.update(data))
        return self.sent

    async def until(self, what: Callable[[], Any], within: float = 10) -> None:
        """Wait until something is true of what was received."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(what)

    async def settled(self, within: float = 10) -> None:
        """Wait until everything sent is settled."""
        await self.until(lambda: self._outgoing.empty() and self.acked >= self.sent, within)

    def waiting(self) -> int:
        """How many changes have not been sent yet."""
        return self._outgoing.qsize()

    def text(self) -> str:
        """Every text of the document in order, paragraphs apart by newlines."""
        return "\n".join(_text(child) for child in self.fragment.children)

    def paragraph(self) -> XmlText:
        """A new paragraph of one's own."""
        element = XmlElement("paragraph")
        self.fragment.children.append(element)
        text = XmlText()
        element.children.append(text)
        return text

    def _on_change(self, event: Any) -> None:
        if not self._remote and self.auto:
            self._outgoing.put_nowait(event.update)

    async def _write(self) -> None:
        while (data := await self._outgoing.get()) is not None:
            with contextlib.suppress(websockets.ConnectionClosed):
                await self.update(data)

    async def _read(self) -> None:
        try:
            async for frame in self._socket:
                assert isinstance(frame, bytes)
                async with self._changed:
                    await self._take(frame)
                    self._changed.notify_all()
        except websockets.ConnectionClosed:
            pass
        self.closed_with = self._socket.close_code
        self.closed_because = self._socket.close_reason
        async with self._changed:
            self._changed.notify_all()

    async def _take(self, frame: bytes) -> None:
        self.frames.append(frame)
        kind = frame[0]
        if kind == protocol.SYNC:
            body, _ = protocol.read_bytes(frame, 2)
            if frame[1] == protocol.STEP_1 and not self.answers:
                return
            if frame[1] == protocol.STEP_1:
                await self.raw(protocol.step_2(self.doc.get_update(body)))
            else:
                self.synced = self.synced or frame[1] == protocol.STEP_2
                self.updates_seen += frame[1] == protocol.UPDATE
                self._remote = True
                try:
                    self.doc.apply_update(body)
                finally:
                    self._remote = False
        elif kind == protocol.AWARENESS:
            body, _ = protocol.read_bytes(frame, 1)
            count, at = protocol.read_uint(body, 0)
            for _ in range(count):
                client, at = protocol.read_uint(body, at, protocol.MAX_CLIENT)
                clock, at = protocol.read_uint(body, at)
                state, at = protocol.read_bytes(body, at)
                self.states[client] = (clock, state)
        elif kind == protocol.AUTH:
            self.denied.append(protocol.read_bytes(frame, 2)[0].decode())
        elif kind == protocol.ACK:
            self.acked, at = protocol.read_uint(frame, 1)
            self.seq, _ = protocol.read_uint(frame, at)
        elif kind == protocol.NACK:
            number, at = protocol.read_uint(frame, 1)
            code, at = protocol.read_bytes(frame, at)
            self.refused.append((number, code.decode()))
        elif kind == protocol.HELLO:
            epoch, at = protocol.read_bytes(frame, 1)
            seq, at = protocol.read_uint(frame, at)
            role, at = protocol.read_bytes(frame, at)
            schema, _ = protocol.read_uint(frame, at)
            self.hello = (epoch.decode(), seq, role.decode(), schema)


def _text(node: Any) -> str:
    if isinstance(node, XmlText):
        return "".join(part for part, _ in node.diff() if isinstance(part, str))
    return "".join(_text(child) for child in node.children)


def merged(*updates: bytes) -> bytes:
    """Several updates as one."""
    return pycrdt.merge_updates(*updates)
