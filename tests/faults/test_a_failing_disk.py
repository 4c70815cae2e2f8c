"""The disk loses what was not synced, fails, fills up, is slow or is locked (faults 3 to 8)."""

from __future__ import annotations

import asyncio
import re
import resource
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults import disk
from tests.faults.under_fire import LONG, Fragile, longer, writing

reachable = pytest.mark.skipif(
    disk.library() is None, reason="Python's SQLite cannot be reached from outside"
)

CALLS = "trace=fdatasync,fsync,write,writev,sendto,sendmsg"


@pytest.fixture
def kept(tmp_path: Path, fragile: Fragile) -> Path:
    """The folder of what was synced, of a server on a disk that can be troubled."""
    folder = tmp_path / "kept"
    fragile.breaks(disk=str(folder))
    return folder


@reachable
async def test_a_power_cut_takes_nothing_that_was_acknowledged(
    fragile: Fragile, kept: Path
) -> None:
    """The server goes on, too, with what the disk had."""
    fragile.start()
    async with writing(fragile, 10) as them:
        for _ in range(10 if LONG else 1):
            await them.more(100)
            await asyncio.to_thread(fragile.kill)
            verdict = await them.on_disk(kept)
            assert verdict, verdict.faults
            for file in fragile.settings.data_dir.glob("chapterhouse.db*"):
                file.unlink()
            for file in kept.glob("chapterhouse.db*"):
                shutil.copyfile(file, fragile.settings.data_dir / file.name)
            await asyncio.to_thread(fragile.start)
        await them.together()
        verdict = await them.judge()
        assert verdict, verdict.faults


@reachable
@pytest.mark.parametrize("trouble", ["eio", pytest.param("full", marks=longer)])
async def test_what_the_disk_refuses_is_not_saved_and_is_saved_later(
    fragile: Fragile, kept: Path, trouble: str
) -> None:
    fragile.start()
    async with writing(fragile, 4, rate=5) as them:
        await them.more(20)
        (kept / "trouble").write_text(trouble)
        # What was on its way to the disk at this moment may still have got there.
        await asyncio.sleep(0.3)
        before = them.kept()
        began = time.monotonic()
        while not all(one.refused for one in them.people):
            assert time.monotonic() - began < 2, "people are not told within two seconds"
            await asyncio.sleep(0.02)
        await asyncio.sleep(3 if LONG else 0.5)
        assert them.kept() == before, "acknowledged although nothing can be stored"
        assert {code for one in them.people for _, code in one.refused} <= {
            "storage_full",
            "resync",
        }
        assert await them.newcomer(), "reading goes on"
        (kept / "trouble").unlink()
        assert await them.together(5) < 5
        verdict = await them.judge(quiet=False)
        assert verdict, verdict.faults


@longer
async def test_a_full_disk(fragile: Fragile) -> None:
    """No file may grow any more: the kernel says so, not a wrapper."""
    fragile.start()
    async with writing(fragile, 4, rate=5) as them:
        await them.more(20)
        assert fragile.process is not None
        pid, (_, hard) = fragile.process.pid, resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, hard))
        await asyncio.sleep(0.3)
        before = them.kept()
        await asyncio.sleep(2 if LONG else 0.7)
        assert them.kept() == before
        assert all(one.refused for one in them.people)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))
        assert await them.together(5) < 5
        verdict = await them.judge(quiet=False)
        assert verdict, verdict.faults


@longer
@reachable
async def test_a_slow_disk_is_shared_by_all_who_type(fragile: Fragile, kept: Path) -> None:
    """Three commits a second store a hundred changes a second, each acknowledged after its own."""
    fragile.start()
    async with writing(fragile, 10, rate=10) as them:
        await them.more(20)
        (kept / "trouble").write_text("slow 0.3")
        await asyncio.sleep(0.5)
        began, before = time.monotonic(), them.kept()
        await asyncio.sleep(5)
        rate = (them.kept() - before) / (time.monotonic() - began)
        (kept / "trouble").unlink()
        assert rate > 50, rate
        await them.together()
        assert max(one.slowest for one in them.people) > 0.3
        verdict = await them.judge()
        assert verdict, verdict.faults


@longer
async def test_a_locked_database(fragile: Fragile) -> None:
    """Somebody holds the write lock for a minute: nothing is acknowledged, nothing is lost."""
    fragile.start()
    async with writing(fragile, 4, rate=5) as them:
        await them.more(20)
        with closing(sqlite3.connect(fragile.database, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            await asyncio.sleep(0.2)
            before = them.kept()
            await asyncio.sleep(60)
            assert them.kept() == before
            other.execute("ROLLBACK")
        assert await them.together(20) < 10
        verdict = await them.judge(quiet=False)
        assert verdict, verdict.faults


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
async def test_every_acknowledgement_comes_after_its_sync(fragile: Fragile, tmp_path: Path) -> None:
    """Seen in the system calls of the server, one keystroke at a time."""
    fragile.start()
    async with writing(fragile, 1, rate=0.01) as them:
        [one] = them.people
        await them.pause()
        assert fragile.process is not None
        trace = tmp_path / "trace"
        tracing = subprocess.Popen(
            ["strace", "-f", "-y", "-o", trace, "-p", str(fragile.process.pid), "-e", CALLS],
            stderr=subprocess.PIPE,
        )
        try:
            assert tracing.stderr is not None
            said = await asyncio.to_thread(tracing.stderr.readline)
            if b"attached" not in said:
                pytest.skip(f"strace may not look: {said.decode().strip()}")
            for _ in range(20):
                one.type()
                await them.more(1)
        finally:
            tracing.terminate()
            tracing.wait(10)
            assert tracing.stderr is not None
            tracing.stderr.close()
        # An unmasked binary frame of a few bytes that begins with ACK (100, “d”).
        acknowledged = re.compile(r"(socket|TCP):.*\"\\202[^\"]{1,4}d")
        synced = acks = 0
        for line in trace.read_text().splitlines():
            if re.search(r"(fdatasync|fsync).*= 0$", line):
                synced += 1
            elif acknowledged.search(line):
                acks += 1
                assert synced >= acks, f"acknowledgement {acks} after {synced} syncs"
        assert acks == 20
        verdict = await them.judge()
        assert verdict, verdict.faults
