"""The server is killed at any moment (faults 1, 2 and 25): nothing acknowledged is lost or doubled."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from contextlib import closing

import pytest

from app.kit import failpoints
from tests.faults.under_fire import LONG, Fragile, longer, writing


async def test_kills_while_everybody_types(fragile: Fragile) -> None:
    dice = random.Random(1)
    fragile.start()
    async with writing(fragile, 12) as them:
        for _ in range(12 if LONG else 1):
            await them.more(20)
            await asyncio.sleep(dice.uniform(0.1, 0.5))
            await asyncio.to_thread(fragile.kill)
            verdict = await them.on_disk()
            assert verdict, verdict.faults
            await asyncio.to_thread(fragile.start)
        await them.together()
        verdict = await them.judge()
        assert verdict, verdict.faults
        assert verdict.acknowledged > 50


MOMENTS = [
    (failpoints.AFTER_APPLY, 25),
    (failpoints.BEFORE_COMMIT, 25),
    (failpoints.AFTER_COMMIT, 25),
    (failpoints.AFTER_ACK, 25),
    (failpoints.MID_SHOW, 60),
    (failpoints.MID_SNAPSHOT, 2),
    (failpoints.AFTER_SNAPSHOT, 2),
]


async def test_kills_at_every_step_of_a_keystroke_and_of_a_snapshot(fragile: Fragile) -> None:
    """One after the other on the same chapter, which never gets time to recover."""
    dice = random.Random(2)
    fragile.breaks(snapshots=20)
    moments = MOMENTS * 5 if LONG else MOMENTS[1:6:2]
    fragile.arm(*moments[0])
    fragile.start()
    async with writing(fragile, 6, rate=12) as them:
        for name, count in [*moments[1:], (None, 1)]:
            assert await fragile.ended() == -9
            verdict = await them.on_disk()
            assert verdict, verdict.faults
            fragile.arm(name, count + dice.randrange(3))
            await asyncio.to_thread(fragile.start)
        await them.more(10)
        await them.together()
        verdict = await them.judge()
    assert verdict, verdict.faults
    with closing(sqlite3.connect(fragile.database)) as connection:
        # The newest one, the day's first to move the oldest state on, and perhaps one more that a
        # kill kept from being taken away. They do not pile up.
        assert connection.execute("SELECT count(*) FROM snapshots").fetchone()[0] in (1, 2, 3)


@longer
async def test_snapshots_are_made_all_the_time_while_people_type(fragile: Fragile) -> None:
    fragile.breaks(snapshots=15)
    fragile.start()
    async with writing(fragile, 6, rate=15) as them:
        for _ in range(6):
            await them.more(150)
            await asyncio.to_thread(fragile.kill)
            verdict = await them.on_disk()
            assert verdict, verdict.faults
            await asyncio.to_thread(fragile.start)
        await them.together()
        verdict = await them.judge()
        assert verdict, verdict.faults


@longer
async def test_a_kill_in_the_middle_of_an_upgrade(fragile: Fragile) -> None:
    """The next start begins it again, as if nothing had been."""
    fragile.database.unlink()
    fragile.arm(failpoints.MID_MIGRATION)
    with pytest.raises(AssertionError, match="The server ended"):
        await asyncio.to_thread(fragile.start)
    fragile.arm(None)
    await asyncio.to_thread(fragile.start)
    async with writing(fragile, 1) as them:
        await them.more(3)
        await them.together()
        verdict = await them.judge()
        assert verdict, verdict.faults
