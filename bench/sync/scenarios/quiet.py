"""A quiet room: five people in one chapter, who type as people do."""

from __future__ import annotations

from bench.outcome import Limit, Outcome
from bench.sync.bench import Bench
from bench.sync.load import Shape

SHAPE = Shape(writers=5, rate=4)
_ROUNDS = 3
"""A single stall of the machine decides over the slowest of so few deliveries."""


async def run(bench: Bench) -> Outcome:
    """How soon the others see a letter when there is nothing else to do."""
    found = await bench.under_load(1, SHAPE, _ROUNDS)
    own = found[0]
    return Outcome(
        "quiet",
        f"A quiet room: {SHAPE}",
        [
            Limit("keystroke to the others, p50", own.p50_ms, 10, "ms"),
            Limit("keystroke to the others, p99", own.p99_ms, 30, "ms"),
            Limit("lost deliveries", own.lost, 0),
        ],
        [one.row() for one in found],
    )
