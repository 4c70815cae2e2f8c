"""Words that somebody takes away without having seen them are kept for the one who wrote them."""

from __future__ import annotations

from typing import Any

import pytest
from pycrdt import Doc, XmlElement, XmlFragment, XmlText
from sqlalchemy import select

from app.sync.held import Held
from app.sync.models import RescuedWords
from tests.sync.bare import Bare
from tests.sync.stage import Stage


class Tab:
    """A Yjs document of its own beside the server's."""

    def __init__(self, state: bytes = b"") -> None:
        self.doc: Doc[Any] = Doc()
        self.content = self.doc.get("content", type=XmlFragment)
        if state:
            self.doc.apply_update(state)
        self._since = self.doc.get_state()

    def paragraph(self, words: str, into: Any = None) -> XmlText:
        element = XmlElement("paragraph")
        (self.content if into is None else into).children.append(element)
        text = XmlText()
        element.children.append(text)
        text.insert(0, words)
        return text

    def text(self, at: int = 0) -> XmlText:
        found: Any = self.content.children[at]
        while not isinstance(found, XmlText):
            found = found.children[0]
        return found

    def news(self) -> bytes:
        """What was done since the last time."""
        update = self.doc.get_update(self._since)
        self._since = self.doc.get_state()
        return update


@pytest.fixture
def held() -> Held:
    """The server's document: two paragraphs, and one in a quote."""
    made = Held()
    ana = Tab()
    ana.paragraph("First.")
    ana.paragraph("Second.")
    quote = XmlElement("blockquote")
    ana.content.children.append(quote)
    ana.paragraph("Quoted.", quote)
    made.apply(ana.news(), write=True)
    return made


def take(held: Held, update: bytes) -> list[str]:
    held.apply(update, write=True)
    return [words for _, words in held.unseen]


def tabs(held: Held, count: int = 2) -> list[Tab]:
    return [Tab(held.diff(b"\0")) for _ in range(count)]


def test_what_is_written_into_something_that_is_gone_is_found(held: Held) -> None:
    ana, ben = tabs(held)
    ana.text(0).insert(0, "Offline 😀 ")
    ana.text(2).insert(0, "Deep ")
    del ben.content.children[0]
    del ben.content.children[1]
    assert take(held, ben.news()) == []
    assert sorted(take(held, ana.news())) == ["Deep ", "Offline 😀 "]


def test_what_is_taken_away_unseen_is_found(held: Held) -> None:
    ana, ben = tabs(held)
    ana.text(0).insert(6, " More.")
    ana.text(0).insert(0, "And ")
    ana.text(2).insert(0, "Deep ")
    assert take(held, ana.news()) == []
    del ben.content.children[0:3]
    assert sorted(take(held, ben.news())) == [" More.\nAnd ", "Deep "]


def test_what_was_seen_may_be_deleted(held: Held) -> None:
    ana, ben = tabs(held)
    ana.text(0).insert(0, "Seen. ")
    update = ana.news()
    take(held, update)
    ben.doc.apply_update(update)
    ben.news()
    del ben.content.children[0]
    assert take(held, ben.news()) == []
    # Also twice, and by somebody who deletes what is around it later.
    assert take(held, ben.doc.get_update()) == []


def test_ones_own_deletions_and_a_move_lose_nothing(held: Held) -> None:
    [ana] = tabs(held, 1)
    ana.paragraph("Pasted and undone.")
    del ana.content.children[3]
    assert take(held, ana.news()) == []
    ana.text(0).insert(0, "Moved. ")
    del ana.content.children[0]
    ana.paragraph("Moved. First.")
    assert take(held, ana.news()) == []


def test_a_letter_is_not_given_back_and_nothing_is_found_twice(held: Held) -> None:
    ana, ben, cem = tabs(held, 3)
    ana.text(0).insert(0, "x")
    ana.text(2).insert(0, "twice? ")
    take(held, ana.news())
    # Ben deletes the paragraph in the quote, Cem the quote around it.
    quote: Any = ben.content.children[2]
    del quote.children[0]
    del ben.content.children[0]
    assert take(held, ben.news()) == ["twice? "]
    del cem.content.children[0:3]
    assert take(held, cem.news()) == []


def test_words_are_found_after_the_document_was_loaded_again(held: Held) -> None:
    ana, ben, cem = tabs(held, 3)
    ana.text(0).insert(0, "Offline. ")
    del ben.content.children[0]
    take(held, ben.news())
    cem.text(1).insert(0, "Unseen. ")
    take(held, cem.news())
    again = Held()
    again.load([held.snapshot()[0]], lambda _: None, frozenset())
    assert take(again, ana.news()) == ["Offline. "]
    del ben.content.children[0]
    assert take(again, ben.news()) == ["Unseen. "]


async def test_they_are_stored_with_the_update_for_the_one_who_wrote_them(bare: Bare) -> None:
    document = await bare.document()
    async with bare.client(document, "ana") as ana, bare.client(document, "ben") as ben:
        await ana.until(lambda: ana.synced)
        await ben.until(lambda: ben.synced)
        text = ana.paragraph()
        text.insert(0, "Together.")
        await ben.until(lambda: "Together." in ben.text())
        await ben.close()
        ben.auto = False
        ana.paragraph().insert(0, "Kept.")
        text.insert(9, " By Ana.")
        await ana.settled()
        del ben.fragment.children[0:2]
        await ben.open()
        await ana.until(lambda: "Together." not in ana.text())
        assert "Kept." in ana.text()
    async with bare.database.read() as session:
        rows = (await session.scalars(select(RescuedWords))).all()
    assert [(row.person_id, row.text, row.document_id) for row in rows] == [
        (bare.person("ana"), " By Ana.", document)
    ]


async def test_the_person_is_told_and_gives_them_up(stage: Stage) -> None:
    ben = await stage.join("writer", "Ben")
    async with stage.client(stage.fay) as fay, stage.client(ben) as other:
        await fay.until(lambda: fay.synced)
        text = fay.paragraph()
        await fay.settled()
        offline = Tab(fay.doc.get_update())
        text.insert(0, "Written meanwhile.")
        await fay.settled()
        del offline.content.children[1]
        async with (
            stage.sync.rooms.use(stage.document) as room,
            stage.app.state.broadcast.subscribe(room.guide_id) as line,
        ):
            await other.update(offline.news())
            await other.settled()
            heard = [line.get_nowait() for _ in range(line.qsize())]
        assert [event.to for event in heard if event and event.topic == "kept"] == [stage.fay.id]
    [kept] = (await stage.fay.yes("GET", "rescued-words"))["items"]
    assert (kept["text"], kept["chapter_id"]) == ("Written meanwhile.", stage.chapter)
    assert (await ben.yes("GET", "rescued-words"))["items"] == []
    await ben.no(404, "DELETE", f"rescued-words/{kept['id']}")
    await stage.fay.yes("DELETE", f"rescued-words/{kept['id']}")
    assert (await stage.fay.yes("GET", "rescued-words"))["items"] == []
