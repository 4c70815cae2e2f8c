"""The harness itself: two servers that lose acknowledged words must not pass it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from app.kit import failpoints
from tests.faults.test_a_failing_disk import reachable
from tests.faults.under_fire import Fragile, writing


async def test_acknowledging_before_the_commit_is_caught_at_a_failpoint(fragile: Fragile) -> None:
    fragile.breaks(mutant="acknowledge_before_commit")
    fragile.arm(failpoints.BEFORE_COMMIT, 30)
    fragile.start()
    async with writing(fragile, 6) as them:
        assert await fragile.ended() == -9
        verdict = await them.on_disk()
    # Words that are not there, or a deletion that is not.
    assert any("acknowledged words" in one or "are back" in one for one in verdict.faults), verdict


@reachable
async def test_not_waiting_for_the_disk_is_caught_by_a_power_cut(
    fragile: Fragile, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    fragile.breaks(mutant="synchronous_off", disk=str(kept))
    fragile.start()
    async with writing(fragile, 6) as them:
        await them.more(100)
        await asyncio.to_thread(fragile.kill)
        verdict = await them.on_disk(kept)
    assert any("acknowledged words" in fault for fault in verdict.faults), verdict
