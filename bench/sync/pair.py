"""Two people in one room, in a process of their own: `python -m bench.sync.pair '{…}'`.

Where the load generator itself has much to do, delays measured in it would be its own. This one
types with one client from a line on standard input to the next, receives with another, and prints
the figures as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any, Final

import uvloop

from bench.sync.bench import ROOT
from bench.sync.framing import Framing, Place
from bench.sync.load import Crowd, Shape

_LONGEST: Final = 300.0


class Pair:
    """The process from outside."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def ready(self) -> None:
        """Both are in the room and the first letters were seen."""
        assert self._process.stdout is not None
        assert await self._process.stdout.readline() == b"ready\n", "the pair did not begin"

    def begin(self) -> None:
        """Let the one type from now on."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"begin\n")

    async def end(self) -> dict[str, Any]:
        """Enough; the figures."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"end\n")
        found: dict[str, Any] = json.loads(await self._process.stdout.readline())
        return found


@asynccontextmanager
async def pair(typing: Place, looking: Place, rate: float) -> AsyncGenerator[Pair]:
    """Somebody who types at `typing` and somebody who looks at `looking` (the same room)."""
    wish = json.dumps({"rate": rate, "places": [_to_json(typing), _to_json(looking)]})
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.sync.pair",
        wish,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        found = Pair(process)
        await asyncio.wait_for(found.ready(), 60)
        yield found
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def _to_json(place: Place) -> dict[str, Any]:
    framing = asdict(place.framing)
    framing["prefix"] = place.framing.prefix.hex()
    framing["opening"] = [one.hex() for one in place.framing.opening]
    return {"addresses": list(place.addresses), "cookies": list(place.cookies), "framing": framing}


def _from_json(value: dict[str, Any]) -> Place:
    framing = value["framing"]
    framing["prefix"] = bytes.fromhex(framing["prefix"])
    framing["opening"] = [bytes.fromhex(one) for one in framing["opening"]]
    return Place(value["addresses"], Framing(**framing), value["cookies"])


async def main(wish: dict[str, Any]) -> None:
    """Begin, say so, and type whenever a line with seconds comes in."""
    typing, looking = map(_from_json, wish["places"])
    rate = wish["rate"]
    crowd = Crowd([typing], Shape(1, rate, 1), looking=[looking])
    await crowd.begin()
    await crowd.type_for(1)
    await asyncio.sleep(0.5)
    print("ready", flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        measuring = asyncio.create_task(crowd.measure("", [], _LONGEST, warm_up=0))
        await asyncio.to_thread(sys.stdin.readline)
        crowd.seen.enough = True
        print(json.dumps((await measuring).row()), flush=True)


if __name__ == "__main__":
    uvloop.run(main(json.loads(sys.argv[1])))
