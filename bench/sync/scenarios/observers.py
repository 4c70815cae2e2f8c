"""One writer and five hundred who look on."""

from __future__ import annotations

from bench.outcome import Limit, Outcome, ratio
from bench.sync.bench import Bench
from bench.sync.load import Shape
from bench.sync.servers.node import Y_WEBSOCKET

SHAPE = Shape(writers=1, rate=50, readers=500)


async def run(bench: Bench) -> Outcome:
    """CPU per delivery beside y-websocket's, and how late the last of the five hundred is."""
    found = await bench.under_load(1, SHAPE)
    own = found[0]
    y_websocket = [one.cpu_us_per_delivery for one in found if one.server == Y_WEBSOCKET]
    return Outcome(
        "observers",
        f"One room: {SHAPE}",
        [
            Limit(
                "CPU per delivery / y-websocket's",
                ratio(own.cpu_us_per_delivery, y_websocket),
                1.0,
                why="no peer",
            ),
            Limit("keystroke to the others, p50", own.p50_ms, 10, "ms"),
            Limit("keystroke to the others, p99", own.p99_ms, 25, "ms"),
            Limit("lost deliveries", own.lost, 0),
        ],
        [one.row() for one in found],
    )
