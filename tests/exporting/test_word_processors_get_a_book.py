"""DOCX and ODT: our styles, a sheet by region, contents, folios, numbers, directions, descriptions."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from app.exporting.book import Book, ChapterText
from app.exporting.office import paper
from app.exporting.office.xml import q
from app.manuscript.tree import Text, doc
from tests.exporting.conftest import make, needs
from tests.exporting.test_every_format_has_every_word import book
from tests.manuscript.trees import node, p

__all__ = ["book"]


class Document:
    """The parts of a DOCX or ODT."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            self.first = archive.infolist()[0]
            self.parts = {name: archive.read(name) for name in archive.namelist()}

    def xml(self, name: str) -> ET.Element:
        return ET.fromstring(self.parts[name])

    def text(self, name: str) -> str:
        return self.parts[name].decode()


async def made(book: Book, folder: Path, kind: str) -> Document:
    result = await make(book, folder, kind)
    assert result.files[0].path.name == f"book.{kind}"
    return Document(result.files[0].path)


@pytest.fixture(scope="module")
def parted(book: Book) -> Book:
    first, *others = book.chapters
    return replace(
        book,
        chapters=[
            replace(first, part="Beginnings & <ends>"),
            *(replace(one, part="Later") for one in others),
        ],
        title="Title & <b>",
    )


@pytest.fixture(scope="module")
def docx(parted: Book, tmp_path_factory: pytest.TempPathFactory) -> Document:
    return asyncio.run(made(parted, tmp_path_factory.mktemp("docx"), "docx"))


@pytest.fixture(scope="module")
def odt(parted: Book, tmp_path_factory: pytest.TempPathFactory) -> Document:
    return asyncio.run(made(parted, tmp_path_factory.mktemp("odt"), "odt"))


def style_of(paragraph: ET.Element) -> str:
    found = paragraph.find(f"{q('w:pPr')}/{q('w:pStyle')}")
    return "" if found is None else found.get(q("w:val"), "")


def words_of(element: ET.Element) -> str:
    return "".join(one.text or "" for one in element.iter(q("w:t")))


def test_every_style_that_docx_uses_is_ours(docx: Document) -> None:
    known = {one.get(q("w:styleId")) for one in docx.xml("word/styles.xml").iter(q("w:style"))}
    used = {
        one.get(q("w:val"))
        for part in ("word/document.xml", "word/footnotes.xml", "word/header1.xml")
        for name in ("w:pStyle", "w:rStyle", "w:tblStyle")
        for one in docx.xml(part).iter(q(name))
    }
    assert used <= known
    assert {"Heading1", "Heading2", "Part", "CalloutWarning", "CalloutLabel", "Attribution",
            "BlockText", "SourceCode", "ImageCaption", "Table", "FootnoteText"} <= used  # fmt: skip


def test_every_style_that_odt_uses_is_ours(odt: Document) -> None:
    names = {
        one.get(q("style:name"))
        for part in ("styles.xml", "content.xml")
        for one in odt.xml(part).iter(q("style:style"))
    }
    content = odt.xml("content.xml")
    used = {
        one.get(q(f"text:{kind}"))
        for one in content.iter()
        for kind in ("style-name",)
        if one.tag.split("}")[1] in ("p", "h", "span", "a")
    } - {None}
    used |= {one.get(q("style:parent-style-name")) for one in content.iter(q("style:style"))} - {
        None
    }
    assert used <= names
    assert {"Heading_20_1", "Part", "CalloutWarning", "Quotations", "FigureCaption"} <= used


def test_docx_contents_are_there_and_renew_themselves(docx: Document) -> None:
    body = docx.xml("word/document.xml")[0]
    lines = [(style_of(one), words_of(one)) for one in body if style_of(one).startswith("TOC")]
    assert lines[:3] == [
        ("TOCPart", "Beginnings & <ends>"),
        ("TOC1", "1Start with a conversation"),
        ("TOC2", "What the tools are for"),
    ]
    marks = {one.get(q("w:name")) for one in body.iter(q("w:bookmarkStart"))}
    leads = [
        one.get(q("w:anchor"))
        for paragraph in body
        if style_of(paragraph).startswith("TOC")
        for one in paragraph.iter(q("w:hyperlink"))
    ]
    assert len(leads) == len(lines)
    assert set(leads) <= marks
    assert 'TOC \\o "1-2"' in docx.text("word/document.xml")
    assert '<w:updateFields w:val="true"' in docx.text("word/settings.xml")
    fields = [one.get(q("w:fldCharType")) for one in body.iter(q("w:fldChar"))]
    assert fields == ["begin", "separate", "end"]


