"""Two front processes on one PostgreSQL and one Redis: what sharing costs, and how soon one sees
what was typed at the other."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from bench.figures import Span
from bench.outcome import Limit, Outcome
from bench.sync.bench import Bench
from bench.sync.load import Crowd, Figures, Shape
from bench.sync.scenarios.sprint import ROOMS, SHAPE
from bench.sync.servers.ours import Ours, Running, Wish, ours
from scripts import postgres
from scripts.system import find
from tests.cluster.redis_server import PROGRAM, Redis

_QUIET: Final = Shape(writers=1, rate=4, readers=4)
_COST = "CPU per delivery, two processes / one"
_CROSS = "keystroke at one process to people at the other, quiet room, p50"


@dataclass(slots=True)
class Stores:
    """A running PostgreSQL and a running Redis."""

    database: str
    redis: str
    processes: list[psutil.Process]


async def run(bench: Bench) -> Outcome:
    """The sprint through one process and through two, then a quiet room across both."""
    outcome = Outcome("two_processes", "Two front processes on PostgreSQL and Redis")
    cost = Limit(_COST, None, 1.3)
    cross = Limit(_CROSS, None, 25, "ms")
    lost = Limit("lost deliveries", None, 0)
    outcome.limits += [cost, cross, lost]
    if why := _missing():
        for limit in outcome.limits:
            limit.why = why
        return outcome
    with _stores(bench) as stores:
        async with bench.ours(Wish(database_url=stores.database)) as own:
            alone = await _sprint("one on PostgreSQL", [own], bench, outcome, stores)
    with _stores(bench) as stores:
        wish = Wish(database_url=stores.database, redis_url=stores.redis)
        folder = bench.new_folder()
        async with ours(folder, wish) as first, _another(folder, wish, first) as second:
            both = await _sprint("two, and Redis", [first, second], bench, outcome, stores)
            quiet = await _across("across, quiet", first, second, bench)
    outcome.rows.append(quiet.row())
    cost.figure = round(both.cpu_us_per_delivery / alone.cpu_us_per_delivery, 2)
    cross.figure = quiet.p50_ms
    lost.figure = alone.lost + both.lost + quiet.lost
    return outcome


def _missing() -> str | None:
    if find("postgresql") is None:
        return "PostgreSQL is not installed"
    return None if PROGRAM else "Redis is not installed"


async def _sprint(
    name: str, at: Sequence[Ours], bench: Bench, outcome: Outcome, stores: Stores
) -> Figures:
    """The sprint's load; in every room the writers and readers are spread over the processes."""
    own = at[0]
    documents = await own.documents(ROOMS)
    crowd = Crowd([own.place(document, at=at) for document in documents], SHAPE)
    span = Span(stores.processes)
    try:
        await crowd.begin()
        processes = [process for one in at for process in one.processes]
        figures = await crowd.measure(name, processes, bench.seconds)
    finally:
        crowd.end()
    span.end()
    outcome.rows.append(figures.row())
    used = span.used / span.seconds * 100
    outcome.notes.append(f"{name}: PostgreSQL and Redis besides, {used:.0f} % of a core")
    return figures


async def _across(name: str, first: Ours, second: Ours, bench: Bench) -> Figures:
    [document] = await first.documents(1)
    looking = first.place(document, at=[second])
    crowd = Crowd([first.place(document)], _QUIET, looking=[looking])
    try:
        await crowd.begin()
        return await crowd.measure(name, [*first.processes, *second.processes], bench.seconds)
    finally:
        crowd.end()


@asynccontextmanager
async def _another(folder: Path, wish: Wish, first: Ours) -> AsyncGenerator[Ours]:
    """A second process on the same stores and files; the first one's people are known there too."""
    server = Running(folder, wish)
    await asyncio.to_thread(server.start)
    try:
        found = Ours(server)
        found.cookies = first.cookies
        yield found
    finally:
        await asyncio.to_thread(server.stop)


@contextlib.contextmanager
def _stores(bench: Bench) -> Generator[Stores]:
    redis = Redis(bench.new_folder())
    with (
        tempfile.TemporaryDirectory(prefix="chapterhouse-bench-") as folder,
        postgres.cluster(Path(folder), postgres.binaries()) as address,
    ):
        redis.start()
        try:
            # PostgreSQL's first process is known by the folder that it was started with.
            found = [one for one in psutil.process_iter(["cmdline"]) if folder in _line(one)]
            yield Stores(address, redis.url, [*found, psutil.Process(redis.pid)])
        finally:
            redis.kill()


def _line(process: psutil.Process) -> str:
    return " ".join(process.info["cmdline"] or [])
