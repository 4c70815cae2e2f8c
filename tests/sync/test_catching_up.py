"""Gaps are asked for, reconnects cost nothing, slow readers hold nobody up."""

from __future__ import annotations

import asyncio
import socket

import pytest
from pycrdt import Doc
from websockets.asyncio.client import connect

from app.sync import line, protocol, rooms
from tests.sync.bare import Bare
from tests.sync.clients import Client


async def test_a_gap_is_not_stored_but_asked_for(bare: Bare) -> None:
    document = await bare.document()
    async with bare.client(document) as ana:
        await ana.until(lambda: ana.synced)
        await ana.settled()
        rows = await bare.rows(document)
        ana.auto = False
        text = ana.paragraph()
        middle = ana.doc.get_state()
        text.insert(0, "later")
        ana.answers = False
        before = len(ana.frames)
        await ana.update(ana.doc.get_update(middle))
        await ana.until(lambda: ana.refused)
        assert ana.refused[-1][1] == "resync"
        await ana.until(lambda: any(f[:2] == b"\0\0" for f in ana.frames[before:]))
        assert await bare.rows(document) == rows
        # What the server asked for: everything that it lacks.
        step_1 = next(f for f in ana.frames[before:] if f[:2] == b"\0\0")
        await ana.raw(protocol.step_2(ana.doc.get_update(protocol.read(step_1).body)))
        await ana.settled()
        assert await bare.rows(document) == rows + 1


async def test_a_standard_client_with_a_gap_is_asked_and_not_closed(bare: Bare) -> None:
    async with bare.client(await bare.document(), durable=False) as ana:
        await ana.until(lambda: ana.synced)
        ana.auto = False
        text = ana.paragraph()
        middle = ana.doc.get_state()
        text.insert(0, "later")
        await asyncio.sleep(0.25)
        await ana.update(ana.doc.get_update(middle))
        async with bare.client(ana.address.rsplit("/", 1)[1][:26], "ben") as ben:
            await ben.until(lambda: "later" in ben.text())
        assert ana.closed_with is None


async def test_reconnecting_without_changes_does_not_grow_the_log(bare: Bare) -> None:
    document = await bare.document()
    doc: Doc[object] = Doc()
    async with bare.client(document, doc=doc) as ana:
        await ana.until(lambda: ana.synced)
        text = ana.paragraph()
        text.insert(0, "a long story")
        del text[2:7]
        await ana.settled()
    rows = await bare.rows(document)
    for _ in range(3):
        async with bare.client(document, doc=doc) as ana:
            await ana.until(lambda: ana.synced)
            # Its whole delete set again, as every Yjs client sends it.
            await ana.update(doc.get_update())
            await ana.settled()
            assert not ana.refused
    assert await bare.rows(document) == rows


async def test_a_delete_alone_is_stored(bare: Bare) -> None:
    document = await bare.document()
    async with bare.client(document) as ana:
        await ana.until(lambda: ana.synced)
        text = ana.paragraph()
        text.insert(0, "go away")
        await ana.settled()
        rows = await bare.rows(document)
        del text[0:3]
        await ana.settled()
        assert await bare.rows(document) == rows + 1
    async with bare.client(document, "ben") as ben:
        await ben.until(lambda: ben.synced)
        assert ben.text().strip() == "away"