def test_odt_contents_have_pages(odt: Document) -> None:
    content = odt.xml("content.xml")
    index = next(content.iter(q("text:index-body")))
    lines = ["".join(one.itertext()) for one in index]
    assert lines[:2] == ["Beginnings & <ends>…", "1Start with a conversation…"]
    marks = {one.get(q("text:name")) for one in content.iter(q("text:bookmark-start"))}
    pages = [one.get(q("text:ref-name")) for one in index.iter(q("text:bookmark-ref"))]
    assert len(pages) == len(lines)
    assert set(pages) <= marks


def test_docx_chapters_open_pages_and_have_numbers(docx: Document) -> None:
    styles = {one.get(q("w:styleId")): one for one in docx.xml("word/styles.xml")}
    for name in ("Heading1", "Part", "ImprintHeading", "Contents"):
        assert styles[name].find(f"{q('w:pPr')}/{q('w:pageBreakBefore')}") is not None
    number = styles["Heading1"].find(f".//{q('w:numId')}")
    assert number is not None
    known = {one.get(q("w:numId")) for one in docx.xml("word/numbering.xml").iter(q("w:num"))}
    assert number.get(q("w:val")) in known
    kinds = [one.tag for one in docx.xml("word/numbering.xml")]
    assert kinds == sorted(kinds), "abstract numberings come before those that use them"
    assert styles["Part"].find(f".//{q('w:numId')}") is None


def test_running_lines_and_folios(docx: Document, odt: Document) -> None:
    section = next(docx.xml("word/document.xml").iter(q("w:sectPr")))
    assert section.find(q("w:titlePg")) is not None
    relations = docx.text("word/_rels/document.xml.rels")
    for reference in (*section.iter(q("w:headerReference")), *section.iter(q("w:footerReference"))):
        assert f'Id="{reference.get(q("r:id"))}"' in relations
    assert " PAGE " in docx.text("word/footer1.xml")
    assert "Title &amp; &lt;b&gt;" in docx.text("word/header1.xml")
    styles = odt.text("styles.xml")
    assert "<text:page-number" in styles
    assert "Title &amp; &lt;b&gt;" in styles


def test_docx_tables(docx: Document) -> None:
    for table in docx.xml("word/document.xml").iter(q("w:tbl")):
        assert next(table.iter(q("w:tblHeader"))) is not None
        assert next(table.iter(q("w:tblW"))).get(q("w:type")) == "pct"
        for row in table.iter(q("w:tr")):
            assert row.find(f"{q('w:trPr')}/{q('w:cantSplit')}") is not None


def test_pictures_that_only_decorate_say_so(docx: Document, odt: Document) -> None:
    document = docx.text("word/document.xml")
    assert document.count("decorative") > 0
    assert "data:image" not in document
    assert len(re.findall(r'loext:decorative="true"', odt.text("content.xml"))) == 1


@pytest.mark.parametrize(
    ("language", "region", "sheet"),
    [
        ("en", "New York City", paper.LETTER),
        ("en-GB", "York", paper.A4),
        ("en-US", "", paper.LETTER),
        ("en-GB", "New York Street, Leeds", paper.A4),
        ("es", "Ciudad de México", paper.LETTER),
        ("es", "Andalucía", paper.A4),
        ("en", "US", paper.LETTER),
        ("de", "Ruhr", paper.A4),
        ("en", "Australia", paper.A4),
    ],
)
async def test_the_sheet_is_what_offices_there_have(
    language: str, region: str, sheet: paper.Paper, book: Book, tmp_path: Path
) -> None:
    book = replace(book, language=language, region=region, chapters=book.chapters[-1:])
    assert paper.of_book(book) == sheet
    document = await made(book, tmp_path, "docx")
    width = {paper.LETTER: "12240", paper.A4: "11906"}[sheet]
    assert f'w:w="{width}"' in document.text("word/document.xml")
    assert f'w:val="{language}"' in document.text("word/styles.xml")


