"""Slow readers in a room of three hundred: they ask for the chapter again and again and take nothing."""

from __future__ import annotations

import asyncio
import socket
import time
from statistics import median
from typing import Any, Final
from urllib.parse import urlsplit

import psutil
from pycrdt import Doc

from bench.outcome import Limit, Outcome, Row
from bench.sync.bench import Bench
from bench.sync.client import Client, write
from bench.sync.framing import Place
from bench.sync.load import Crowd, Shape
from bench.sync.material.big import big_document

SHAPE: Final = Shape(writers=5, rate=10, readers=294)
_SLOW: Final = 3
_TURNS: Final = 9
_SECONDS: Final = 3.0
_PARAGRAPHS: Final = 25
"""Of the big document: about half a megabyte."""
_ASKED: Final = 20
"""So often a slow reader asks for all of it: more than any buffer on the way holds."""
_LONGEST: Final = 60.0
_WITHIN: Final = 30.0


async def run(bench: Bench) -> Outcome:
    """The others' delays without and with somebody slow, and when the slow ones are gone."""
    updates = (await asyncio.to_thread(big_document, bench))[:_PARAGRAPHS]
    # The others have the document already, as people do who come back to a page.
    vector = await asyncio.to_thread(_vector, updates)
    async with bench.ours() as own:
        [place] = await own.places(1)
        await write(place, updates)
        crowd = Crowd([place], SHAPE)
        await crowd.begin(vector)
        rows: list[Row] = []
        worst: dict[bool, list[float]] = {False: [], True: []}
        gone = 0.0
        # By turns, because what else runs on this machine changes from one moment to the next.
        for number in range(_TURNS):
            with_slow = number % 2 == 1
            slow = [SlowReader(place) for _ in range(_SLOW)] if with_slow else []
            for one in slow:
                await one.open()
            watching = asyncio.create_task(_until_gone(own.front, slow))
            name = f"{number + 1}: {'with' if with_slow else 'without'}"
            figures = await crowd.measure(name, own.processes, min(bench.seconds, _SECONDS))
            rows.append(figures.row())
            worst[with_slow].append(figures.p99_ms)
            await watching
            gone = max([gone, *(one.gone_after for one in slow)])
        crowd.end()
    # The turn in the middle: one in which the machine was busy elsewhere says nothing.
    ratio = median(worst[True]) / median(worst[False])
    return Outcome(
        "slow_reader",
        f"{_SLOW} slow readers in a room of 300: {SHAPE}",
        [
            Limit("the others' p99 with slow readers / without", round(ratio, 2), 1.2),
            Limit("the last slow reader is gone after", gone, _WITHIN, "s"),
            Limit("lost deliveries", sum(row["lost"] for row in rows), 0),
        ],
        rows,
    )


def _vector(updates: list[bytes]) -> bytes:
    doc: Doc[Any] = Doc()
    for update in updates:
        doc.apply_update(update)
    return doc.get_state()


class SlowReader:
    """A socket that asks for the whole document and takes nothing."""

    def __init__(self, place: Place) -> None:
        self._client = Client(place)
        self._socket = socket.socket()
        # A phone's share of the network, not the memory of this machine.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._address = urlsplit(place.address())
        self._since = 0.0
        self._port = 0
        self.gone_after = _LONGEST

    async def open(self) -> None:
        """Come in, ask, and stop reading."""
        self._socket.connect((self._address.hostname, self._address.port))
        self._port = self._socket.getsockname()[1]
        self._socket.setblocking(False)
        await self._client.open(by=self._socket)
        self._client.wire.pause()
        for _ in range(_ASKED):
            self._client.ask()
        self._since = time.perf_counter()

    def look(self, connected: set[int]) -> None:
        """Note whether the server has let go of it."""
        if self.gone_after == _LONGEST and self._port not in connected:
            self.gone_after = round(time.perf_counter() - self._since, 1)


async def _until_gone(front: psutil.Process, slow: list[SlowReader]) -> None:
    for _ in range(int(_LONGEST * 2)):
        if all(one.gone_after < _LONGEST for one in slow):
            break
        connected = await asyncio.to_thread(front.net_connections, "tcp")
        ports = {one.raddr.port for one in connected if one.raddr}
        for one in slow:
            one.look(ports)
        await asyncio.sleep(0.5)
