"""Lines that break, go dead, or repeat, lose and swap what they carry (faults 13 to 16)."""

from __future__ import annotations

import asyncio
import random
import time

import psutil
import pytest

from app.sync import protocol
from tests.faults.proxy import network
from tests.faults.typist import Typist
from tests.faults.under_fire import LONG, Fragile, Writers, joined, longer, writing

NOTHING = b"\0\0"
"""An update that changes nothing; it takes the place of one that is lost."""


async def test_a_flapping_line_and_a_page_that_asks_to_sign_in(fragile: Fragile) -> None:
    fragile.start()
    async with (
        network(fragile.settings.port) as line,
        writing(fragile, 6, base=line.socket_base) as them,
    ):
        for number in range(20 if LONG else 2):
            await them.more(20)
            line.is_up, line.portal = number % 2 == 0, number % 2 == 0
            line.cut()
            await asyncio.sleep(0.1)
            before = them.kept()
            await asyncio.sleep(0.5)
            assert them.kept() == before, "kept, it is said, by nobody"
            line.is_up, line.portal = True, False
        await them.together()
        verdict = await them.judge()
        assert verdict, verdict.faults
        assert min(one.connections for one in them.people) >= 2


async def test_a_line_that_is_dead_without_a_word(fragile: Fragile) -> None:
    """Who comes back on a new line while the server still has the old one finds every word."""
    fragile.start()
    async with (
        network(fragile.settings.port) as line,
        writing(fragile, 5, base=line.socket_base) as them,
    ):
        await them.more(20)
        line.go_dead()
        for one in them.people:
            one.patience = 1.0
        await asyncio.sleep(1.5)
        for one in them.people:
            one.patience = 25.0
        await them.more(20)
        await them.together()
        if LONG:
            # The server finds out by itself: fifteen seconds to a ping, fifteen to its answer.
            assert fragile.process is not None
            await asyncio.sleep(35)
            held = [
                one
                for one in psutil.Process(fragile.process.pid).net_connections("tcp")
                if one.status == "ESTABLISHED"
            ]
            assert len(held) <= 6, held
        verdict = await them.judge()
        assert verdict, verdict.faults


class Garbled(Typist):
    """A typist whose updates get lost, repeated, swapped, delayed and cut short, both ways.

    Frames are numbered by counting, so what is lost or held back leaves an update that changes
    nothing in its place.
    """

    garbles = True
    _held: tuple[bytes, list[object]] | None = None
    _held_in: bytes | None = None
    _delayed = 0

    def waiting(self) -> int:
        """Also what is out of the queue and not yet sent."""
        return super().waiting() + self._delayed

    async def update(self, data: bytes) -> int:
        dice = self._dice.random()
        mine = [c for c in self.pending if c.frame == self.sent + 1]
        if not self.garbles or dice > 0.4:
            await super().update(data)
        elif dice < 0.1:
            self._unsent(mine)
            await super().update(NOTHING)
        elif dice < 0.2:
            await super().update(data)
            await self._extra(data)
        elif dice < 0.25:
            self._unsent(mine)
            await super().update(data[: len(data) // 2])
            await self._again()
        elif dice < 0.3:
            self._delayed = 1
            await asyncio.sleep(0.2)
            self._delayed = 0
            await super().update(data)
        elif self._held is None:
            self._unsent(mine)
            self._held = data, list(mine)
            await super().update(NOTHING)
        else:
            await super().update(data)
            held, _ = self._held
            self._held = None
            await self._extra(held)
        return self.sent

    def _unsent(self, changes: list[object]) -> None:
        for change in changes:
            change.frame = None  # type: ignore[attr-defined]

    async def _extra(self, data: bytes) -> None:
        """A frame that nobody counted on."""
        for change in self.pending:
            if change.frame is not None and change.frame > self.sent:
                change.frame += 1
        await super().update(data)

    async def _take(self, frame: bytes) -> None:
        if not self.garbles or frame[:2] != b"\0\2":
            return await super()._take(frame)
        dice = self._dice.random()
        if dice < 0.1:
            return None
        if dice < 0.2 and self._held_in is None:
            self._held_in = frame
            return None
        await super()._take(frame)
        if dice < 0.3:
            await super()._take(frame)
        if self._held_in is not None:
            held, self._held_in = self._held_in, None
            await super()._take(held)
        return None


@pytest.mark.parametrize("seed", range(20 if LONG else 1))
async def test_updates_lost_repeated_swapped_delayed_and_cut_short(
    fragile: Fragile, seed: int
) -> None:
    fragile.start()
    document, cookies = await joined(fragile, 4)
    them = Writers(fragile, document, cookies)
    them.people = [Garbled(n, them.address, cookie) for n, cookie in enumerate(cookies)]
    for one in them.people:
        one._dice = random.Random(seed * 100 + one.number)
        one.garbles = False
    try:
        await asyncio.gather(*(one.begin() for one in them.people))
        for one in them.people:
            one.garbles = True
        them.type(15)
        await asyncio.sleep(5 if LONG else 2.5)
        await them.pause()
        for one in them.people:
            one.garbles = False
        await asyncio.to_thread(fragile.kill)
        verdict = await them.on_disk()
        assert verdict, verdict.faults
        await asyncio.to_thread(fragile.start)
        while any(one.closed_with is not None for one in them.people):
            await asyncio.sleep(0.05)
        # Half of them find out by a beat that differs twice, half by coming back.
        for one in them.people[:2]:
            for _ in range(2):
                await one.raw(protocol.beat(0, checks_state(one)))
                await asyncio.sleep(0.1)
            await one.everything()
        for one in them.people[2:]:
            one.abort()
        await them.together()
        verdict = await them.judge()
        assert verdict, verdict.faults
        assert verdict.acknowledged > 60
    finally:
        await them.leave()


def checks_state(one: Typist) -> protocol.StateVector:
    return protocol.read_vector(one.doc.get_state())


@longer
async def test_four_hundred_come_back_at_once(fragile: Fragile) -> None:
    """Cut at the same moment, back within fifteen seconds, nineteen of twenty within eight."""
    fragile.start()
    async with (
        network(fragile.settings.port) as line,
        writing(fragile, 5, rate=3, base=line.socket_base) as them,
    ):
        crowd = [Typist(100 + n, them.address, them.cookies[n % 5]) for n in range(400)]
        try:
            for one in crowd:
                one.pauses = (0.5, 4)
                one._living = asyncio.create_task(one._live())
                await asyncio.sleep(0.01)
            for one in crowd:
                await one.until(lambda one=one: one.synced, 30)
                one.synced = False
            line.cut()
            began = time.monotonic()
            took: list[float] = []
            for one in crowd:
                await one.until(lambda one=one: one.synced and one.connections == 2, 15)
                took.append(time.monotonic() - began)
            assert sorted(took)[380] < 8
        finally:
            await asyncio.gather(*(one.leave() for one in crowd))
        await them.together()
        verdict = await them.judge()
        assert verdict, verdict.faults
