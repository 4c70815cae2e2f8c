"""The sprint: four chapters, in each five people who type like one person possessed, twenty who read."""

from __future__ import annotations

from bench.outcome import Outcome
from bench.sync.bench import Bench
from bench.sync.limits import of_typing
from bench.sync.load import Shape

ROOMS, SHAPE = 4, Shape(writers=5, rate=20, readers=20)


async def run(bench: Bench) -> Outcome:
    """CPU per delivery beside the better peer's, with our edits durable and theirs not."""
    found = await bench.under_load(ROOMS, SHAPE)
    return Outcome(
        "sprint",
        f"The sprint: {ROOMS} rooms, in each {SHAPE}",
        of_typing(found, cost=0.5, ack_ms=50),
        [one.row() for one in found],
    )