async def test_a_book_from_right_to_left(book: Book, tmp_path: Path) -> None:
    tree = doc(
        p("كل حملة ناجحة بدأت بشخصين.", node("footnote", Text("حاشية"))),
        p("A line in English."),
        node("codeBlock", Text("make test")),
        node("table", node("tableRow", node("tableCell", p("س")), node("tableCell", p("ص")))),
    )
    arabic = replace(book, language="ar", chapters=[ChapterText("a", "ابدأوا", tree)])
    docx = await made(arabic, tmp_path, "docx")
    ways = {
        words_of(one): one.find(f"{q('w:pPr')}/{q('w:bidi')}") is not None
        for one in docx.xml("word/document.xml").iter(q("w:p"))
    }
    assert ways["كل حملة ناجحة بدأت بشخصين."]
    assert ways["ابدأوا"]
    assert not ways["A line in English."]
    assert not ways["make test"]
    assert next(docx.xml("word/document.xml").iter(q("w:bidiVisual"))) is not None
    assert next(docx.xml("word/footnotes.xml").iter(q("w:bidi"))) is not None
    odt = await made(arabic, tmp_path, "odt")
    assert odt.text("styles.xml").count('style:writing-mode="rl-tb"') == 2
    content = odt.xml("content.xml")
    against = {
        one.get(q("style:name"))
        for one in content.iter(q("style:style"))
        for way in one.iter(q("style:paragraph-properties"))
        if way.get(q("style:writing-mode")) == "lr-tb"
    }
    english = next(
        one for one in content.iter(q("text:p")) if "".join(one.itertext()) == "A line in English."
    )
    assert english.get(q("text:style-name")) in against


async def test_an_arabic_line_in_an_english_book(docx: Document, odt: Document) -> None:
    line = "كل حملة ناجحة بدأت بشخصين يتحدثان."
    [paragraph] = [
        one for one in docx.xml("word/document.xml").iter(q("w:p")) if words_of(one) == line
    ]
    assert paragraph.find(f"{q('w:pPr')}/{q('w:bidi')}") is not None
    assert 'style:writing-mode="rl-tb"' in odt.text("content.xml")


def test_odt_is_a_package_as_the_standard_asks(odt: Document) -> None:
    assert (odt.first.filename, odt.first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    listed = set(re.findall(r'full-path="([^"]+)"', odt.text("META-INF/manifest.xml")))
    assert listed == {"/", *odt.parts} - {"mimetype", "META-INF/manifest.xml"}


@pytest.mark.parametrize("kind", ["docx", "odt"])
async def test_an_import_reads_it_again(kind: str, book: Book, tmp_path: Path) -> None:
    """Headings, notes, tables, pictures and links survive the way out and in (A12)."""
    from app.kit.converters import pandoc_path

    result = await make(book, tmp_path, kind)
    done = subprocess.run(
        [pandoc_path(), "--sandbox", "-f", kind, "-t", "json", str(result.files[0].path)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    trees = [chapter.tree for chapter in book.chapters]

    def count(name: str) -> int:
        stack: list[Any] = list(trees)
        found = 0
        while stack:
            one = stack.pop()
            found += one.type == name
            stack += [child for child in one.content if not isinstance(child, Text)]
        return found

    said = done.stdout
    assert said.count('"t":"Header"') == count("heading") + len(trees)
    assert said.count('"t":"Note"') == count("footnote")
    assert said.count('"t":"Table"') == count("table")
    assert said.count('"t":"Image"') == count("figure")


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_libreoffice_opens_it(kind: str, parted: Book, tmp_path: Path) -> None:
    """A program that people really have lays it out; its pages are read as a PDF."""
    needs("soffice", "pdftotext")
    result = asyncio.run(make(parted, tmp_path, kind))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "pdf", "--outdir", str(tmp_path), str(result.files[0].path)],
        capture_output=True, check=True, timeout=180,
    )  # fmt: skip
    from tests.exporting import pages

    text = pages.text_of(tmp_path / "book.pdf")
    assert len(text) > 15
    assert "Contents" in text[2]
    assert pages.letters("Start with a conversation") in pages.letters(text[2])
    shutil.rmtree(tmp_path / "profile", ignore_errors=True)
