"""People under load: those who type, those who read, and what they have seen of each other.

Every keystroke is a word that names itself (`@17@`), so that a receiver can tell it in any frame
without decoding Yjs.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections import deque
from typing import Any, Final

from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from bench.sync.client import Client
from bench.sync.framing import Place

_MARK: Final = re.compile(rb"@(\d+)@")


class Seen:
    """What was typed, and when it arrived where."""

    def __init__(self) -> None:
        self.sent: dict[int, tuple[float, object]] = {}
        self.delays: list[float] = []
        self.acks: list[float] = []
        self.expected = 0
        self.enough = False
        """Whether the typists should stop before their time."""
        self.numbers = itertools.count(1)
        # Everybody in a room gets the same bytes: what is in them is looked for once.
        self._read: dict[bytes, tuple[int, ...]] = {}

    def see(self, frame: memoryview, who: object) -> None:
        """A frame with an update arrived at `who`."""
        now = time.perf_counter()
        data = bytes(frame)
        marks = self._read.get(data)
        if marks is None:
            if len(self._read) > 1000:
                self._read.clear()
            marks = self._read[data] = tuple(map(int, _MARK.findall(data)))
        for mark in marks:
            sent = self.sent.get(mark)
            if sent is not None and sent[1] is not who:
                self.delays.append(now - sent[0])

    def forget(self) -> None:
        """The warm-up is over."""
        self.sent.clear()
        self.delays.clear()
        self.acks.clear()
        self.expected = 0


class Reader:
    """Somebody who only looks."""

    def __init__(self, seen: Seen, place: Place, number: int) -> None:
        self.client = Client(place, number)
        self.client.on_update = lambda frame: seen.see(frame, self)


class Typist:
    """Somebody who types into a paragraph of their own."""

    def __init__(self, seen: Seen, place: Place, number: int, others: int) -> None:
        self._seen = seen
        self._others = others
        self._text = XmlText()
        self._doc: Doc[Any] = Doc()
        self._updates: list[bytes] = []
        self._waiting: deque[float] = deque()
        self._settled = 0
        self.client = Client(place, number)
        self.client.on_update = lambda frame: seen.see(frame, self)
        self.client.on_ack = self._acknowledged

    async def begin(self, vector: bytes = b"\x00") -> None:
        """Come in and begin a paragraph."""
        await self.client.enter(vector)
        fragment = self._doc.get("content", type=XmlFragment)
        self._doc.observe(lambda event: self._updates.append(event.update))
        paragraph = XmlElement("paragraph")
        with self._doc.transaction():
            fragment.children.append(paragraph)
            paragraph.children.append(self._text)
        self._send()

    def type(self) -> None:
        """One keystroke."""
        number = next(self._seen.numbers)
        self._text.insert(0, f"@{number}@ ")
        self._seen.sent[number] = (time.perf_counter(), self)
        self._seen.expected += self._others
        self._send()

    async def type_for(self, seconds: float, rate: float, start: float) -> None:
        """Type at a steady rate, beginning `start` seconds from now."""
        due = time.perf_counter() + start
        end = due + seconds
        while due < end and not self._seen.enough:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            self.type()
            due += 1 / rate

    def _send(self) -> None:
        self._waiting.append(time.perf_counter())
        self.client.update(self._updates.pop())

    def _acknowledged(self, upto: int) -> None:
        now = time.perf_counter()
        while self._settled < upto and self._waiting:
            self._seen.acks.append(now - self._waiting.popleft())
            self._settled += 1
