"""A long chapter costs nobody their place: newcomers share what the engine made once, and it is
packed together beside the people who write."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from app.sync import aside, stored
from app.sync.supervisor import Supervisor
from tests.sync.bare import Bare
from tests.sync.clients import Client

PARAGRAPHS = 12
LETTERS = 60_000


async def _fill(bare: Bare, document: str) -> str:
    """Three quarters of a megabyte of words; the text."""
    async with bare.client(document, "ana") as ana:
        await ana.until(lambda: ana.synced)
        for number in range(PARAGRAPHS):
            ana.paragraph().insert(0, f"{number} " + "word " * (LETTERS // 5))
            await ana.settled()
        return ana.text()


def _questions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the engine is asked from now on."""
    asked: list[str] = []
    ask = Supervisor.ask

    async def noted(self: Supervisor, verb: str, *rest: Any) -> Any:
        asked.append(verb)
        return await ask(self, verb, *rest)

    monkeypatch.setattr(Supervisor, "ask", noted)
    return asked


async def test_newcomers_share_one_answer_and_get_what_was_typed_since(
    bare: Bare, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = await bare.document()
    await _fill(bare, document)
    asked = _questions(monkeypatch)
    async with AsyncExitStack() as stack:
        ben = await stack.enter_async_context(bare.client(document, "ben"))
        await ben.until(lambda: ben.synced)
        own = ben.paragraph()
        crowd = []
        for number in range(12):
            own.insert(0, f"{number} ")
            await ben.settled()
            crowd.append(await stack.enter_async_context(bare.client(document, "eve", "reader")))
        own.insert(0, "and on ")
        for one in crowd:
            await one.until(lambda one=one: one.text() == ben.text())
    assert asked.count("diff") == 1


async def test_a_state_is_not_handed_out_when_much_has_come_since(
    bare: Bare, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = await bare.document()
    await _fill(bare, document)
    asked = _questions(monkeypatch)
    async with bare.client(document, "ben") as ben:
        await ben.until(lambda: ben.synced)
        ben.paragraph().insert(0, "x" * 100_000)
        await ben.settled()
        async with bare.client(document, "eve", "reader") as eve:
            await eve.until(lambda: eve.text() == ben.text())
    assert asked.count("diff") == 2


async def test_a_long_chapter_is_packed_together_from_the_log_beside_the_writers(
    bare: Bare, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = await bare.document()
    before = await _fill(bare, document)
    asked = _questions(monkeypatch)
    beside: list[str] = []
    ask = aside.ask

    async def noted(verb: str, *rest: Any) -> Any:
        beside.append(verb)
        return await ask(verb, *rest)

    monkeypatch.setattr(aside, "ask", noted)
    async with bare.client(document, "ben") as ben:
        await ben.until(lambda: ben.synced)
        [room] = bare.sync.rooms.open_rooms()
        packing = asyncio.create_task(bare.sync.rooms._snapshot(room))
        own = ben.paragraph()
        while not packing.done():
            own.insert(0, "meanwhile ")
            await ben.settled()
        await packing
        assert beside == ["whole"]
        assert "snapshot" not in asked
        text = ben.text()
    found = await stored.read(bare.database, document)
    assert found is not None
    assert found.snapshot is not None
    reader = Client("")
    for data in found.updates:
        reader.doc.apply_update(data)
    assert reader.text() == text
    assert text.startswith(before)
