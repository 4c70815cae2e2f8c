"""What was acknowledged is there, whatever dies: the engine, a commit, the whole server."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import threading
from typing import Any

import pytest

from app.kit.config import Settings
from tests.sync.bare import Bare
from tests.sync.clients import Client


async def type_on(client: Client, word: str, times: int, pause: float = 0.01) -> None:
    text = client.paragraph()
    for index in range(times):
        text.insert(len(str(text)), f"{word}{index} ")
        await asyncio.sleep(pause)


async def test_the_engine_dies_at_any_moment_and_nobody_notices(bare: Bare) -> None:
    """Sockets stay open, nothing acknowledged is lost, nothing is doubled."""
    document = await bare.document()
    dice = random.Random(7)
    async with bare.client(document, "ana") as ana, bare.client(document, "ben") as ben:
        await ana.until(lambda: ana.synced)
        await ben.until(lambda: ben.synced)
        writing = asyncio.gather(type_on(ana, "a", 150), type_on(ben, "b", 150))
        for _ in range(5):
            await asyncio.sleep(dice.uniform(0.1, 0.4))
            if (pid := bare.sync.engine.pid) is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        await writing
        await ana.settled(20)
        await ben.settled(20)
        assert ana.closed_with is None
        assert not ana.refused
        assert not ben.refused
        await ana.until(lambda: "b149" in ana.text())
        await ben.until(lambda: "a149" in ben.text())
        words = ben.text().split()
        assert ana.text().split() == words
        assert sorted(words) == sorted(f"{name}{i}" for name in "ab" for i in range(150))
    assert await read(bare, document) == words
    assert bare.sync.engine.generation >= 3


async def read(bare: Bare, document: str) -> list[str]:
    """The words a newcomer gets."""
    async with bare.client(document, "eve") as eve:
        await eve.until(lambda: eve.synced)
        return eve.text().split()


async def test_a_failed_commit_is_shown_to_nobody_and_tried_again(bare: Bare) -> None:
    document = await bare.document()
    async with bare.client(document, "ana") as ana, bare.client(document, "ben") as ben:
        await ana.until(lambda: ana.synced)
        await ben.until(lambda: ben.synced)
        full = True

        def trouble() -> None:
            if full:
                raise OSError("no space left on device")

        bare.before_commits(trouble)
        ana.paragraph().insert(0, "unlucky")
        await ana.until(lambda: ana.refused)
        assert {code for _, code in ana.refused} == {"storage_full"}
        await asyncio.sleep(0.1)
        assert "unlucky" not in ben.text()
        async with bare.client(document, "eve") as eve:
            await eve.until(lambda: eve.synced)
            assert "unlucky" not in eve.text()
        full = False
        # What a durable client does after the pause it was told: everything it has, again.
        await ana.update(ana.doc.get_update())
        await ana.settled()
        await ben.until(lambda: "unlucky" in ben.text())
        assert ana.closed_with is None


async def test_nobody_sees_what_is_not_stored(bare: Bare) -> None:
    """Neither the others in the room nor a newcomer, while the commit hangs."""
    document = await bare.document()
    async with bare.client(document, "ana") as ana, bare.client(document, "ben") as ben:
        await ana.until(lambda: ana.synced)
        await ben.until(lambda: ben.synced)
        await ana.settled()
        gate = threading.Event()
        bare.before_commits(lambda: gate.wait(10))
        before = ana.acked
        ana.paragraph().insert(0, "on its way")
        async with bare.client(document, "eve") as eve:
            await asyncio.sleep(0.2)
            assert ana.acked == before
            assert "on its way" not in ben.text()
            assert not eve.synced
            gate.set()
            await eve.until(lambda: "on its way" in eve.text())
            await ben.until(lambda: "on its way" in ben.text())
            await ana.settled()


async def test_an_engine_that_dies_while_a_commit_is_on_its_way(bare: Bare) -> None:
    """The next engine loads the document only when what the last one took in is in the log."""
    document = await bare.document()
    async with bare.client(document, "ana") as ana, bare.client(document, "ben") as ben:
        await ana.until(lambda: ana.synced)
        await ben.until(lambda: ben.synced)
        text = ana.paragraph()
        await ana.settled()
        gate = threading.Event()
        bare.before_commits(lambda: gate.wait(10))
        text.insert(0, "first ")
        await asyncio.sleep(0.2)
        pid = bare.sync.engine.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        text.insert(6, "second")
        await asyncio.sleep(1)
        assert "first" not in ben.text()
        gate.set()
        await ana.settled()
        assert not ana.refused
        await ben.until(lambda: "first second" in ben.text())


async def test_the_last_one_out_loses_nothing(bare: Bare) -> None:
    """Two hundred keystrokes and the tab is closed: all that was sent is stored."""
    document = await bare.document()
    async with bare.client(document, "ana") as ana:
        await ana.until(lambda: ana.synced)
        text = ana.paragraph()
        for index in range(200):
            text.insert(len(str(text)), f"{index} ")
        await ana.until(lambda: ana.sent >= 201)
    async with bare.sync.rooms.use(document) as room:
        await room.quiet()
    assert await read(bare, document) == [str(index) for index in range(200)]


async def test_a_new_server_on_the_same_data_has_every_word(settings: Settings) -> None:
    async with Bare(settings) as bare:
        document = await bare.document()
        async with bare.client(document, "ana") as ana:
            await ana.until(lambda: ana.synced)
            await type_on(ana, "w", 50, pause=0)
            await ana.settled()
            seq = ana.seq
    again = Bare(settings)
    again.guide_id = bare.guide_id + "x"
    await again.sync.start()
    try:
        async with again.sync.rooms.use(document) as room:
            assert room.seq == seq
            tree: dict[str, Any] = await room.ask("tree")
            assert tree["content"][1]["content"][0]["text"].split() == [f"w{i}" for i in range(50)]
    finally:
        await again.sync.stop()
        await again.database.close()


async def test_a_writer_that_stumbles_tells_who_waits_and_goes_on(
    bare: Bare, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where nothing was expected to go wrong."""
    document = await bare.document()
    async with bare.client(document, "ana") as ana, bare.client(document, "ben") as ben:
        await ana.until(lambda: ana.synced)
        await ben.until(lambda: ben.synced)
        await ana.settled()
        with monkeypatch.context() as broken:
            broken.setattr(bare.sync._log, "_take", [].pop)
            ana.paragraph().insert(0, "unlucky")
            await ana.until(lambda: ana.refused)
        await ana.update(ana.doc.get_update())
        await ana.settled()
        await ben.until(lambda: "unlucky" in ben.text())
