"""Opening the chapter with the whole recorded paper: from its snapshot, and from the raw log."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from pathlib import Path
from typing import Final

from bench.figures import milliseconds
from bench.outcome import Limit, Outcome
from bench.sync.bench import Bench
from bench.sync.client import Client
from bench.sync.framing import Place
from bench.sync.material.trace import missing, trace
from bench.sync.servers.ours import Ours, Wish

_IDLE: Final = 0.5
_OPENINGS: Final = 7
_AHEAD: Final = 5_000
"""Updates that are sent before the acknowledgement of earlier ones is waited for."""


async def run(bench: Bench) -> Outcome:
    """From connecting until the whole document is here, with nothing of it in memory before."""
    outcome = Outcome("opening", "Opening the chapter of the paper trace (259,778 edits)")
    limits = [
        Limit("from the snapshot, median", None, 50, "ms"),
        Limit("from the raw log", None, 2000, "ms"),
        Limit("size on the wire / Yjs' own encoding with gc: false", None, 1.1),
    ]
    outcome.limits += limits
    if why := missing():
        for limit in limits:
            limit.why = why
        return outcome
    paper = await asyncio.to_thread(trace, bench)
    async with bench.ours(Wish(idle=_IDLE)) as own:
        [document] = await own.documents(1)
        place = own.place(document)
        seconds = await _write(place, paper.updates)
        # The room closes behind the writer and leaves a snapshot.
        database = own.server.settings.data_dir / "chapterhouse.db"
        await _until_snapshot(database, document, paper.edits)
        waits: list[float] = []
        size = 0
        for _ in range(_OPENINGS):
            await asyncio.sleep(_IDLE + 1.2)
            wait, size = await _open(place)
            waits.append(wait)
        await asyncio.to_thread(own.server.stop)
        rows = _forget_snapshots(database, document)
        await asyncio.to_thread(own.server.start)
        raw, raw_size = await _open(place)
        limits[0].figure = milliseconds(waits, 50)
        limits[1].figure = round(raw * 1000)
        limits[2].figure = round(size / paper.yjs_bytes, 3)
        outcome.rows.append(
            {
                "server": Ours.name,
                "rows_of_the_log": rows,
                "written_per_s": round(len(paper.updates) / seconds),
                "snapshot_p50_ms": limits[0].figure,
                "snapshot_worst_ms": round(max(waits) * 1000, 2),
                "raw_ms": limits[1].figure,
                "bytes": size,
                "bytes_from_raw": raw_size,
                "bytes_of_yjs": paper.yjs_bytes,
            }
        )
    return outcome


async def _write(place: Place, updates: list[bytes]) -> float:
    """Type everything, one row of the log for each edit; seconds until all is durable."""
    writer = Client(place)
    moved = asyncio.Event()
    writer.on_ack = lambda _: moved.set()
    await writer.enter()
    began = time.perf_counter()
    async with asyncio.timeout(180):
        for number, update in enumerate(updates):
            writer.update(update)
            while number - writer.settled > _AHEAD:
                moved.clear()
                await moved.wait()
        while writer.settled < len(updates):
            moved.clear()
            await moved.wait()
    seconds = time.perf_counter() - began
    writer.close()
    return seconds


async def _open(place: Place) -> tuple[float, int]:
    client = Client(place)
    began = time.perf_counter()
    size = await client.enter()
    client.close()
    return client.synced_at - began, size


async def _until_snapshot(database: Path, document: str, upto: int) -> None:
    async with asyncio.timeout(60):
        while True:
            with contextlib.closing(sqlite3.connect(database)) as connection:
                [(found,)] = connection.execute(
                    "SELECT coalesce(max(upto), 0) FROM snapshots WHERE document_id = ?",
                    (document,),
                )
            if found >= upto:
                return
            await asyncio.sleep(0.2)


def _forget_snapshots(database: Path, document: str) -> int:
    """Leave only the log; how many rows it has. Snapshots are a cache, the log is the truth."""
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM snapshots WHERE document_id = ?", (document,))
        [(rows,)] = connection.execute(
            "SELECT count(*) FROM updates WHERE document_id = ?", (document,)
        )
    return rows
