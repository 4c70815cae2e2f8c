"""A chapter that is closed for changes takes nothing from anybody, and goes on when it is opened."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

from app.kit.config import Settings
from app.sync import protocol
from tests.sync.bare import Bare
from tests.sync.clients import Client
from tests.sync.stage import Stage, cookie

RETRY = 5000


def refusals(client: Client) -> set[tuple[str, int]]:
    """The codes a client was refused with, each with when to try again in milliseconds."""
    found: set[tuple[str, int]] = set()
    for frame in client.frames:
        if frame[0] == protocol.NACK:
            _, at = protocol.read_uint(frame, 1)
            code, at = protocol.read_bytes(frame, at)
            found.add((code.decode(), protocol.read_uint(frame, at)[0]))
    return found


async def close(stage: Stage) -> None:
    await stage.fay.yes("PUT", f"chapters/{stage.chapter}/freeze")


async def reopen(stage: Stage) -> None:
    await stage.fay.yes("DELETE", f"chapters/{stage.chapter}/freeze")


async def test_from_the_answer_on_nobody_writes_and_everybody_sees_everybody(stage: Stage) -> None:
    ben = await stage.join("writer", "Ben")
    async with stage.client(stage.fay) as one, stage.client(ben) as two:
        await one.until(lambda: one.synced)
        await two.until(lambda: two.synced)
        words, own = one.paragraph(), two.paragraph()
        words.insert(0, "before")
        await one.settled()
        await two.settled()
        stored = one.doc.get_update()
        await close(stage)
        own.insert(0, "too late")
        words.insert(6, " me too")
        for client in (one, two):
            await client.until(lambda c=client: c.refused)
            assert refusals(client) == {("frozen", RETRY)}, "the facilitator neither"
        # What holds nothing new is no writing, and carets move on.
        refused = len(two.refused)
        two.auto = False
        await two.raw(protocol.update(stored))
        await two.settled()
        assert len(two.refused) == refused
        await two.raw(protocol.awareness([(two.doc.client_id, 1, b'{"cursor":{"anchor":1}}')]))
        await one.until(lambda: two.doc.client_id in one.states)
        assert json.loads(one.states[two.doc.client_id][1])["user"]["name"] == "Ben"
        assert one.closed_with is two.closed_with is None
    async with stage.client(ben) as late:
        await late.until(lambda: "before" in late.text())
        assert "too late" not in late.text()
        assert "me too" not in late.text()


async def test_what_was_refused_fits_when_it_is_opened_and_is_there_once(stage: Stage) -> None:
    ben = await stage.join("writer", "Ben")
    async with stage.client(stage.fay) as one, stage.client(ben) as two:
        await two.until(lambda: two.synced)
        await one.until(lambda: one.synced)
        own = two.paragraph()
        await two.settled()
        await close(stage)
        own.insert(0, "typed in the blink")
        await two.until(lambda: two.refused)
        await two.update(two.doc.get_update())
        await two.until(lambda: len(two.refused) == 2)
        await reopen(stage)
        # The server asks for it by itself.
        await one.until(lambda: "typed in the blink" in one.text())
        own.insert(0, "was ")
        await two.settled()
        assert len(two.refused) == 2
        await one.until(lambda: "was typed in the blink" in one.text())
        assert one.text().count("blink") == 1


async def test_a_standard_client_is_told_and_closed_and_asked_when_it_is_opened(
    stage: Stage,
) -> None:
    ben = await stage.join("writer", "Ben")
    async with stage.client(ben, durable=False) as two:
        await two.until(lambda: two.synced)
        await close(stage)
        two.paragraph().insert(0, "too late")
        await two.until(lambda: two.closed_with is not None)
        assert two.denied[0] == "the chapter is closed for changes"
        assert two.closed_with == 1013
        async with stage.client(ben, durable=False, doc=two.doc) as again:
            await again.until(lambda: again.synced)
            # It may read on: what it has is not asked for.
            assert again.sent == 0
            await reopen(stage)
            async with stage.client(stage.fay) as one:
                await one.until(lambda: one.text().count("too late") == 1)
            assert again.closed_with is None


async def test_a_reader_of_a_closed_chapter_is_told_of_the_role(bare: Bare) -> None:
    document = await bare.document()
    bare.frozen.add(document)
    async with bare.client(document, "rea", "reader") as rea:
        await rea.until(lambda: rea.synced)
        rea.paragraph()
        await rea.until(lambda: rea.refused)
        assert refusals(rea) == {("read_only", 0)}


async def test_it_is_closed_after_a_restart_too(settings: Settings) -> None:
    async with Stage(settings) as first:
        await first.begin()
        await close(first)
        ours, document = cookie(first.fay), first.document
    async with Stage(settings) as second:
        again = Client(second.address(document, "?durable=1"), ours)
        await again.open()
        await again.until(lambda: again.synced)
        again.paragraph()
        await again.until(lambda: again.refused)
        assert refusals(again) == {("frozen", RETRY)}
        await again.close()


async def test_who_comes_in_at_the_moment_it_is_closed_is_not_forgotten(stage: Stage) -> None:
    gate = stage.sync._gate
    database = gate._database

    @asynccontextmanager
    async def read() -> AsyncGenerator[Any]:
        """Looks before the chapter is closed, and goes on after it was."""
        async with database.read() as session:
            yield session
        gate._database = database
        await close(stage)

    gate._database = cast(Any, SimpleNamespace(read=read, write=database.write))
    async with stage.client(stage.fay) as one:
        await one.until(lambda: one.synced)
        before = one.sent
        one.paragraph()
        await one.until(lambda: one.refused or one.acked > before)
        assert {code for _, code in one.refused} == {"frozen"}
