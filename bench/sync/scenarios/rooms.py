"""Many small rooms: a hundred writers in twenty chapters, three hundred readers.

Two lines of the requirements are this one load: the cost beside the peers', and the delays.
"""

from __future__ import annotations

from bench.sync.bench import Bench
from bench.sync.load import Shape
from bench.sync.outcome import Limit, Outcome, ratio

ROOMS, SHAPE = 20, Shape(writers=5, rate=5, readers=15)


async def run(bench: Bench) -> Outcome:
    """CPU per delivery beside the better peer's, and whether a conference could be served."""
    found = await bench.under_load(ROOMS, SHAPE)
    own, peers = found[0], found[1:]
    share = ratio(own.cpu_us_per_delivery, [one.cpu_us_per_delivery for one in peers])
    return Outcome(
        "rooms",
        f"A hundred writers, three hundred readers: {ROOMS} rooms, in each {SHAPE}",
        [
            Limit("CPU per delivery / the better peer's", share, 0.8, why="no peer"),
            Limit("keystroke to the others, p50", own.p50_ms, 40, "ms"),
            Limit("keystroke to the others, p99", own.p99_ms, 90, "ms"),
            Limit("the same, as 100 writers and 300 readers: p99", own.p99_ms, 400, "ms"),
            Limit("acknowledged as durable, p95", own.ack_p95_ms, 150, "ms"),
            Limit("lost deliveries", own.lost, 0),
        ],
        [one.row() for one in found],
    )
