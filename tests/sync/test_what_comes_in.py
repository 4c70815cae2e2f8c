"""What comes in from one browser is taken in its order, and no more of it than fits."""

from __future__ import annotations

import asyncio
import threading

import pytest

from app.sync.items import _BATCH
from app.sync.member import MOST_WAITING
from tests.sync.bare import Bare
from tests.waiting import until


async def test_big_and_small_updates_keep_their_order(bare: Bare) -> None:
    """Big ones are read in a thread, small ones at the next beat: an update that was overtaken
    would leave a gap before the other, and be refused."""
    document = await bare.document()
    async with bare.client(document, "ana") as ana, bare.client(document, "ben") as ben:
        await ana.until(lambda: ana.synced)
        await ben.until(lambda: ben.synced)
        text = ana.paragraph()
        for number in range(4):
            for length in (1, 70_000, 2, 1000, 90_000, 3):
                text.insert(len(str(text)), f"{number}" * length)
        await ana.settled()
        assert not ana.refused
        await ben.until(lambda: len(ben.text()) >= len(str(text)))
        assert str(text) in ben.text()


async def test_who_sends_more_than_fits_has_to_wait(bare: Bare) -> None:
    document = await bare.document()
    async with bare.client(document, "ana") as ana:
        await ana.until(lambda: ana.synced)
        text = ana.paragraph()
        await ana.settled()
        gate = threading.Event()
        bare.before_commits(lambda: gate.wait(10))
        for _ in range(4 * MOST_WAITING):
            text.insert(0, "x")
        await asyncio.sleep(0.5)
        (member,) = (m for m in bare.sync.endpoint.members)
        assert member.frames - member.settled == MOST_WAITING + 1
        gate.set()
        await ana.settled()
        assert not ana.refused
        assert member.frames == ana.sent
        assert await bare.rows(document) >= 4 * MOST_WAITING


async def test_a_keystroke_among_many_that_is_no_update_spoils_no_other(bare: Bare) -> None:
    document = await bare.document()
    async with bare.client(document, "ana") as ana, bare.client(document, "ben") as ben:
        await ana.until(lambda: ana.synced)
        await ben.until(lambda: ben.synced)
        text = ana.paragraph()
        bad: list[int] = []
        for number in range(60):
            text.insert(len(str(text)), f"{number} ")
            if number % 20 == 7:
                bad.append(ana.sent + 1)
                await ana.raw(b"\x00\x02\x03\x01\x01\x01")
        await ana.settled()
        assert ana.refused == [(number, "invalid") for number in bad]
        await ben.until(lambda: str(text) in ben.text())


async def test_what_comes_next_is_read_while_the_engine_works(
    bare: Bare, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = await bare.document()
    async with bare.client(document, "ana") as ana:
        await ana.until(lambda: ana.synced)
        text = ana.paragraph()
        await ana.settled()
        before = await bare.rows(document)
        [member] = bare.sync.endpoint.members
        ask = bare.sync.engine.ask
        turns = asyncio.Semaphore(0)
        is_asked = asyncio.Event()

        async def slow_to_judge(verb: str, *rest: object) -> object:
            answer = await ask(verb, *rest)  # type: ignore[arg-type]
            if verb == "apply":
                is_asked.set()
                await turns.acquire()
            return answer

        monkeypatch.setattr(bare.sync.engine, "ask", slow_to_judge)
        text.insert(0, "y")
        await asyncio.wait_for(is_asked.wait(), 10)
        for _ in range(_BATCH + 50):
            text.insert(0, "x")
        await until(lambda: member.frames == ana.sent >= _BATCH + 50)
        await ana.raw(b"\x00\x02\x03\x01\x01\x01")
        await asyncio.sleep(0.1)
        acked = ana.acked
        # The batch that the engine gets now ends before the bad one.
        turns.release()
        try:
            await until(lambda: bool(ana.refused))
            assert ana.acked < acked + _BATCH
        finally:
            for _ in range(9):
                turns.release()
        await ana.settled()
        assert ana.refused == [(ana.sent, "invalid")]
        assert await bare.rows(document) == before + _BATCH + 51
