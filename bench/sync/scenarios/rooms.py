"""Many small rooms: a hundred writers in twenty chapters, three hundred readers.

Two lines of the requirements are this one load: the cost beside the peers', and the delays.
"""

from __future__ import annotations

from bench.outcome import Limit, Outcome
from bench.sync.bench import Bench
from bench.sync.limits import of_typing
from bench.sync.load import Shape

ROOMS, SHAPE = 20, Shape(writers=5, rate=5, readers=15)


async def run(bench: Bench) -> Outcome:
    """CPU per delivery beside the better peer's, and whether a conference could be served."""
    found = await bench.under_load(ROOMS, SHAPE)
    *first, ack, lost = of_typing(found, cost=0.8, ack_ms=150)
    conference = "the same, as 100 writers and 300 readers: p99"
    return Outcome(
        "rooms",
        f"A hundred writers, three hundred readers: {ROOMS} rooms, in each {SHAPE}",
        [*first, Limit(conference, found[0].p99_ms, 400, "ms"), ack, lost],
        [one.row() for one in found],
    )
