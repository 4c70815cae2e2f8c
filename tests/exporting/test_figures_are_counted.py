"""Figures with a caption are numbered by chapter, and listed once there are enough of them."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from PIL import Image

from app.exporting import numbering, pdf
from app.exporting.assemble import assemble
from app.exporting.book import Book, ChapterText, Picture
from app.manuscript.tree import Node, Text, doc
from tests.exporting import pages
from tests.exporting.conftest import needs, silent
from tests.manuscript.trees import p


def figure(caption: str, credit: str = "") -> Node:
    """A figure of the one picture."""
    words = (Text(caption),) if caption else ()
    attrs = {"asset": "a", "alt": "A square", "credit": credit, "decorative": False}
    return Node("figure", attrs, words)


async def text_of(folder: Path, *chapters: Node) -> str:
    """The letters of the book of these chapters."""
    needs("pdftotext")
    path = folder / "a.png"
    Image.new("RGB", (90, 60), (120, 30, 30)).save(path)
    picture = Picture(path, "image/png", 90, 60, hashlib.sha256(path.read_bytes()).hexdigest())
    book = Book(
        title="x", language="en", licence="x", identifier="x", made=date(2026, 1, 1), pictures={"a": picture},
        chapters=[ChapterText(f"c{at}", f"C {at}", tree) for at, tree in enumerate(chapters)],
    )  # fmt: skip
    whole = assemble(book)
    work = folder / "work"
    work.mkdir()
    await pdf.make_pdf(whole, work, folder / "made.pdf", silent)
    assert whole.findings == []
    return "\f".join(pages.text_of(folder / "made.pdf"))


async def test_each_chapter_counts_its_own_and_skips_those_without_words(tmp_path: Path) -> None:
    first = doc(p("x"), figure("A first one"), figure("", "Ana Ruiz"), figure("A second one"))
    text = await text_of(tmp_path, first, doc(p("x"), figure("Another", "Ana Ruiz")))
    said = [
        line.strip()
        for line in text.replace("\f", "\n").splitlines()
        if line.strip().startswith("Figure")
    ]
    assert [line.split()[1] for line in said] == ["1.1", "1.2", "2.1"]
    assert "A second one" in said[1]
    # Three are found by leafing.
    assert "Figures" not in text


async def test_enough_of_them_are_listed_with_their_pages(tmp_path: Path) -> None:
    half = numbering.ENOUGH // 2
    tree = doc(p("x"), *(figure(f"Number {at} of them") for at in range(half)))
    text = await text_of(tmp_path, tree, tree)
    listed = text[text.index("Figures") :].split("\f")[0]
    for chapter in (1, 2):
        for at in range(half):
            assert f"{chapter}.{at + 1}" in listed
    assert listed.count("of them") == 2 * half
