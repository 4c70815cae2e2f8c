"""Directories, calendar, glossary, permissions, people and index in the formats that flow."""

from __future__ import annotations

import asyncio
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from app.exporting import making, typst_back
from app.exporting.book import Book
from app.exporting.office.xml import q
from tests.exporting import epubs, generated, inside
from tests.exporting.conftest import MadeBook, make, needs

FORMATS = ("epub", "docx", "odt", "icml")


@pytest.fixture(scope="module")
def book(sample: MadeBook) -> Book:
    return replace(sample.book, back=generated.back_matter(sample.book, 40))


@pytest.fixture(scope="module")
def made(book: Book, tmp_path_factory: pytest.TempPathFactory) -> making.Result:
    return asyncio.run(make(book, tmp_path_factory.mktemp("behind"), *FORMATS))


def path_of(made: making.Result, kind: str) -> Path:
    return next(one.path for one in made.files if one.format == kind)


def lines(book: Book) -> list[str]:
    """All that stands behind the chapters, line by line."""
    back = typst_back.back_matter(book)
    found: list[str] = []
    for directory in back["directories"]:
        found.append(directory["title"])
        for group in directory["groups"]:
            found.append(group["title"])
            for entry in group["entries"]:
                found += [entry["name"], entry["text"], *(": ".join(f) for f in entry["facts"])]
    for month in back["months"]:
        found.append(month["title"])
        for event in month["events"]:
            found += [event["title"], event["time"], event["place"], event["text"]]
    found += [one["term"] + ": " + one["meaning"] for one in back["glossary"]]
    for one in back["permissions"]:
        found += [one["work"], one["line"]]
    found += [one["name"] for one in back["credits"]]
    for letter in back["index"]:
        found += [term["term"] for term in letter["terms"]]
    return found


@pytest.mark.parametrize("kind", FORMATS)
def test_every_entry_is_there_in_its_order(kind: str, book: Book, made: making.Result) -> None:
    found = inside.inside(path_of(made, kind))
    wanted = lines(book)
    assert len(wanted) > 200
    assert inside.lost(wanted, "\n".join(found.text)) == []
    places = [place for term in book.back.index for place in term.places]
    assert len(found.inner) >= len(places) > 50
    assert set(found.inner) <= found.anchors, "a place of the index leads nowhere"


def test_epubcheck_takes_it_and_the_contents_name_it(made: making.Result) -> None:
    needs("java")
    epub = path_of(made, "epub")
    assert epubs.complaints(epub) == []
    files = epubs.texts(epub)
    for title in ("Directory of organizations", "Legal help", "Glossary", "Index"):
        assert f">{title}</a>" in files["EPUB/nav.xhtml"]
    text = "".join(files.values())
    for role in ("doc-glossary", "doc-index", "doc-appendix"):
        assert f'role="{role}"' in text
    assert 'role="doc-part"' not in text


def test_sections_behind_have_no_chapter_number(made: making.Result) -> None:
    with zipfile.ZipFile(path_of(made, "docx")) as archive:
        document = archive.read("word/document.xml").decode()
        styles = ET.fromstring(archive.read("word/styles.xml"))
    assert document.count('w:val="BackHeading"') == 6
    [style] = [one for one in styles if one.get(q("w:styleId")) == "BackHeading"]
    number = style.find(f".//{q('w:numId')}")
    assert number is not None
    assert number.get(q("w:val")) == "0"
    with zipfile.ZipFile(path_of(made, "odt")) as archive:
        content = ET.fromstring(archive.read("content.xml"))
    headers = [
        one
        for one in content.iter(q("text:h"))
        if one.get(q("text:is-list-header")) and one.get(q("text:outline-level")) == "1"
    ]
    assert len(headers) == 6


async def test_an_empty_back_is_not_there(sample: MadeBook, tmp_path: Path) -> None:
    result = await make(sample.book, tmp_path, "epub")
    assert "back-" not in "".join(epubs.texts(result.files[0].path).values())
