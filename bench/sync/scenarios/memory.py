"""Memory: what the sockets cost, what open chapters cost, and that closed ones give it back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import psutil

from bench.figures import memory
from bench.outcome import Limit, Outcome, Row
from bench.sync.bench import Bench
from bench.sync.client import Client, write
from bench.sync.framing import Place
from bench.sync.material.trace import missing, trace
from bench.sync.servers.ours import Ours, Wish

_IDLE: Final = 0.2
_SWEEP: Final = 1.2
"""Seconds after which rooms without anybody are closed."""
_SOCKETS: Final = 100
_MORE: Final = 1000
_ROOMS: Final = 50
_CYCLES: Final = 20
_CHAPTERS: Final = 20


async def run(bench: Bench) -> Outcome:
    """Megabytes of the front and of the engine, at each step."""
    outcome = Outcome("memory", "Memory of the front (sockets) and the engine (documents)")
    row: Row = {"server": Ours.name}
    async with bench.ours() as own:
        places = await own.places(10)
        front = [own.front]
        row["front_idle_mb"] = round(memory(front), 1)
        crowd = await _enter(places, _SOCKETS)
        row["front_100_sockets_mb"] = round(memory(front), 1)
        before = memory(front)
        more = await _enter(places, _MORE)
        row["kb_per_connection"] = round((memory(front) - before) * 1000 / _MORE, 1)
        _leave([*crowd, *more])
    outcome.limits += [
        Limit("front with 100 sockets", row["front_100_sockets_mb"], 120, "MB"),
        Limit(f"each of {_MORE:,} further idle connections", row["kb_per_connection"], 30, "kB"),
    ]
    async with bench.ours(Wish(idle=_IDLE)) as own:
        row |= await _cycles(own)
    drift = max(abs(row["front_drift_percent"]), abs(row["engine_drift_percent"]))
    outcome.limits.append(
        Limit(f"after {_ROOMS * _CYCLES:,} rooms were opened and closed, change", drift, 10, "%")
    )
    wanted = Limit("engine, each open chapter with the paper trace", None, 3, "MB")
    back = Limit("engine after those closed, change", None, 10, "%")
    outcome.limits += [wanted, back]
    if why := missing():
        wanted.why = back.why = why
    else:
        paper = await asyncio.to_thread(trace, bench)
        async with bench.ours(Wish(idle=_IDLE)) as own:
            row |= await _chapters(own, paper.chunks)
        wanted.figure = row["engine_mb_per_chapter"]
        back.figure = abs(row["engine_after_chapters_percent"])
    outcome.rows.append(row)
    return outcome


async def _enter(places: Sequence[Place], count: int) -> list[Client]:
    """Let people in who then do nothing."""
    clients = [Client(places[number % len(places)], number) for number in range(count)]
    for start in range(0, count, 20):
        await asyncio.gather(*(client.enter() for client in clients[start : start + 20]))
    await asyncio.sleep(2)
    return clients


def _leave(clients: Sequence[Client]) -> None:
    for client in clients:
        client.close()


async def _round(places: Sequence[Place]) -> None:
    clients = [Client(place) for place in places]
    await asyncio.gather(*(client.enter() for client in clients))
    _leave(clients)
    await asyncio.sleep(_IDLE + _SWEEP)


async def _cycles(own: Ours) -> dict[str, float]:
    """Open and close rooms again and again; the first rounds fill the caches."""
    places = await own.places(_ROOMS)
    front, engine = [own.front], [own.engine]
    for _ in range(3):
        await _round(places)
    before = memory(front), memory(engine)
    for _ in range(_CYCLES):
        await _round(places)
    return {
        "front_drift_percent": _change(before[0], front),
        "engine_drift_percent": _change(before[1], engine),
    }


async def _chapters(own: Ours, chunks: Sequence[bytes]) -> dict[str, float]:
    """Open the whole paper in several chapters at once, then close them."""
    places = await own.places(_CHAPTERS + 1)
    engine = [own.engine]
    # The first one is for what the engine takes once and for all.
    await write(places[0], chunks)
    for place in places[1:]:
        await write(place, chunks)
    await asyncio.sleep(_IDLE + _SWEEP)
    before = memory(engine)
    clients = [Client(place) for place in places[1:]]
    for client in clients:
        await client.enter()
    await asyncio.sleep(1)
    opened = memory(engine)
    _leave(clients)
    await asyncio.sleep(_IDLE + 2 * _SWEEP)
    return {
        "engine_mb": round(before, 1),
        "engine_mb_per_chapter": round((opened - before) / _CHAPTERS, 2),
        "engine_after_chapters_percent": _change(before, engine),
    }


def _change(before: float, processes: Sequence[psutil.Process]) -> float:
    return round((memory(processes) / before - 1) * 100, 1)
