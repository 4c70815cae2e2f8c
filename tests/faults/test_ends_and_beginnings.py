"""The server stops, stalls, loses a part of itself or is started twice (17, 28, 31 and 32)."""

from __future__ import annotations

import asyncio
import os
import signal

import psutil

from tests.conftest import free_port
from tests.faults.under_fire import LONG, Fragile, longer, writing
from tests.servers import run


async def test_asked_to_stop_it_stores_what_is_on_its_way_and_says_come_back(
    fragile: Fragile,
) -> None:
    fragile.start()
    async with writing(fragile, 10, rate=20) as them:
        for _ in range(10 if LONG else 1):
            await them.more(60)
            await them.all_here()
            for one in them.people:
                one.codes.clear()
            assert fragile.process is not None
            fragile.process.send_signal(signal.SIGTERM)
            assert await fragile.ended(10) == 0
            verdict = await them.on_disk()
            assert verdict, verdict.faults
            assert [one.codes[:1] for one in them.people] == [[1012]] * 10
            await asyncio.to_thread(fragile.start)
        await them.together()
        # And beside the server that people write with, a second one on the same data is refused.
        elsewhere = {**fragile.environment, "CHAPTERHOUSE_PORT": str(free_port())}
        second = await asyncio.to_thread(run, "serve", environment=elsewhere)
        assert second.returncode == 2
        assert len(second.stderr.strip().splitlines()) == 1
        assert "already uses the data folder" in second.stderr
        verdict = await them.judge()
        assert verdict, verdict.faults


async def test_stalled_or_without_its_engine_it_goes_on(fragile: Fragile) -> None:
    """The wall clock jumps about a day back and forth all the while."""
    fragile.breaks(clock=True)
    fragile.start()
    async with writing(fragile, 6, rate=15) as them:
        await them.more(20)
        assert fragile.process is not None
        process = psutil.Process(fragile.process.pid)
        for _ in range(15 if LONG else 2):
            for child in process.children():
                child.kill()
            await asyncio.sleep(0.4)
        os.kill(process.pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(5 if LONG else 1)
        finally:
            os.kill(process.pid, signal.SIGCONT)
        await them.more(20)
        await them.together()
        assert {one.connections for one in them.people} == {1}, "a socket closed"
        verdict = await them.judge()
        assert verdict, verdict.faults


@longer
async def test_a_writer_that_fails_is_not_silence(fragile: Fragile) -> None:
    """Whatever goes wrong where commits are made: it goes on, or the server ends."""
    fragile.breaks(writer_fails=30)
    fragile.start()
    async with writing(fragile, 6) as them:
        await them.more(100)
        await them.together()
        verdict = await them.judge(quiet=False)
        assert verdict, verdict.faults
