"""The EPUB to the end: the printed pages, what it claims, and what Ace by DAISY has to say."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.exporting.book import Contributor, Details
from app.manuscript.tree import Text, doc
from tests.exporting import epubs, pages
from tests.exporting.conftest import MadeBook, make, needs
from tests.exporting.test_nothing_in_a_text_breaks_a_book import book_of, picture
from tests.manuscript.trees import node, p

__all__ = ["picture"]


@pytest.fixture(scope="module")
def both(sample: MadeBook, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """EPUB and PDF of a book in parts, asked for in this order."""
    chapters = [replace(one, part="A part") for one in sample.book.chapters]
    folder = tmp_path_factory.mktemp("both")
    book = replace(sample.book, chapters=chapters, details=Details(print_isbn="978-3-16-148410-0"))
    result = asyncio.run(make(book, folder, "epub", "pdf"))
    assert [made.format for made in result.files] == ["epub", "pdf"], "as they were asked for"
    return result.files[0].path, result.files[1].path


def test_each_page_begins_where_it_begins_in_the_pdf(both: tuple[Path, Path]) -> None:
    needs("pdftotext")
    epub, pdf = both
    files = epubs.texts(epub)
    nav = files["EPUB/nav.xhtml"].partition('epub:type="page-list"')[2]
    listed = re.findall(r'<a href="([^"#]+)#page(\d+)">(\d+)</a>', nav)
    numbers = [int(number) for _, _, number in listed]
    assert len(numbers) > 12
    assert numbers == sorted(set(numbers))
    printed = pages.text_of(pdf)
    labels = PdfReader(pdf).page_labels
    for file, mark, number in listed:
        text = files[f"EPUB/{file}"].partition(f'id="page{mark}"')[2].partition(">")[2]
        words = pages.letters(re.sub(r"<[^>]+>", "", text.partition("</p>")[0]))[:25]
        found = [
            label
            for label, page in zip(labels, printed, strict=False)
            if words and words in pages.letters(page)
        ]
        assert number in found, f"page {number}: {words} is on {found}"


def test_it_says_whose_pages_they_are(both: tuple[Path, Path]) -> None:
    package = epubs.texts(both[0])["EPUB/content.opf"]
    assert '<meta property="pageBreakSource">urn:isbn:9783161484100</meta>' in package
    for feature in ("pageBreakMarkers", "pageNavigation"):
        assert f'<meta property="schema:accessibilityFeature">{feature}</meta>' in package


def test_without_a_pdf_there_are_no_pages_and_no_claim(sample: MadeBook, tmp_path: Path) -> None:
    result = asyncio.run(make(sample.book, tmp_path, "epub"))
    files = epubs.texts(result.files[0].path)
    assert "page-list" not in files["EPUB/nav.xhtml"]
    assert "pageBreak" not in files["EPUB/content.opf"]
    assert not [name for name, text in files.items() if 'id="at-' in text or "pagebreak" in text]


def test_epubcheck_takes_the_pages(both: tuple[Path, Path]) -> None:
    needs("java")
    assert epubs.complaints(both[0]) == []
    assert 'id="at-' not in "".join(epubs.texts(both[0]).values())


async def test_conformance_is_claimed_when_a_person_confirmed_it(
    sample: MadeBook, tmp_path: Path
) -> None:
    needs("java")
    for confirmed in (False, True):
        folder = tmp_path / str(confirmed)
        folder.mkdir()
        book = replace(
            sample.book,
            accessibility_confirmed=confirmed,
            contributors=(Contributor("Ana & Co", "facilitator"),),
        )
        path = (await make(book, folder, "epub")).files[0].path
        package = epubs.texts(path)["EPUB/content.opf"]
        assert ("dcterms:conformsTo" in package) is confirmed
        assert ("Ana &amp; Co</meta>" in package) is confirmed
        assert epubs.complaints(path) == []


async def test_ace_by_daisy_passes(
    both: tuple[Path, Path], picture: object, tmp_path: Path
) -> None:
    """Ace is a program of its own (npm: @daisy/ace) and not installed by `make`."""
    needs("ace-puppeteer", "chromium")
    everything = doc(
        node("callout", p("Box"), kind="example"),
        node("codeBlock", Text("a = 1"), language="python"),
        node("figure", asset="ok", decorative=True),
        node("blockquote", p("Q", node("footnote", Text("n"))), p("— who")),
        node("table", node("tableRow", node("tableHeader", p("a")), node("tableHeader", p("b"))),
             node("tableRow", node("tableCell", p("c")), node("tableCell", p("d")))),
    )  # fmt: skip
    other = await make(book_of(picture, ("All", everything)), tmp_path, "epub", "pdf")  # type: ignore[arg-type]
    for at, epub in enumerate((both[0], other.files[0].path)):
        report = tmp_path / f"report{at}"
        done = subprocess.run(
            ["ace-puppeteer", "-f", "-E", "-o", str(report), str(epub)],
            env={**os.environ, "PUPPETEER_EXECUTABLE_PATH": shutil.which("chromium") or ""},
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        found = json.loads((report / "report.json").read_text())
        said = [
            (one["earl:testSubject"]["url"], more["earl:test"]["dct:title"])
            for one in found["assertions"]
            for more in one["assertions"]
        ]
        assert (done.returncode, said) == (0, [])
        assert found["earl:result"]["earl:outcome"] == "pass"
