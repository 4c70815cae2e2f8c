"""A hundred and fifty people open a chapter of five megabytes at once, while somebody types in it."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from bench.figures import Lateness, Peak, Span, milliseconds
from bench.outcome import Limit, Outcome, Row
from bench.sync.bench import Bench
from bench.sync.client import Client
from bench.sync.framing import Place
from bench.sync.material.big import SIZE, big_document
from bench.sync.pair import pair
from bench.sync.servers import Served
from bench.sync.servers.node import HOCUSPOCUS, Y_WEBSOCKET

PEOPLE: Final = 150
_WITHIN: Final = 120
_RATE: Final = 20.0


async def run(bench: Bench) -> Outcome:
    """How long they wait, what it costs in memory, and how a keystroke fares meanwhile."""
    updates = await asyncio.to_thread(big_document, bench)
    outcome = Outcome("joins", f"{PEOPLE} people open a document of {SIZE / 1e6:g} MB at once")
    for name in bench.names:
        if name == Y_WEBSOCKET:
            # No promise is about it, and it takes half a minute.
            continue
        async with bench.server(name) as server:
            outcome.rows.append(await _measure(server, updates))
    own = outcome.rows[0]
    other = [row["p99_ms"] for row in outcome.rows if row["server"] == HOCUSPOCUS]
    share = round(own["p99_ms"] / other[0], 2) if other else None
    outcome.limits += [
        Limit("until the document is there, p99 / Hocuspocus'", share, 0.5, why="no peer"),
        Limit("peak memory of all our processes", own["peak_mb"] / 1000, 0.6, "GB"),
        Limit("a keystroke meanwhile, p99", own["keystroke_p99_ms"], 100, "ms"),
        Limit("lost deliveries", own["lost"], 0),
    ]
    return outcome


async def _measure(server: Served, updates: list[bytes]) -> Row:
    [place] = await server.places(1)
    writer = await _fill(place, updates)
    clients = [Client(place, number) for number in range(PEOPLE)]
    waits: list[float] = []

    async def join(client: Client) -> None:
        began = time.perf_counter()
        await client.enter(within=_WITHIN)
        waits.append(client.synced_at - began)

    async with pair(place, place, _RATE) as two:
        lateness, span = Lateness(), Span(server.processes)
        with Peak(server.processes) as peak:
            two.begin()
            await asyncio.sleep(0.2)
            await asyncio.gather(*(join(client) for client in clients))
            span.end()
        typed = await two.end()
    sizes = {client.synced.result() for client in clients}
    for client in [writer, *clients]:
        client.close()
    return {
        "server": server.name,
        "document_mb": round(min(sizes) / 1e6, 2),
        "p50_ms": milliseconds(waits, 50),
        "p99_ms": milliseconds(waits, 99),
        "cpu_s": round(span.used, 2),
        "peak_mb": round(peak.mb),
        "keystroke_p50_ms": typed["p50_ms"],
        "keystroke_p99_ms": typed["p99_ms"],
        "lost": typed["lost"],
        "late_ms": lateness.end(),
        "pair_late_ms": typed["late_ms"],
        "others_percent": round(span.others, 1),
    }


async def _fill(place: Place, updates: list[bytes]) -> Client:
    """Write the document, and wait until a newcomer gets all of it. The writer stays: without
    anybody Hocuspocus, which stores nothing, would forget it."""
    writer = Client(place)
    await writer.enter()
    for update in updates:
        writer.update(update)
        await asyncio.sleep(0)
    wanted = sum(map(len, updates)) * 0.9
    async with asyncio.timeout(_WITHIN):
        while True:
            await asyncio.sleep(0.5)
            newcomer = Client(place, 1)
            size = await newcomer.enter()
            newcomer.close()
            if size > wanted:
                return writer
