"""The sprint: four chapters, in each five people who type like one person possessed, twenty who read."""

from __future__ import annotations

from bench.sync.bench import Bench
from bench.sync.load import Shape
from bench.sync.outcome import Limit, Outcome, ratio

ROOMS, SHAPE = 4, Shape(writers=5, rate=20, readers=20)


async def run(bench: Bench) -> Outcome:
    """CPU per delivery beside the better peer's, with our edits durable and theirs not."""
    found = await bench.under_load(ROOMS, SHAPE)
    own, peers = found[0], found[1:]
    share = ratio(own.cpu_us_per_delivery, [one.cpu_us_per_delivery for one in peers])
    return Outcome(
        "sprint",
        f"The sprint: {ROOMS} rooms, in each {SHAPE}",
        [
            Limit("CPU per delivery / the better peer's", share, 0.5, why="no peer"),
            Limit("keystroke to the others, p50", own.p50_ms, 40, "ms"),
            Limit("keystroke to the others, p99", own.p99_ms, 90, "ms"),
            Limit("acknowledged as durable, p95", own.ack_p95_ms, 50, "ms"),
            Limit("lost deliveries", own.lost, 0),
        ],
        [one.row() for one in found],
    )
