"""What a chapter's words bring about elsewhere: counts, presence, lineages, a clean goodbye."""

from __future__ import annotations

import asyncio

import pytest

from app.kit.config import Settings
from app.sync import grammar, protocol, rooms
from tests.sync.bare import Bare
from tests.sync.clients import Client
from tests.sync.stage import Stage


async def test_the_number_of_words_is_on_the_chapter_within_two_seconds(stage: Stage) -> None:
    async with stage.client(stage.fay) as fay:
        await fay.until(lambda: fay.synced)
        fay.paragraph().insert(0, "four words and 漢字")
        await fay.settled()
        async with asyncio.timeout(2.5):
            while (await stage.fay.yes("GET", "chapters"))["items"][0]["words"] != 5:
                await asyncio.sleep(0.1)


async def test_who_is_in_which_chapter_is_told_to_the_guide(stage: Stage) -> None:
    broadcast = stage.app.state.broadcast
    guide = (await stage.fay.yes("GET", ""))["id"]
    async with broadcast.subscribe(guide) as line:
        async with stage.client(stage.fay) as fay:
            await fay.until(lambda: fay.synced)
            event = await asyncio.wait_for(line.get(), 2)
            assert event.topic == "presence"
            assert stage.sync.presence(guide) == {stage.chapter: [stage.fay.id]}
        event = await asyncio.wait_for(line.get(), 2)
        assert event.topic == "presence"
        assert stage.sync.presence(guide) == {}


async def test_a_client_of_another_lineage_may_not_write_and_is_not_merged(bare: Bare) -> None:
    document = await bare.document()
    address = bare.address(document, "ana", "writer", durable=True)
    old = Client(address + "&epoch=" + "0" * 26)
    await old.open()
    await old.until(lambda: old.hello)
    assert old.hello is not None
    assert old.hello[0] == await bare.sync.epoch(document)
    old.paragraph().insert(0, "from another life")
    await old.until(lambda: old.refused)
    assert old.refused[0][1] == "epoch"
    assert not old.synced
    await old.close()
    same = Client(address + f"&epoch={await bare.sync.epoch(document)}&schema={grammar.VERSION}")
    await same.open()
    await same.until(lambda: same.synced)
    same.paragraph()
    await same.settled()
    assert not same.refused
    await same.close()


async def test_a_browser_that_does_not_know_the_schema_reads_and_does_not_write(
    bare: Bare,
) -> None:
    address = bare.address(await bare.document(), "ana", "writer", durable=True)
    old = Client(f"{address}&schema={grammar.VERSION - 1}")
    await old.open()
    await old.until(lambda: old.synced)
    old.paragraph()
    await old.until(lambda: old.refused)
    assert old.refused[0][1] == "old_schema"
    await old.close()


async def test_a_restart_stores_what_came_in_and_says_come_back(settings: Settings) -> None:
    async with Bare(settings) as bare:
        document = await bare.document()
        async with bare.client(document) as ana:
            await ana.until(lambda: ana.synced)
            text = ana.paragraph()
            for index in range(50):
                text.insert(0, f"{index} ")
            await ana.until(lambda: ana.sent >= 51)
            await bare.sync.drain()
            await ana.until(lambda: ana.closed_with is not None)
            assert ana.closed_with == 1012
            assert ana.acked >= 51


async def test_removing_all_sockets_of_a_person(bare: Bare) -> None:
    document = await bare.document()
    async with (
        bare.client(document, "ana") as one,
        bare.client(document, "ana") as two,
        bare.client(document, "ben") as ben,
    ):
        await bare.sync.close_person(bare.person("ana"))
        for client in (one, two):
            await client.until(lambda client=client: client.closed_with == 4401)
        await ben.raw(protocol.step_1({}))
        await ben.until(lambda: ben.synced)


async def test_words_are_counted_also_when_everybody_has_left(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "WORDS", 60.0)
    async with stage.client(stage.fay) as fay:
        await fay.until(lambda: fay.synced)
        fay.paragraph().insert(0, "three words here")
        await fay.settled()
    monkeypatch.setattr(rooms, "IDLE", 0.0)
    async with asyncio.timeout(5):
        while (await stage.fay.yes("GET", "chapters"))["items"][0]["words"] != 3:
            await asyncio.sleep(0.1)
