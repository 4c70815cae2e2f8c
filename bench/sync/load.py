"""Typing load: so many writers and readers in so many rooms, and the figures of a server under it.

A delivery is one update that has become visible at one other client, no matter how many share a
frame; a sender's own echo is none.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import psutil

from bench.figures import Lateness, Span, milliseconds
from bench.sync.client import Client
from bench.sync.framing import Place
from bench.sync.people import Reader, Seen, Typist

_WARM_UP: Final = 1.0
_AFTER: Final = 1.0


@dataclass(frozen=True, slots=True)
class Shape:
    """How many type how fast in each room, and how many read."""

    writers: int
    rate: float
    readers: int = 0

    def __str__(self) -> str:
        writers = "one writer" if self.writers == 1 else f"{self.writers} writers"
        readers = f" + {self.readers} readers" if self.readers else ""
        return f"{writers} at {self.rate:g}/s{readers}"


@dataclass(frozen=True, slots=True)
class Figures:
    """What one server did under a load: times in milliseconds, CPU in microseconds of all its
    processes, of which `front_percent` is that of those with the sockets. `late_ms` is the generator's own lateness (p99), `others_percent` what else ran."""

    server: str
    updates: int
    deliveries: int
    lost: int
    p50_ms: float
    p99_ms: float
    ack_p50_ms: float | None
    ack_p95_ms: float | None
    cpu_us_per_delivery: float
    cpu_percent: float
    front_percent: float
    late_ms: float
    others_percent: float

    def row(self) -> dict[str, Any]:
        """As a row of a table."""
        return asdict(self)


class Crowd:
    """Everybody in some rooms; `type_for` makes the writers type. `looking` is where the readers
    find the same rooms, if they go through another process."""

    def __init__(
        self, places: Sequence[Place], shape: Shape, *, looking: Sequence[Place] | None = None
    ) -> None:
        self.seen = Seen()
        self._shape = shape
        self.typists = [
            Typist(self.seen, place, number, shape.writers + shape.readers - 1)
            for place in places
            for number in range(shape.writers)
        ]
        self.readers = [
            Reader(self.seen, place, number)
            for place in looking or places
            for number in range(shape.readers)
        ]

    async def begin(self, vector: bytes = b"\x00") -> None:
        """Let everybody in, a few at a time."""
        door = asyncio.Semaphore(20)

        async def enter(client: Client) -> None:
            async with door:
                await client.enter(vector)

        for typist in self.typists:
            await typist.begin(vector)
        await asyncio.gather(*(enter(one.client) for one in self.readers))
        await asyncio.sleep(0.5)

    async def type_for(self, seconds: float) -> None:
        """All writers type, spread evenly over the time between two keystrokes."""
        rate, many = self._shape.rate, len(self.typists)
        await asyncio.gather(
            *(
                one.type_for(seconds, rate, number / many / rate)
                for number, one in enumerate(self.typists)
            )
        )

    def end(self) -> None:
        """Let go of all sockets."""
        for one in [*self.typists, *self.readers]:
            one.client.close()

    async def measure(
        self,
        name: str,
        processes: Sequence[psutil.Process],
        seconds: float,
        *,
        warm_up: float = _WARM_UP,
    ) -> Figures:
        """Warm up, type for so long, wait for what is still on its way."""
        if warm_up:
            await self.type_for(warm_up)
            await asyncio.sleep(0.5)
        seen = self.seen
        seen.forget()
        seen.enough = False
        lateness, span = Lateness(), Span(processes)
        await self.type_for(seconds)
        typed = time.perf_counter()
        while len(seen.delays) < seen.expected and time.perf_counter() - typed < 5 * _AFTER:
            await asyncio.sleep(0.1)
        await asyncio.sleep(max(0.0, _AFTER - (time.perf_counter() - typed)))
        late = lateness.end()
        span.end()
        return Figures(
            server=name,
            updates=len(seen.sent),
            deliveries=len(seen.delays),
            lost=seen.expected - len(seen.delays),
            p50_ms=milliseconds(seen.delays, 50),
            p99_ms=milliseconds(seen.delays, 99),
            ack_p50_ms=milliseconds(seen.acks, 50) if seen.acks else None,
            ack_p95_ms=milliseconds(seen.acks, 95) if seen.acks else None,
            cpu_us_per_delivery=round(span.used / max(1, len(seen.delays)) * 1e6, 2),
            cpu_percent=round(span.used / span.seconds * 100, 1),
            front_percent=round(span.roots / span.seconds * 100, 1),
            late_ms=late,
            others_percent=round(span.others, 1),
        )


async def measure(
    name: str,
    places: Sequence[Place],
    shape: Shape,
    processes: Sequence[psutil.Process],
    seconds: float,
    rounds: int = 1,
) -> Figures:
    """Put a load on a server's rooms and say what it did; of several rounds in the middle one, by
    its slowest deliveries."""
    crowd = Crowd(places, shape)
    try:
        await crowd.begin()
        found = [await crowd.measure(name, processes, seconds) for _ in range(rounds)]
    finally:
        crowd.end()
    return sorted(found, key=lambda one: one.p99_ms)[rounds // 2]
