"""Where sync servers usually fail, each with the test that shows that this one does not.

The table is docs/explanation/durability.md's last part; here are the ones without another place.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from app.kit import clock
from app.kit.config import Settings
from app.sync import protocol
from app.sync.engine import Engine
from app.sync.held import Held
from app.sync.models import Document
from app.sync.scan import scan
from app.sync.structs import STORED
from tests.sync.bare import Bare
from tests.sync.stage import Stage, cookie


async def test_no_jump_of_the_wall_clock_orders_or_loses_anything(settings: Settings) -> None:
    """It goes back a year with every look at it; the chapter is loaded again under a third time."""
    years = itertools.count()

    def backwards() -> datetime:
        return datetime(2026, 6, 1, tzinfo=UTC) - timedelta(days=365 * (next(years) % 900))

    with clock.held(backwards):
        async with Bare(settings) as bare:
            document = await bare.document()
            async with bare.client(document, "ana") as ana:
                await ana.until(lambda: ana.synced)
                text = ana.paragraph()
                for index in range(40):
                    text.insert(len(str(text)), f"{index} ")
                    await ana.settled()
                    if index == 10:
                        async with bare.sync.rooms.use(document) as room:
                            await bare.sync.rooms._snapshot(room)
                text.insert(len(str(text)), "last")
                await ana.settled()
                async with bare.client(document, "ben") as ben:
                    await ben.until(lambda: ben.text() == ana.text())
            words = ana.text().split()
    async with Bare(settings.model_copy()) as again, again.sync.rooms.use(document) as room:
        tree = await room.ask("tree")
    assert tree["content"][1]["content"][0]["text"].split() == words
    assert words == [*(str(index) for index in range(40)), "last"]


async def test_no_frame_to_a_client_skips_anything(bare: Bare) -> None:
    """Whatever order updates come in, with some missing: what goes out reads without a gap."""
    document = await bare.document()
    dice = random.Random(5)
    async with bare.client(document, "ana") as ana, bare.client(document, "ben") as ben:
        await ana.until(lambda: ana.synced)
        await ben.until(lambda: ben.synced)
        text = ana.paragraph()
        await ana.settled()
        ana.auto = False
        updates: list[bytes] = []
        for index in range(30):
            before = ana.doc.get_state()
            text.insert(0, f"{index} ")
            updates.append(ana.doc.get_update(before))
        dice.shuffle(updates)
        for data in updates[:20]:
            await ana.update(data)
        await ana.update(ana.doc.get_update())
        await ana.settled()
        await ben.until(lambda: ben.text() == ana.text())
        for frame in [*ana.frames, *ben.frames]:
            if frame[:2] in (b"\0\1", b"\0\2"):
                scan(protocol.read(frame).body, STORED)


def test_a_panic_of_the_library_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """pycrdt's panics are no Exception; the document is dropped, the engine answers on."""

    class PanicException(BaseException):
        pass

    def panic(_held: Held) -> int:
        raise PanicException("called `Option::unwrap()` on a `None` value")

    engine = Engine(lambda _number, _index: None, frozenset())
    engine.answer((1, "load", "d", [], []))
    with monkeypatch.context() as patched:
        patched.setattr(Held, "words", panic)
        number, good, (code, _) = engine.answer((2, "words", "d"))
    assert (number, good, code) == (2, False, "broken")
    assert engine.answer((3, "words", "d")) == (3, False, ("not_open", "d"))
    engine.answer((4, "load", "d", [], []))
    assert engine.answer((5, "words", "d")) == (5, True, 0)


def test_the_process_with_the_sockets_never_loads_the_library() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, app.main; print('pycrdt' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "../../api/health",
        "%2F",
        "..%2f..%2fetc",
        "a?durable=1",
        "a" * 5000,
        "%00",
        "%F0%9F%92%A9",
        "a b",
        "01h00000000000000000000000",
    ],
)
async def test_no_name_of_a_document_opens_anything_but_a_chapter(stage: Stage, name: str) -> None:
    base = stage.settings.base.replace("http", "ws", 1)
    before = await documents(stage)
    with pytest.raises((InvalidHandshake, ConnectionClosed, OSError)):
        async with connect(
            f"{base}/api/sync/{name}", additional_headers={"Cookie": cookie(stage.fay)}
        ) as socket:
            await asyncio.wait_for(socket.recv(), 5)
    assert await documents(stage) == before


async def documents(stage: Stage) -> int:
    async with stage.app.state.database.read() as session:
        return await session.scalar(select(func.count()).select_from(Document)) or 0


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"", 1007),
        (b"\xff", 1007),
        (protocol.update(b"\xff\xff"), 4400),
        (b"\0" * ((1 << 20) + 1), 1009),
    ],
)
async def test_a_code_reaches_a_standard_client_as_it_was_meant(
    stage: Stage, frame: bytes, code: int
) -> None:
    """Never 1006, which says nothing: a client would try again for ever."""
    async with stage.client(stage.fay, durable=False) as fay:
        await fay.until(lambda: fay.synced)
        await fay.raw(frame)
        await fay.until(lambda: fay.closed_with is not None)
        assert fay.closed_with == code
