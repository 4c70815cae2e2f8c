"""Limits that several scenarios share: what typing may cost, and how late it may be seen."""

from __future__ import annotations

from collections.abc import Sequence

from bench.outcome import Limit, ratio
from bench.sync.load import Figures


def of_typing(found: Sequence[Figures], *, cost: float, ack_ms: float) -> list[Limit]:
    """Our figures, the first ones, against the peers'.

    `cost` is what a delivery may cost of the better peer's CPU, `ack_ms` the 95th percentile of the
    time until a writer knows that an update is durable.
    """
    own, peers = found[0], found[1:]
    share = ratio(own.cpu_us_per_delivery, [one.cpu_us_per_delivery for one in peers])
    return [
        Limit("CPU per delivery / the better peer's", share, cost, why="no peer"),
        Limit("keystroke to the others, p50", own.p50_ms, 40, "ms"),
        Limit("keystroke to the others, p99", own.p99_ms, 90, "ms"),
        Limit("acknowledged as durable, p95", own.ack_p95_ms, ack_ms, "ms"),
        Limit("lost deliveries", own.lost, 0),
    ]
