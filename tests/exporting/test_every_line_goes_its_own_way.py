"""Directions: in a book of one direction, lines of the other are set as the editor shows them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from app.exporting.book import Book, ChapterText
from app.manuscript.tree import Node, Text, doc
from tests.exporting import epubs
from tests.exporting.conftest import make
from tests.exporting.test_what_stays_within_its_line import book, boxes
from tests.manuscript.trees import node, p

ARABIC = "مرحبا بالجميع"
ENGLISH = "Hello everybody there"


def everything(line: str) -> Node:
    """A chapter with this line in every place."""
    return doc(
        node("heading", Text(line), level=2),
        p(line),
        node("bulletList", node("listItem", p(line))),
        node("blockquote", p(line)),
        node("table", node("tableRow", node("tableCell", p(line)))),
        p("…", node("footnote", Text(line))),
    )


@pytest.mark.parametrize(("language", "line"), [("ar", ENGLISH), ("en", ARABIC)])
async def test_lines_of_an_epub_say_their_direction(
    language: str, line: str, tmp_path: Path
) -> None:
    whole = Book(
        title="x", language=language, licence="x", identifier="x", made=date(2026, 1, 1),
        chapters=[ChapterText("c", line, everything(line))],
    )  # fmt: skip
    result = await make(whole, tmp_path, "epub")
    assert epubs.complaints(result.files[0].path) == []
    text = next(t for name, t in epubs.texts(result.files[0].path).items() if "/ch001" in name)
    other = "ltr" if language == "ar" else "rtl"
    said = set(re.findall(rf'<(\w+)[^>]* dir="{other}"', text))
    assert {"h1", "h2", "p", "div", "td"} <= said
    assert "span" not in said


async def test_the_full_stop_stands_where_the_sentence_ends(tmp_path: Path) -> None:
    [paragraph] = [p("The meeting begins at noon ", Text("(sharp)."))]
    pdf = await book(tmp_path, ("فصل", doc(paragraph, p(ARABIC))), language="ar")
    words = {word: (left, right) for left, right, word in boxes(pdf)}
    assert words["The"][0] < words["meeting"][0] < words["noon"][0] < words["(sharp)."][0]


@pytest.mark.parametrize(("language", "line"), [("ar", ENGLISH), ("en", ARABIC)])
async def test_a_line_begins_on_its_own_side(language: str, line: str, tmp_path: Path) -> None:
    pdf = await book(tmp_path, ("1", doc(p(line))), language=language)
    words = {word: (left, right) for left, right, word in boxes(pdf)}
    if language == "ar":
        assert words["Hello"][0] < 70
    else:
        assert max(right for _, right in words.values()) > 360
