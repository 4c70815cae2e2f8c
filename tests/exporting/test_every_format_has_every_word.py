"""Every word, note, picture and link of the manuscript is in each format, in its order."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from app.exporting import making
from app.exporting.assemble import Assembled, assemble
from app.exporting.book import Book, ChapterText
from app.manuscript.tree import Text, doc
from tests.exporting import inside
from tests.exporting.conftest import MadeBook, make
from tests.exporting.inside import Inside
from tests.manuscript.trees import mark, node, p

FORMATS = ("epub", "docx", "odt", "icml", "markdown")


@pytest.fixture(scope="module")
def book(sample: MadeBook) -> Book:
    """The sample guide, and a chapter of what it does not have."""
    web = mark("link", href="https://example.org/a?b=c&d=e#f")
    post = mark("link", href="mailto:ana@example.org")
    asset = next(iter(sample.book.pictures))
    tree = doc(
        p("Look ", Text("here", (web,)), Text(" and here", (web, mark("bold"))), " or ", Text("write", (post,)),
          node("footnote", Text("See "), Text("there", (web,)), Text("."))),
        p("كل حملة ناجحة بدأت بشخصين يتحدثان."),
        node("figure", Text("A caption"), asset=asset, alt='What "it" shows & more', credit="Photo: Ana <x>"),
        node("figure", asset=asset, decorative=True),
        node("callout", p("In a box."), node("bulletList", node("listItem", p("one"), p("more")), node("listItem", p("two"))), kind="warning"),
        node("blockquote", p("Quoted."), p("— Maria")),
        node("codeBlock", Text("if a < b:\n    go()"), language="python"),
        node("horizontalRule"),
        node("table",
            node("tableRow", node("tableHeader", p("Head")), node("tableHeader", p("Other"))),
            node("tableRow", node("tableCell", p("Cell", node("footnote", Text("In a cell")))), node("tableCell", p("Last")))),
        node("orderedList", node("listItem", p("first")), node("listItem", p("second")), start=7),
        node("heading", Text("To the end"), level=2),
        p(Text("back to the box", (mark("link", href="#to-the-end"),))),
    )  # fmt: skip
    return replace(
        sample.book, chapters=[*sample.book.chapters, ChapterText("more", "What else", tree)]
    )


@pytest.fixture(scope="module")
def files(book: Book, tmp_path_factory: pytest.TempPathFactory) -> making.Result:
    return asyncio.run(make(book, tmp_path_factory.mktemp("all"), *FORMATS))


async def read(files: making.Result, kind: str, folder: Path) -> Inside:
    path = next(made.path for made in files.files if made.format == kind)
    if kind == "markdown":
        return await inside.of_markdown(path, folder)
    return inside.inside(path)


def expected(whole: Assembled) -> Inside:
    found = inside.of_trees([(chapter.title, chapter.tree) for chapter in whole.chapters])
    found.pictures = [whole.book.pictures[asset].name for asset in found.pictures]
    return found


@pytest.mark.parametrize("kind", FORMATS)
async def test_the_sample_guide_is_whole(
    kind: str, files: making.Result, book: Book, tmp_path: Path
) -> None:
    wanted = expected(assemble(book))
    found = await read(files, kind, tmp_path)
    if kind == "markdown":
        # An import names pictures by what is in them.
        found.pictures = [
            next(one.name for one in book.pictures.values() if one.sha256.startswith(asset))
            for asset in found.pictures
        ]
    assert len(wanted.text) > 150
    assert len(wanted.notes) > 3
    assert len(wanted.links) > 1
    assert inside.lost(wanted.text, "\n".join(found.text)) == []
    assert [inside.letters(note) for note in found.notes] == [
        inside.letters(note) for note in wanted.notes
    ]
    assert found.links == wanted.links
    assert found.pictures == wanted.pictures
    assert found.shown == wanted.shown
    assert len(found.inner) == len(wanted.inner) > 2
    if kind != "markdown":
        assert set(found.inner) <= found.anchors, "a link leads nowhere"


@pytest.mark.parametrize("kind", [*FORMATS, "pdf"])
async def test_the_same_book_is_the_same_bytes(kind: str, book: Book, tmp_path: Path) -> None:
    sums: list[str] = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        result = await make(book, folder, kind)
        sums.append(hashlib.sha256(result.files[0].path.read_bytes()).hexdigest())
    assert sums[0] == sums[1]
