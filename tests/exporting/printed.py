"""Books for tests of print: made once, and looked at without the code that made them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from PIL import Image

from app.exporting import making
from app.exporting.book import Book, ChapterText, Details, Picture
from app.exporting.printing.parcel import Press
from app.manuscript.tree import doc
from tests.exporting.conftest import silent
from tests.manuscript.trees import node, p

POINTS = 72 / 25.4
SUMMARY = "When the campaign began, nobody had a list.\n\nThis guide tells how it got one."
DETAILS = Details(
    summary=SUMMARY, publisher="Local 1 Press", place="Queens", edition="First edition",
    print_isbn="978-0-571-08989-5", ebook_isbn="978-3-16-148410-0", keywords=("unions", "phones"),
    bisac=("POL013000",), thema=("KNXU",), price="12.50", currency="USD",
)  # fmt: skip


def book(chapters: int = 3, paragraphs: int = 60, **about: Any) -> Book:
    """A book of plain words; 60 paragraphs are about twelve pages."""
    line = "One sees the other, and both of them know what is to be done about it. " * 6
    texts = [
        ChapterText(
            f"chapter{at}", f"Chapter the {at}th", doc(*(p(line) for _ in range(paragraphs)))
        )
        for at in range(1, chapters + 1)
    ]
    said: dict[str, Any] = {
        "title": "A Printed Guide", "language": "en", "licence": "CC BY 4.0", "identifier": "01printed",
        "made": date(2026, 11, 22), "chapters": texts, "details": DETAILS,
    }  # fmt: skip
    return Book(**(said | about))


def with_picture(
    whole: Book, folder: Path, size: tuple[int, int], mode: str = "RGB", chapter: int = 1
) -> Book:
    """The same book with a picture of so many pixels, called “Two in a kitchen”, in a chapter."""
    path = folder / f"{size[0]}{mode}.png"
    picture = Image.new(mode, size, (200, 60, 40, 120)[: len(mode)])
    picture.save(path)
    kept = Picture(path, "image/png", *size, sha256=f"{size[0]:064x}")
    texts = list(whole.chapters)
    figure = node("figure", p("Two in a kitchen").content[0], asset="kitchen", alt="Two people")
    texts[chapter] = replace(texts[chapter], tree=doc(p("Before."), figure, p("After.")))
    return replace(whole, chapters=texts, pictures={"kitchen": kept})


async def made(
    whole: Book, folder: Path, *formats: str, press: Press | None = None
) -> tuple[dict[str, Path], list[str], making.Result]:
    """The files by format, the codes of what was found, and the whole result."""
    folder.mkdir(exist_ok=True)
    result = await making.make(whole, formats, folder, "guide", silent, press=press)
    codes = [finding.code for finding in result.findings]
    return {one.format: one.path for one in result.files}, codes, result
