"""Stored updates are trusted when a chapter is opened: what is wrong with them is found all the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from pycrdt import Doc, XmlElement, XmlFragment, XmlText
from sqlalchemy import select

from app.kit.errors import Unavailable
from app.sync import protocol
from app.sync.engine import Engine
from app.sync.models import Document, Snapshot, Update
from app.sync.stored import SEED
from app.sync.supervisor import EngineDied
from tests.sync.bare import Bare
from tests.sync.test_opening_and_closing import close, write_words

CLIENT_ID = 77


def typed(letters: int) -> Iterator[bytes]:
    """A log: the seed, a text, and one letter after the other; some are taken out again."""
    yield SEED
    doc: Doc[Any] = Doc(client_id=CLIENT_ID, skip_gc=True)
    doc.apply_update(SEED)
    updates: list[bytes] = []
    doc.observe(lambda event: updates.append(event.update))
    fragment = doc.get("content", type=XmlFragment)
    text = XmlText()
    fragment.children[0].children.append(text)
    for index in range(letters):
        text.insert(index // 2, "x")
        if index % 7 == 6:
            del text[0:1]
    yield from updates


LOG = list(typed(600))


class Marked:
    """An engine in this process, and what it marked."""

    def __init__(self) -> None:
        self.marks: list[int] = []
        self._engine = Engine(lambda _, index: self.marks.append(index), frozenset())
        self.prove_one = self._engine.prove_one

    def ask(self, verb: str, *rest: Any) -> Any:
        _, good, value = self._engine.answer((1, verb, "d", *rest))
        return value if good else value[0]


def snapshot_of(build: Any) -> bytes:
    """A state that no server would have let in."""
    doc: Doc[Any] = Doc(client_id=CLIENT_ID, skip_gc=True)
    doc.apply_update(SEED)
    build(doc.get("content", type=XmlFragment))
    return doc.get_update()


UNFIT = snapshot_of(lambda fragment: fragment.children.append(XmlElement("script")))


def test_many_rows_at_once_give_what_one_by_one_they_give() -> None:
    quick, careful = Marked(), Marked()
    clocks = quick.ask("load", LOG, [])
    assert clocks == careful.ask("load", LOG, [], False, True)
    assert clocks[CLIENT_ID] > 600
    assert quick.ask("diff", b"\x00") == careful.ask("diff", b"\x00")
    assert quick.ask("snapshot") == careful.ask("snapshot")
    assert quick.marks[:-2] == [0, *range(len(LOG))], "a death is blamed on the row"


@pytest.mark.parametrize("missing", [0, 1, 255, 256, 300])
def test_a_row_that_is_not_there_is_found_missing(missing: int) -> None:
    rows = [row for index, row in enumerate(LOG) if index != missing]
    assert Marked().ask("load", rows, []) == "unfit"
    assert Marked().ask("load", LOG, [missing]) == "unfit"


def test_a_deletion_of_what_is_not_there_is_found() -> None:
    gone = b"\x00\x01" + protocol.uint(CLIENT_ID) + b"\x01" + protocol.uint(5000) + b"\x01"
    assert Marked().ask("load", [*LOG, gone], []) == "unfit"
    engine = Marked()
    engine.ask("load", LOG, [])
    state, _ = engine.ask("snapshot")
    assert Marked().ask("load", [state, gone], [], True) == "unfit"


def test_a_row_after_a_snapshot_that_leans_on_nothing_is_found() -> None:
    engine = Marked()
    engine.ask("load", LOG[:400], [])
    state, _ = engine.ask("snapshot")
    assert Marked().ask("load", [state, *LOG[400:]], [], True)[CLIENT_ID] > 600
    assert Marked().ask("load", [state, *LOG[401:]], [], True) == "unfit"


def test_rows_that_no_server_would_have_let_in_are_found() -> None:
    assert Marked().ask("load", [UNFIT], []) == "unfit"


def test_a_snapshot_is_read_at_once_and_its_first_writer_finds_that_it_does_not_fit() -> None:
    engine = Marked()
    assert engine.ask("load", [UNFIT], [], True) == {1: 1, CLIENT_ID: 1}
    assert engine.ask("diff", b"\x00") == UNFIT
    assert engine.ask("apply", [(LOG[1], True)]) == "not_open"
    assert engine.ask("diff", b"\x00") == "not_open"
    assert engine.ask("load", [UNFIT], [], True) == "unfit", "once bitten"
    assert engine.ask("load", LOG, [])[CLIENT_ID] > 600
    assert engine.ask("load", LOG[:1], [], True) == {1: 1}
    assert engine.ask("load", [UNFIT], [], True) == {1: 1, CLIENT_ID: 1}, (
        "a good one ends the doubt"
    )


@pytest.mark.parametrize("question", [("snapshot",), ("append", []), ("learn", [LOG[1]])])
def test_whatever_writes_finds_that_a_snapshot_does_not_fit(question: tuple[Any, ...]) -> None:
    engine = Marked()
    engine.ask("load", [UNFIT], [], True)
    assert engine.ask(*question) == "not_open"


def test_a_quiet_moment_finds_it_too() -> None:
    engine = Marked()
    engine.ask("load", LOG[:1], [], True)
    assert engine.prove_one()
    assert not engine.prove_one()
    assert engine.ask("diff", b"\x00") == SEED
    engine.ask("load", [UNFIT], [], True)
    assert engine.prove_one()
    assert engine.ask("diff", b"\x00") == "not_open"
    assert engine.ask("load", [UNFIT], [], True) == "unfit"


async def test_a_chapter_whose_snapshot_does_not_fit_is_read_from_its_log_when_somebody_writes(
    bare: Bare, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = await bare.document()
    await write_words(bare, document, 150)
    await close(bare, document, monkeypatch)
    async with bare.database.write() as session:
        snapshot = await session.scalar(select(Snapshot).where(Snapshot.document_id == document))
        assert snapshot is not None
        doc: Doc[Any] = Doc(skip_gc=True)
        doc.apply_update(snapshot.bytes)
        doc.get("content", type=XmlFragment).children.insert(0, XmlElement("script"))
        snapshot.bytes = doc.get_update()
        snapshot.digest = hashlib.sha256(snapshot.bytes).digest()
    async with bare.client(document) as ana:
        await ana.until(lambda: ana.synced)
        ana.paragraph().insert(0, "more")
        await ana.settled()
        assert not ana.refused
        assert ana.closed_with is None
    tree = await bare.sync.read_tree(document)
    assert "more" in str(tree)
    assert "script" not in str(tree)


async def test_a_chapter_with_a_hole_in_its_log_stays_closed(bare: Bare) -> None:
    """The chain is whole: somebody wrote a log that was wrong from the beginning."""
    document = await bare.document()
    chain = bytes(32)
    async with bare.database.write() as session:
        row = await session.get_one(Document, document)
        first = await session.get_one(Update, (document, 1))
        chain = first.chain
        for seq, data in enumerate(LOG[2:5], 2):
            chain = hashlib.sha256(chain + data).digest()
            session.add(
                Update(
                    document_id=document,
                    seq=seq,
                    epoch=row.epoch,
                    at=row.created_at,
                    bytes=data,
                    chain=chain,
                )
            )
        row.seq, row.chain = 4, chain
    with pytest.raises(Unavailable):
        await bare.sync.read_tree(document)


async def test_a_row_that_ends_the_engine_among_many_is_found_by_going_one_by_one(
    bare: Bare, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When it is the end of a transaction that ends it, the first suspicion is wrong."""
    document = await bare.document()
    await write_words(bare, document, 30)
    await close(bare, document, monkeypatch)
    loads: list[bool] = []
    ask = bare.sync.engine.ask

    async def watched(verb: str, *rest: Any) -> Any:
        if verb == "load":
            loads.append(rest[4])
            if len(loads) < 4:
                # What it dies of here is the test; whom it blames is what counts.
                culprit = 12 if rest[4] else 30
                if culprit not in rest[2]:
                    raise EngineDied(culprit)
        return await ask(verb, *rest)

    monkeypatch.setattr(bare.sync.engine, "ask", watched)
    with pytest.raises(Unavailable):
        await bare.sync.read_tree(document)
    assert loads[:3] == [False, True, True], "after the first death row by row"
    async with bare.database.read() as session:
        left_out = await session.scalars(
            select(Update.seq).where(
                Update.document_id == document, Update.quarantined_at.is_not(None)
            )
        )
    assert list(left_out) == [13]