async def test_many_open_a_cold_chapter_at_once_and_it_is_loaded_once(
    bare: Bare, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = await bare.document()
    loads = 0
    ask = bare.sync.engine.ask

    async def counted(verb: str, *rest: object) -> object:
        nonlocal loads
        loads += verb == "load"
        return await ask(verb, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(bare.sync.engine, "ask", counted)
    clients = [Client(bare.address(document, f"p{i}", "writer", durable=True)) for i in range(30)]
    await asyncio.gather(*(one.open() for one in clients))
    for one in clients:
        await one.until(lambda one=one: one.synced)
        assert one.text() == ""
        await one.close()
    assert loads == 1


async def test_a_slow_reader_holds_nobody_up_and_gets_everything_later(
    bare: Bare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "CAP", 64 << 10)
    document = await bare.document()
    async with bare.client(document, "ana") as ana, bare.client(document, "ben") as ben:
        await ana.until(lambda: ana.synced)
        await ben.until(lambda: ben.synced)
        slow_socket = small_socket(bare.settings.port)
        address = bare.address(document, "sue", "writer", durable=True)
        async with connect(address, sock=slow_socket, compression=None, max_queue=1) as slow:
            await slow.send(protocol.step_1({}))
            while (first := await slow.recv())[:2] != b"\x00\x01":
                pass
            assert isinstance(first, bytes)
            text = ana.paragraph()
            text.insert(0, "x")
            for index in range(120):
                text.insert(0, f"{index:05d} " + "word " * 1600)
                mark = f"{index:05d} "
                await ben.until(lambda mark=mark: mark in ben.text())
            member = next(
                m for m in bare.sync.endpoint.members if m.person_id == bare.person("sue")
            )
            assert member.line._size <= 2 * line.CAP
            # It reads again: what was left out comes from the log, in order and complete.
            assert member.line._behind
            sue: Doc[object] = Doc()
            sue.apply_update(protocol.read(first).body)
            async with asyncio.timeout(20):
                while sue.get_state() != ana.doc.get_state():
                    frame = await slow.recv()
                    assert isinstance(frame, bytes)
                    if frame[:2] in (b"\x00\x01", b"\x00\x02"):
                        sue.apply_update(protocol.read(frame).body)


async def test_who_does_not_read_at_all_is_cut(bare: Bare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "STUCK", 2.0)
    document = await bare.document()
    async with bare.client(document, "ana") as ana:
        await ana.until(lambda: ana.synced)
        address = bare.address(document, "sue", "writer", durable=True)
        async with connect(
            address, sock=small_socket(bare.settings.port), compression=None, max_queue=1
        ) as deaf:
            await deaf.send(protocol.step_1({}))
            await asyncio.sleep(0.2)
            text = ana.paragraph()
            for index in range(150):
                text.insert(0, f"{index} " + "word " * 3000)
            await ana.settled(20)
            async with asyncio.timeout(10), bare.sync.rooms.use(document) as room:
                while len(room.show.members) > 1:
                    await asyncio.sleep(0.1)
            deaf.transport.abort()
        ana.paragraph()
        await ana.settled()
        # She could read, but not two megabytes at once: she has everything all the same.
        assert ana.closed_with is None
        async with bare.client(document, "eve") as eve:
            await eve.until(lambda: eve.synced)
            await ana.until(lambda: ana.doc.get_state() == eve.doc.get_state())


async def test_durable_clients_hear_a_beat_and_standard_ones_a_sign_of_life(
    bare: Bare, monkeypatch: pytest.MonkeyPatch
) -> None:
    """y-websocket closes a socket that is silent for 30 s."""
    monkeypatch.setattr(rooms, "PULSE", 0.4)
    monkeypatch.setattr("app.sync.showing.QUIET", 0.1)
    document = await bare.document()
    async with bare.client(document) as ana, bare.client(document, "s", durable=False) as standard:
        await ana.until(lambda: any(f[0] == protocol.BEAT for f in ana.frames), within=3)
        beat = protocol.read(next(f for f in ana.frames if f[0] == protocol.BEAT))
        assert beat.number == 1
        assert protocol.read_vector(beat.body) == {1: 1}
        before = len(standard.frames)
        await standard.until(lambda: len(standard.frames) > before, within=3)
        assert standard.frames[-1][0] == protocol.AWARENESS


async def test_a_beat_that_differs_twice_leads_to_a_resync(bare: Bare) -> None:
    document = await bare.document()
    async with bare.client(document) as ana:
        await ana.until(lambda: ana.synced)
        await ana.settled()
        steps = sum(f[:2] == b"\0\1" for f in ana.frames)
        for _ in range(2):
            await ana.raw(protocol.beat(0, {}))
        await ana.until(lambda: sum(f[:2] == b"\0\1" for f in ana.frames) > steps)
        await asyncio.sleep(0.25)
        asked = sum(f[:2] == b"\0\0" for f in ana.frames)
        for _ in range(2):
            await ana.raw(protocol.beat(0, {1: 1, 99: 5}))
        await ana.until(lambda: sum(f[:2] == b"\0\0" for f in ana.frames) > asked)


def small_socket(port: int) -> socket.socket:
    """A connection with so small a buffer that not reading shows at once."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.connect(("127.0.0.1", port))
    made.setblocking(False)
    return made
