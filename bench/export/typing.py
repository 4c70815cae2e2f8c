"""Typing while a book is made: how much later people hear that their words are kept."""

from __future__ import annotations

import asyncio
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.export import real
from bench.export.generated import ALL
from bench.outcome import Limit, Outcome
from bench.sync.bench import Bench
from bench.sync.load import Crowd, Shape
from bench.sync.servers.ours import Ours

SHAPE: Final = Shape(writers=5, rate=4, readers=5)
_TURNS: Final = 6
_SECONDS: Final = 4.0


async def run(folder: Path) -> Outcome:
    """By turns: nothing else, and all formats again and again."""
    outcome = Outcome("typing", f"Typing while books are made: {SHAPE}")
    late: dict[bool, list[float]] = {False: [], True: []}
    async with Bench(_SECONDS, folder, None).ours() as own:
        uploads, _ = real.uploads("en")
        started = (await own.fay.post(f"{own.at}/imports", files=uploads)).raise_for_status().json()
        await real.finished(own.fay, f"{own.at}/imports/{started['id']}")
        crowd = Crowd(await own.places(1), SHAPE)
        await crowd.begin()
        for turn in range(_TURNS):
            beside = turn % 2 == 1
            exporting = asyncio.create_task(_export_on(own)) if beside else None
            name = f"{turn + 1}: {'while a book is made' if beside else 'nothing else'}"
            figures = await crowd.measure(name, own.processes, _SECONDS)
            outcome.rows.append(figures.row())
            late[beside].append(figures.ack_p95_ms or 0)
            if exporting is not None:
                exporting.cancel()
                await asyncio.gather(exporting, return_exceptions=True)
                await _calm(own)
        crowd.end()
    times = round(median(late[True]) / median(late[False]), 2)
    outcome.limits.append(Limit("acknowledgement p95 while a book is made / without", times, 1.2))
    return outcome


async def _export_on(own: Ours) -> None:
    while True:
        wish = {"formats": list(ALL)}
        started = (await own.fay.post(f"{own.at}/exports", json=wish)).raise_for_status().json()
        await real.finished(own.fay, f"{own.at}/exports/{started['id']}")


async def _calm(own: Ours) -> None:
    """Until no book is being made any more."""
    while True:
        jobs: list[dict[str, Any]] = (await own.fay.get(f"{own.at}/exports")).json()["items"]
        if all(job["status"] not in ("waiting", "running") for job in jobs):
            return
        await asyncio.sleep(0.2)
