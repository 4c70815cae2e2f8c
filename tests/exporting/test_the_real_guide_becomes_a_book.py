"""A real guide of 13 chapters that nobody wrote for us, in English, Arabic and Chinese."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from app.exporting.assemble import assemble
from tests.exporting import epubs, pages
from tests.exporting.conftest import MadeBook, make_folder, needs

LANGUAGES = ("en", "ar", "zh-hans")
pytestmark = pytest.mark.slow

Books = Callable[[str], MadeBook]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Books:
    """The real guide in a language, read and set once."""
    kept: dict[str, MadeBook] = {}

    def in_language(language: str) -> MadeBook:
        if language not in kept:
            source = shared / "data" / "guide" / language
            if not source.is_dir():
                pytest.skip(f"no real guide at {source}")
            kept[language] = asyncio.run(
                make_folder(
                    source,
                    tmp_path_factory.mktemp(language),
                    title="Open Source Guides",
                    language=language,
                    made=date(2026, 11, 22),
                )
            )
        return kept[language]

    return in_language


@pytest.mark.parametrize(("language", "count"), [("en", 13), ("ar", 12), ("zh-hans", 12)])
def test_every_file_is_a_chapter_with_all_its_local_pictures(
    made: Books, shared: Path, language: str, count: int
) -> None:
    book = made(language)
    assert len(book.book.chapters) == count
    for ready in book.ready:
        source = ready.draft.given.path.read_text()
        named = set(re.findall(r"(?:\]\(|src=\")(/assets/images/[^)\"]+)", source))
        there = {name for name in named if (shared / "data" / "guide" / name.lstrip("/")).exists()}
        used = {figure["asset"] for figure in _figures(ready.tree) if figure["asset"]}
        assert len(used) == len(there), ready.draft.given.name


def _figures(tree: object) -> list[dict[str, object]]:
    from app.manuscript.tree import Node, walk

    assert isinstance(tree, Node)
    return [dict(n.attrs) for n in walk(tree) if isinstance(n, Node) and n.type == "figure"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_stops_it_and_no_link_is_dead(made: Books, language: str) -> None:
    # What is left to do: remote portraits that were not fetched.
    assert {finding.code for finding in made(language).result.findings} <= {"picture_empty"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_epubcheck_has_nothing_to_say(made: Books, language: str) -> None:
    needs("java")
    assert epubs.complaints(made(language).epub) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_bookmarks_and_fonts(made: Books, language: str) -> None:
    book = made(language)
    titles = [title for depth, title in pages.bookmarks(book.pdf) if depth == 0]
    assert titles == [chapter.title for chapter in assemble(book.book).chapters]
    assert all(pages.fonts(book.pdf).values())


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_paragraph_is_there_with_its_letters_in_order(made: Books, language: str) -> None:
    needs("pdftotext")
    book = made(language)
    furniture = [book.book.title, *(chapter.title for chapter in assemble(book.book).chapters)]
    trees = [chapter.tree for chapter in book.book.chapters]
    assert pages.missing(pages.text_of(book.pdf), furniture, trees) == []


def test_arabic_paragraphs_have_all_their_letters(made: Books) -> None:
    """pdftotext reorders lines that mix directions, so letters are counted, page by page."""
    needs("pdftotext")
    book = made("ar")
    found = [pages.count(page) for page in pages.text_of(book.pdf)]
    lost: list[str] = []
    at = 0
    for chapter in book.book.chapters:
        for line, notes in pages.lines(chapter.tree):
            for text in (line, *notes):
                wanted = pages.count(text)
                # The page it is on, or the two it is spread over, never before the last one.
                page = next(
                    (p for p in range(at, len(found)) if not wanted - _spread(found, p)), None
                )
                if page is None:
                    lost.append(text)
                elif page - at < 4:
                    at = page
    assert lost == []
    # Nothing is doubled either: what is on the pages is the text, its contents and running heads.
    everything = sum(sum(page.values()) for page in found)
    text = sum(
        len(pages.letters(part))
        for chapter in book.book.chapters
        for line, notes in pages.lines(chapter.tree)
        for part in (line, *notes)
    )
    assert text < everything < text * 1.08


def _spread(found: list[Counter[str]], page: int) -> Counter[str]:
    return found[page] + (found[page + 1] if page + 1 < len(found) else Counter())
