"""Every update is acknowledged or refused, also when something breaks at a bad moment."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.sync.engine import Engine
from app.sync.held import Held
from app.sync.shape import Shape
from app.sync.showing import Showing
from app.sync.structs import Scan
from app.sync.supervisor import EngineDied, Supervisor
from tests.sync.bare import Bare

ONE = b"\x01\x01\x05\x00\x04\x01\x01t\x01a\x00"
TWO = b"\x01\x01\x06\x00\x04\x01\x01t\x01b\x00"


def test_an_update_that_our_own_code_stumbles_over_is_named_by_the_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An error of the whole question would have all of them asked again and again."""
    admit = Shape.admit

    def stumble(self: Shape, scan: Scan, **how: Any) -> bool:
        if scan.data == TWO:
            raise KeyError(6)
        return admit(self, scan, **how)

    monkeypatch.setattr(Shape, "admit", stumble)
    engine = Engine(lambda _number, _index: None, frozenset({"t"}))
    engine._held["d"] = Held(frozenset({"t"}))
    number, good, results = engine.answer((1, "apply", "d", [(ONE, True), (TWO, True)]))
    assert (number, good) == (1, True)
    assert results == [0, ("broken", "KeyError: 6")]


async def test_an_engine_that_ends_as_it_begins_is_started_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    supervisor = Supervisor()
    await supervisor.start()
    loop = asyncio.get_running_loop()
    real, ends = loop.subprocess_exec, iter([True])

    async def begin(*arguments: Any, **how: Any) -> Any:
        transport, pipe = await real(*arguments, **how)
        if next(ends, False):
            transport.kill()
            while transport.get_returncode() is None:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
        return transport, pipe

    try:
        monkeypatch.setattr(loop, "subprocess_exec", begin)
        assert supervisor._transport is not None
        first = supervisor.generation
        supervisor._transport.kill()
        async with asyncio.timeout(15):
            while supervisor.generation == first:
                await asyncio.sleep(0.01)
            try:
                clocks = await supervisor.ask("load", "d", [], [])
            except EngineDied:
                clocks = await supervisor.ask("load", "d", [], [])
        assert clocks == {}
    finally:
        await supervisor.stop()


async def test_what_fails_after_a_commit_ends_the_room_and_not_in_silence(
    bare: Bare, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = await bare.document()
    async with bare.client(document, "ana") as ana:
        await ana.until(lambda: ana.synced)
        committed = Showing.committed

        def fail(self: Showing, offers: Any) -> None:
            monkeypatch.setattr(Showing, "committed", committed)
            raise RuntimeError("at a bad moment")

        monkeypatch.setattr(Showing, "committed", fail)
        ana.paragraph().insert(0, "stored all the same")
        await ana.until(lambda: ana.closed_with is not None)
    async with bare.client(document, "ben") as ben:
        await ben.until(lambda: "stored all the same" in ben.text())
        ben.paragraph().insert(0, "it goes on")
        await ben.settled()


async def test_a_supervisor_that_stops_while_it_starts_an_engine_leaves_none_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    supervisor = Supervisor()
    await supervisor.start()
    assert supervisor._transport is not None
    first = supervisor._transport
    loop = asyncio.get_running_loop()
    real = loop.subprocess_exec
    begun: list[asyncio.SubprocessTransport] = []

    async def begin(*arguments: Any, **how: Any) -> Any:
        transport, pipe = await real(*arguments, **how)
        begun.append(transport)
        await asyncio.sleep(0.2)
        return transport, pipe

    monkeypatch.setattr(loop, "subprocess_exec", begin)
    first.kill()
    async with asyncio.timeout(15):
        while not begun:
            await asyncio.sleep(0.005)
    await supervisor.stop()
    assert begun[0].get_returncode() is not None
