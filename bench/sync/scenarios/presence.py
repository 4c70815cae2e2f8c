"""Presence: people whose carets move once a second, as y-websocket clients tell it.

Those send back every state that they receive, so that a careless server has the square of them.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Final

from bench.figures import Span
from bench.outcome import Limit, Outcome, Row
from bench.sync.bench import Bench
from bench.sync.framing import Place
from bench.sync.material.trace import NODE_MODULES
from bench.sync.servers import Served
from bench.sync.servers.node import HOCUSPOCUS
from bench.sync.servers.ours import Ours

_SCRIPT: Final = Path(__file__).parents[1] / "presence.mjs"
_PEOPLE: Final = (25, 100, 500)
_REAL: Final = 100
"""Real clients at most; the others send the same without decoding what they get."""
_SATURATED: Final = 90
"""Percent of a core from which on a server cannot take more."""
_SLOW: Final = 1000
"""Milliseconds from which on a caret says where somebody was."""
_TOO_LATE: Final = 150


async def run(bench: Bench) -> Outcome:
    """Frames per change, processor time, and delays for more and more people."""
    outcome = Outcome(
        "presence", "Presence: carets that move once a second, as y-websocket clients tell it"
    )
    own: dict[int, Row] = {}
    for name in bench.names:
        if name == HOCUSPOCUS:
            continue
        for people in _PEOPLE:
            if name != Ours.name and people > _REAL:
                # It would have a quarter of a million frames a second to send.
                continue
            # A room of its own server, so that nothing of the last one is still parting.
            async with bench.server(name) as server:
                row = await _measure(bench, server, people)
            outcome.rows.append(row)
            if name == Ours.name:
                own[people] = row
    few, many, crowd = (own[people] for people in _PEOPLE)
    # Whoever is late by so much is not the one to judge how late others are.
    late = crowd["late_ms"] > _TOO_LATE
    why = "the clients themselves had too little processor; nothing else should run"
    outcome.limits += [
        Limit("frames per change and person, 25 people", few["frames_per_change_and_person"], 1),
        Limit("frames per change and person, 500 people", crowd["frames_per_change_and_person"], 1),
        Limit("share of a core, 100 people", many["cpu_percent"], 15, "%"),
        Limit("share of a core, 500 people", None, _SATURATED, "%", why=why),
        Limit("a caret's move to the others, 500 people, p99", None, _SLOW, "ms", why=why),
    ]
    if not late:
        outcome.limits[-2].figure = crowd["cpu_percent"]
        outcome.limits[-1].figure = crowd["p99_ms"]
    return outcome


async def _measure(bench: Bench, server: Served, people: int) -> Row:
    [place] = await _places(server)
    base, _, room = place.address().rpartition("/")
    packages = bench.installed or NODE_MODULES
    process = await asyncio.create_subprocess_exec(
        "node",
        str(_SCRIPT),
        str(packages),
        base,
        room,
        place.cookies[0],
        str(people),
        str(people if people <= _REAL else _REAL // 5),
        str(bench.seconds),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(120):
            assert await process.stdout.readline() == b"begin\n", "the people did not come in"
            span = Span(server.processes)
            assert await process.stdout.readline() == b"end\n"
            span.end()
            told = json.loads(await process.stdout.readline())
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
    assert told["connected"] == people, f"{told['connected']} of {people} are still there"
    return {
        "server": server.name,
        "people": people,
        "cpu_percent": round(span.used / span.seconds * 100, 1),
        "changes_per_s": round(told["changes"] / span.seconds, 1),
        "frames_per_change": round(told["frames"] / told["changes"], 1),
        "frames_per_change_and_person": round(told["frames"] / told["changes"] / people, 3),
        "p50_ms": round(told["p50_ms"], 1),
        "p99_ms": round(told["p99_ms"], 1),
        "late_ms": round(told["late_ms"], 1),
    }


async def _places(server: Served) -> list[Place]:
    if isinstance(server, Ours):
        return [server.place(one, durable=False) for one in await server.documents(1)]
    return await server.places(1)
