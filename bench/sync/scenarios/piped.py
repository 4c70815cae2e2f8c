"""Flat out: the first 20,000 edits of a recorded paper, sent as fast as the socket takes them."""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import Final

from app.sync.stored import SEED
from bench.figures import Span
from bench.outcome import Limit, Outcome, Row
from bench.sync.bench import Bench
from bench.sync.client import Client
from bench.sync.framing import Place
from bench.sync.material.trace import PIPED, Trace, missing, trace
from bench.sync.servers import Served
from bench.sync.servers.node import HOCUSPOCUS, Y_WEBSOCKET
from bench.sync.servers.ours import Ours

_ROUNDS: Final = 4
_WITHIN: Final = 60


async def run(bench: Bench) -> Outcome:
    """Updates a second until somebody else has the last one and, with us, all are on the disk."""
    outcome = Outcome("piped", f"{PIPED:,} edits of the paper trace piped flat out, durable")
    wanted = "updates a second / y-websocket's"
    if why := missing():
        outcome.limits.append(Limit(wanted, None, 1.2, at_most=False, why=why))
        return outcome
    paper = await asyncio.to_thread(trace, bench)
    rates: dict[str, float] = {}
    for name in bench.names:
        if name == HOCUSPOCUS:
            # No promise is about it: it joins them all into one frame in the end.
            continue
        async with bench.server(name) as server:
            row = await _measure(server, paper)
        outcome.rows.append(row)
        rates[name] = row["updates_per_s"]
    beside = rates[Ours.name] / rates[Y_WEBSOCKET] if Y_WEBSOCKET in rates else None
    outcome.limits.append(Limit(wanted, beside, 1.2, at_most=False, why="no peer"))
    return outcome


async def _measure(server: Served, paper: Trace) -> Row:
    rates: list[float] = []
    used = 0.0
    # The first one warms up.
    for place in await server.places(_ROUNDS + 1):
        span = Span(server.processes)
        seconds = await _pipe(place, paper)
        span.end()
        rates.append(PIPED / seconds)
        used = span.used
    return {
        "server": server.name,
        # The best one: whatever else runs on this machine makes it slower, and nothing faster.
        "updates_per_s": round(max(rates[1:])),
        "median": round(statistics.median(rates[1:])),
        "slowest": round(min(rates[1:])),
        "cpu_us_per_update": round(used / PIPED * 1e6, 1),
    }


async def _pipe(place: Place, paper: Trace) -> float:
    """Seconds from the first update's leaving until the reader has the last one."""
    writer, reader = Client(place), Client(place, 1)
    here = asyncio.Event()
    durable = asyncio.Event()

    def look(frame: memoryview) -> None:
        if b"@1@" in bytes(frame):
            here.set()

    def settled(upto: int) -> None:
        if upto >= PIPED + 3:
            durable.set()

    reader.on_update = look
    writer.on_ack = settled
    await writer.enter()
    await reader.enter()
    # Our chapters begin with this paragraph; other servers' rooms are empty.
    writer.update(SEED)
    # Ready before the clock runs: it is the server's speed that is asked for.
    stream = writer.framed([*paper.updates[: PIPED + 1], paper.sentinel])
    await asyncio.sleep(0.3)
    began = time.perf_counter()
    writer.wire.pour(stream)
    async with asyncio.timeout(_WITHIN):
        await here.wait()
        if place.framing.counts:
            await durable.wait()
    seconds = time.perf_counter() - began
    writer.close()
    reader.close()
    return seconds
