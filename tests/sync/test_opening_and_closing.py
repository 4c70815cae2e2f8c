"""The life of a room: a load that fails is an error, closing loses nothing, snapshots are proved."""

from __future__ import annotations

import asyncio
import gc
import weakref
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from websockets.exceptions import InvalidStatus

from app.kit import garbage
from app.kit.errors import Unavailable
from app.sync import history, rooms, stored
from app.sync.models import Document, QuarantinedUpdate, Snapshot, Update
from app.sync.supervisor import EngineDied
from tests.conftest import HeldClock
from tests.sync.bare import Bare
from tests.sync.clients import Client


async def write_words(bare: Bare, document: str, count: int = 30) -> None:
    async with bare.client(document) as ana:
        await ana.until(lambda: ana.synced)
        text = ana.paragraph()
        for index in range(count):
            text.insert(len(str(text)), f"{index} ")
        await ana.settled()


async def close(bare: Bare, document: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the room close for lack of people."""
    with monkeypatch.context() as patched:
        patched.setattr(rooms, "IDLE", 0.0)
        async with asyncio.timeout(10):
            while document in bare.sync.rooms._entries:
                await asyncio.sleep(0.05)


async def test_a_changed_log_is_an_error_and_never_an_empty_chapter(
    bare: Bare, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = await bare.document()
    await write_words(bare, document)
    await close(bare, document, monkeypatch)
    async with bare.database.write() as session:
        await session.execute(
            update(Update)
            .where(Update.document_id == document, Update.seq == 5)
            .values(bytes=b"\x00\x00")
        )
    with pytest.raises(InvalidStatus) as refused:
        await Client(bare.address(document, "ana", "writer", durable=True)).open()
    assert refused.value.response.status_code == 503
    with pytest.raises(Unavailable):
        await bare.sync.read_tree(document)


async def test_everybody_gets_into_a_chapter_that_nobody_has_opened_before(bare: Bare) -> None:
    document = await bare.chapter()

    async def begin() -> Document:
        async with bare.database.write() as session:
            return await stored.begin(session, document)

    begun = await asyncio.gather(*(begin() for _ in range(12)))
    assert len({one.epoch for one in begun}) == 1
    async with bare.database.read() as session:
        rows = await session.scalar(
            select(func.count()).select_from(Update).where(Update.document_id == document)
        )
    assert rows == 1


async def test_a_missing_row_is_an_error_too(bare: Bare, monkeypatch: pytest.MonkeyPatch) -> None:
    document = await bare.document()
    await write_words(bare, document)
    await close(bare, document, monkeypatch)
    async with bare.database.write() as session:
        await session.execute(
            Update.__table__.delete().where(  # type: ignore[attr-defined]
                Update.document_id == document, Update.seq == 31
            )
        )
    with pytest.raises(Unavailable):
        await bare.sync.read_tree(document)


async def test_closing_and_opening_again_loses_nothing_and_keeps_a_snapshot(
    bare: Bare, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = await bare.document()
    await write_words(bare, document, 150)
    before = await bare.sync.read_tree(document)
    await close(bare, document, monkeypatch)
    async with bare.database.read() as session:
        upto = await session.scalar(select(Snapshot.upto).where(Snapshot.document_id == document))
    assert upto == await bare.rows(document)
    assert await bare.sync.read_tree(document) == before


async def test_joining_while_a_room_closes_waits_and_loses_nothing(
    bare: Bare, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = await bare.document()
    await write_words(bare, document, 3)
    ask = bare.sync.engine.ask

    async def slow_to_drop(verb: str, *rest: object) -> object:
        if verb == "drop":
            await asyncio.sleep(0.4)
        return await ask(verb, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(bare.sync.engine, "ask", slow_to_drop)
    entries = bare.sync.rooms._entries
    with monkeypatch.context() as patched:
        patched.setattr(rooms, "IDLE", 0.0)
        async with asyncio.timeout(10):
            while not entries[document].closing:
                await asyncio.sleep(0.02)
    async with bare.client(document) as ana:
        await ana.until(lambda: ana.synced)
        assert ana.text().split() == ["0", "1", "2"]
        assert not entries[document].closing
        ana.paragraph().insert(0, "back")
        await ana.settled()
        async with bare.client(document, "ben") as ben:
            await ben.until(lambda: "back" in ben.text())


async def test_a_damaged_snapshot_is_not_used(bare: Bare, monkeypatch: pytest.MonkeyPatch) -> None:
    document = await bare.document()
    await write_words(bare, document, 150)
    before = await bare.sync.read_tree(document)
    await close(bare, document, monkeypatch)
    async with bare.database.write() as session:
        await session.execute(
            update(Snapshot).where(Snapshot.document_id == document).values(bytes=b"\x00\x00")
        )
    assert await bare.sync.read_tree(document) == before


async def test_who_gives_up_at_the_moment_a_room_opens_takes_it_from_nobody(bare: Bare) -> None:
    document = await bare.document()
    waiting = asyncio.create_task(bare.sync.rooms._enter(document))
    staying = asyncio.create_task(bare.sync.rooms._enter(document))
    await asyncio.sleep(0)
    entry = bare.sync.rooms._entries[document]
    entry.opening.add_done_callback(lambda _: waiting.cancel())
    assert await staying is entry
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert bare.sync.rooms._entries[document] is entry
    assert entry.users == 1
    entry.users = 0


async def test_an_older_snapshot_stands_in_for_a_damaged_one(
    bare: Bare, held_clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = await bare.document()
    for _ in range(3):
        await write_words(bare, document, 150)
        await close(bare, document, monkeypatch)
        held_clock.forward(timedelta(days=31))
    before = await bare.sync.read_tree(document)
    assert await bare.rows(document) < 320, "no row was deleted"
    async with bare.database.write() as session:
        newest = select(func.max(Snapshot.upto)).where(Snapshot.document_id == document)
        await session.execute(
            update(Snapshot)
            .where(Snapshot.document_id == document, Snapshot.upto == await session.scalar(newest))
            .values(bytes=b"\x00\x00")
        )
    await close(bare, document, monkeypatch)
    assert await bare.sync.read_tree(document) == before


async def test_no_row_is_deleted_for_a_damaged_snapshot(
    bare: Bare, held_clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = await bare.document()
    await write_words(bare, document, 150)
    before = await bare.sync.read_tree(document)
    rows = await bare.rows(document)
    await close(bare, document, monkeypatch)
    async with bare.database.write() as session:
        await session.execute(
            update(Snapshot).where(Snapshot.document_id == document).values(bytes=b"\x00\x00")
        )
    held_clock.forward(timedelta(days=31))
    await write_words(bare, document, 150)
    await close(bare, document, monkeypatch)
    async with bare.database.read() as session:
        assert await session.scalar(select(func.min(Update.seq))) == 1
    assert await history.trees(bare.database, document, [rows]) == [before]


async def test_a_snapshot_that_lacks_what_it_promised_is_not_used(
    bare: Bare, monkeypatch: pytest.MonkeyPatch
) -> None:
    import hashlib

    from app.sync.stored import SEED

    document = await bare.document()
    await write_words(bare, document, 150)
    before = await bare.sync.read_tree(document)
    await close(bare, document, monkeypatch)
    async with bare.database.write() as session:
        await session.execute(
            update(Snapshot)
            .where(Snapshot.document_id == document)
            .values(bytes=SEED, digest=hashlib.sha256(SEED).digest())
        )
    assert await bare.sync.read_tree(document) == before


async def test_only_what_a_snapshot_covers_and_is_a_month_old_is_deleted(
    bare: Bare, held_clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = await bare.document()
    await write_words(bare, document, 150)
    await close(bare, document, monkeypatch)
    held_clock.forward(timedelta(days=29))
    await write_words(bare, document, 150)
    await close(bare, document, monkeypatch)
    rows = await bare.rows(document)
    assert rows > 300
    held_clock.forward(timedelta(days=2))
    await write_words(bare, document, 150)
    before = await bare.sync.read_tree(document)
    await close(bare, document, monkeypatch)
    async with bare.database.read() as session:
        oldest = await session.scalar(
            select(func.min(Update.seq)).where(Update.document_id == document)
        )
    assert oldest is not None
    assert 150 < oldest <= 155
    assert await bare.sync.read_tree(document) == before
    # The chain goes on from the snapshot: the next words can be stored and read.
    await write_words(bare, document, 1)
    assert len((await bare.sync.read_tree(document)).content) == len(before.content) + 1


class Deadly:
    """An engine that dies when it is shown certain bytes, as pycrdt can."""

    def __init__(self, bare: Bare, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bytes: bytes | None = None
        self.deaths = 0
        self._ask = bare.sync.engine.ask
        monkeypatch.setattr(bare.sync.engine, "ask", self.ask)

    async def ask(self, verb: str, *rest: object) -> object:
        shown = rest[1] if verb in ("apply", "load") else []
        skip = rest[2] if verb == "load" else []
        assert isinstance(shown, list)
        assert isinstance(skip, list)
        found = [
            index
            for index, one in enumerate(shown)
            if (one[0] if verb == "apply" else one) == self.bytes and index not in skip
        ]
        if found:
            self.deaths += 1
            await self._ask("drop", rest[0])  # type: ignore[arg-type]
            raise EngineDied(found[0])
        return await self._ask(verb, *rest)  # type: ignore[arg-type]


async def test_an_update_that_ends_the_engine_is_kept_apart_and_its_sender_told(
    bare: Bare, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadly = Deadly(bare, monkeypatch)
    document = await bare.document()
    async with bare.client(document, "ana") as ana, bare.client(document, "eve") as eve:
        await ana.until(lambda: ana.synced)
        await eve.until(lambda: eve.synced)
        await eve.settled()
        eve.auto = False
        eve.paragraph().insert(0, "poison")
        before = eve.doc.get_state()
        deadly.bytes = eve.doc.get_update(b"\x01\x01\x01")
        await eve.update(deadly.bytes)
        ana.paragraph().insert(0, "honest")
        await eve.until(lambda: eve.refused)
        assert eve.refused[0][1] == "invalid"
        await ana.settled()
        assert not ana.refused
        assert eve.closed_with is None
        await eve.until(lambda: "honest" in eve.text())
        assert before
    assert deadly.deaths == 2, "tried once more, alone, before it is believed"
    async with bare.database.read() as session:
        kept = await session.scalar(select(QuarantinedUpdate.bytes))
    assert kept == deadly.bytes


async def test_a_row_that_ends_the_engine_is_left_out_if_the_rest_fits_without_it(
    bare: Bare, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadly = Deadly(bare, monkeypatch)
    document = await bare.document()
    await write_words(bare, document, 3)
    async with bare.client(document, "eve") as eve:
        await eve.until(lambda: eve.synced)
        eve.paragraph().insert(0, "last")
        await eve.settled()
    await close(bare, document, monkeypatch)
    async with bare.database.read() as session:
        deadly.bytes = await session.scalar(
            select(Update.bytes)
            .where(Update.document_id == document)
            .order_by(Update.seq.desc())
            .limit(1)
        )
    tree = await bare.sync.read_tree(document)
    assert len(tree.content) == 3
    assert await bare.rows(document) > 3
    async with bare.database.read() as session:
        row = await session.scalar(select(Document).where(Document.id == document))
    assert row is not None
    assert row.quarantined_at is None


async def test_a_document_that_does_not_fit_without_the_row_is_closed_until_looked_at(
    bare: Bare, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadly = Deadly(bare, monkeypatch)
    document = await bare.document()
    await write_words(bare, document, 5)
    await close(bare, document, monkeypatch)
    async with bare.database.read() as session:
        deadly.bytes = await session.scalar(
            select(Update.bytes).where(Update.document_id == document, Update.seq == 3)
        )
    with pytest.raises(Unavailable):
        await bare.sync.read_tree(document)
    async with bare.database.read() as session:
        row = await session.scalar(select(Document).where(Document.id == document))
    assert row is not None
    assert row.quarantined_at is not None
    assert await bare.rows(document) > 5, "nothing is deleted"


async def test_a_tower_built_one_storey_per_update_stops_at_sixty_four(bare: Bare) -> None:
    from pycrdt import XmlElement

    async with bare.client(await bare.document()) as eve:
        await eve.until(lambda: eve.synced)
        inside = XmlElement("blockquote")
        eve.fragment.children.append(inside)
        for _ in range(70):
            deeper = XmlElement("blockquote")
            inside.children.append(deeper)
            inside = deeper
        await eve.until(lambda: eve.refused)
        assert eve.refused[0][1] == "invalid"
        await eve.settled()
        assert {code for _, code in eve.refused} == {"invalid", "resync"}
        tree = await bare.sync.read_tree(eve.address.split("/")[-1][:26])
        node, depth = tree.content[1], 1
        while node.content:  # type: ignore[union-attr]
            node, depth = node.content[0], depth + 1  # type: ignore[union-attr]
        assert depth == 64


async def test_what_closed_rooms_and_sockets_held_is_given_back(
    bare: Bare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "_MUCH", 1)
    monkeypatch.setattr(garbage, "_RARELY", 0)
    document = await bare.document()
    async with bare.client(document) as ana:
        await ana.until(lambda: ana.synced)
        room = weakref.ref(bare.sync.rooms._entries[document].room)
        [socket] = (
            weakref.ref(member.task) for member in bare.sync.endpoint.members if member.task
        )
        # Python's own collector would do it at some moment, which is the one thing not wanted.
        gc.disable()
    try:
        async with asyncio.timeout(10):
            while socket() is not None:
                await asyncio.sleep(0.05)
            assert room() is not None
            await close(bare, document, monkeypatch)
            while room() is not None:
                await asyncio.sleep(0.05)
    finally:
        gc.enable()
