"""A typist: somebody who types words nobody else types, on a line that may break at any time.

Does what the page in the browser does: types on without a line, comes back with a jittered pause,
sends after a reconnect everything that the server lacks, and counts a change as kept only when the
frame that carried it was acknowledged and not refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass
from typing import Any

import websockets

from app.sync import protocol
from tests.sync.clients import Client


@dataclass(slots=True)
class Change:
    """One word typed, or one taken away again; `frame` is the one of this connection it went in."""

    word: str
    deletes: bool
    frame: int | None = None
    acknowledged: float | None = None


class Typist(Client):
    """One writer. Word i of writer w is `w.i`."""

    def __init__(self, number: int, address: str, cookie: str) -> None:
        super().__init__(address, cookie)
        self.number = number
        self.changes: list[Change] = []
        self.pending: list[Change] = []
        self.connections = 0
        self.stopped = False
        self.pauses = (0.05, 0.3)
        self.patience = 25.0
        """Seconds of silence after which the line counts as dead; the server beats every 15."""
        self.slowest = 0.0
        self.codes: list[int | None] = []
        self._dice = random.Random(number)
        self._count = 0
        self._own: Any = None
        self._last = 0.0
        self._began: dict[int, float] = {}
        self._later: set[asyncio.Task[None]] = set()
        self._living: asyncio.Task[None] | None = None

    # ---- the line

    async def begin(self) -> None:
        """Come in and begin a paragraph."""
        self._living = asyncio.create_task(self._live())
        await self.until(lambda: self.synced, 20)
        self._own = self.paragraph()
        await self.until(lambda: self.sent and self.acked >= self.sent, 20)

    async def leave(self) -> None:
        """Go for good."""
        self.stopped = True
        if self._living is not None:
            self._living.cancel()
            await asyncio.gather(self._living, return_exceptions=True)
        for task in self._later:
            task.cancel()
        if self.connections:
            self.abort()
            await self.close()

    async def _live(self) -> None:
        while not self.stopped:
            try:
                await self.open()
                self.connections += 1
                self._last = time.monotonic()
                while self.closed_with is None and not self.stopped:
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(0.5), self._changed:
                            await self._changed.wait()
                    if time.monotonic() - self._last > self.patience:
                        self.abort()
                self.codes.append(self.closed_with)
                self.abort()
                await self.close()
            except (OSError, websockets.WebSocketException, TimeoutError, EOFError):
                pass
            await asyncio.sleep(self._dice.uniform(*self.pauses))

    async def raw(self, frame: bytes | str) -> None:
        if isinstance(frame, bytes) and frame[:2] == b"\0\1":
            self._carries(self.pending)
        with contextlib.suppress(websockets.ConnectionClosed):
            await super().raw(frame)

    def _carries(self, changes: list[Change]) -> None:
        """The next frame holds these changes."""
        for change in changes:
            change.frame = self.sent + 1

    async def everything(self) -> None:
        """Send all there is, once more."""
        self._carries(self.pending)
        await self.update(self.doc.get_update())

    async def open(self, *, ask: bool = True) -> None:
        for change in self.pending:
            change.frame = None
        # What waits belongs to the connection that is gone; the answer to step 1 holds it.
        self._outgoing = asyncio.Queue()
        async with asyncio.timeout(10):
            await super().open(ask=ask)

    async def _take(self, frame: bytes) -> None:
        self._last = time.monotonic()
        await super()._take(frame)
        if frame[0] == protocol.NACK:
            number, code = self.refused[-1]
            for change in self.pending:
                if change.frame == number:
                    change.frame = None
            if code in ("storage_full", "slow_down", "frozen"):
                task = asyncio.create_task(self._again())
                self._later.add(task)
                task.add_done_callback(self._later.discard)
        elif frame[0] == protocol.ACK:
            now = time.monotonic()
            kept = [c for c in self.pending if c.frame is not None and c.frame <= self.acked]
            for change in kept:
                change.acknowledged = now
                self.slowest = max(self.slowest, now - self._began.pop(id(change), now))
            self.pending = [c for c in self.pending if c.acknowledged is None]

    async def _again(self) -> None:
        await asyncio.sleep(self._dice.uniform(0.5, 1))
        if self.closed_with is None:
            await self.everything()

    # ---- the words

    def type(self) -> None:
        """One word more; now and then an old one goes."""
        own = str(self._own)
        words = own.split()
        if len(words) > 3 and self._dice.random() < 0.15:
            self.delete()
        else:
            word = f"{self.number}.{self._count}"
            self._count += 1
            self._own.insert(len(own), f"{word} ")
            self._note(Change(word, deletes=False))

    def delete(self) -> None:
        """Take one of one's words away."""
        own = str(self._own)
        word = self._dice.choice(own.split())
        at = f" {own}".index(f" {word} ")
        del self._own[at : at + len(word) + 1]
        self._note(Change(word, deletes=True))

    def _note(self, change: Change) -> None:
        if self.closed_with is None:
            change.frame = self.sent + self.waiting()
        self._began[id(change)] = time.monotonic()
        self.changes.append(change)
        self.pending.append(change)

    async def keep_typing(self, rate: float) -> None:
        """Type `rate` words a second, with a line or without, until cancelled."""
        while True:
            self.type()
            await asyncio.sleep(self._dice.uniform(0.5, 1.5) / rate)

    def shown(self) -> set[str]:
        """The words of others that this one was shown."""
        return {w for w in self.text().split() if not w.startswith(f"{self.number}.")}
