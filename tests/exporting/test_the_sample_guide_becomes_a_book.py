"""The sample guide as EPUB and PDF: whole, valid, accessible, and the same every time."""

from __future__ import annotations

import re
from pathlib import Path

from pypdf import PdfReader

from app.exporting.assemble import assemble
from tests.exporting import epubs, pages
from tests.exporting.conftest import MadeBook, make, needs


def test_nothing_is_objected_to(sample: MadeBook) -> None:
    assert sample.result.findings == []


def test_epubcheck_has_nothing_to_say(sample: MadeBook) -> None:
    needs("java")
    assert epubs.complaints(sample.epub) == []


def test_the_epub_says_what_it_offers_to_everyone(sample: MadeBook) -> None:
    files = epubs.texts(sample.epub)
    package = files["EPUB/content.opf"]
    for word in (
        "accessMode",
        "accessibilityFeature",
        "accessibilityHazard",
        "accessibilitySummary",
    ):
        assert f"schema:{word}" in package
    assert "Maria Chen" in package
    assert 'page-progression-direction="ltr"' in package
    chapter = files["EPUB/text/ch001.xhtml"]
    assert "<title>Start with a conversation</title>" in chapter
    assert 'role="doc-chapter"' in chapter
    assert 'role="doc-tip"' in chapter
    assert 'role="doc-backlink"' in chapter
    nav = files["EPUB/nav.xhtml"]
    assert 'epub:type="bodymatter"' in nav
    no_pages = re.sub(r"<nav[^>]*page-list.*?</nav>", "", nav, flags=re.DOTALL)
    assert no_pages.count("<li>") == 6 + 25 + 4  # chapters, sections, landmarks
    every_image = re.findall(r"<img [^>]*>", "".join(files.values()))
    assert len(every_image) == 4
    assert all('alt="' in image and 'alt=""' not in image for image in every_image)


def test_links_between_chapters_lead_there(sample: MadeBook) -> None:
    files = epubs.texts(sample.epub)
    assert 'href="ch002.xhtml#c2"' in files["EPUB/text/ch001.xhtml"]
    assert re.search(r'href="ch001.xhtml#c1-the-one-on-one-\d"', files["EPUB/text/ch004.xhtml"])


def test_the_pdf_holds_every_line_in_order(sample: MadeBook) -> None:
    needs("pdftotext")
    found = pages.text_of(sample.pdf)
    furniture = [sample.book.title, *(chapter.title for chapter in sample.book.chapters)]
    trees = [chapter.tree for chapter in sample.book.chapters]
    assert pages.missing(found, furniture, trees) == []


def test_the_pdf_has_bookmarks_for_chapters_and_sections(sample: MadeBook) -> None:
    marks = pages.bookmarks(sample.pdf)
    assert [title for depth, title in marks if depth == 0] == [
        c.title for c in sample.book.chapters
    ]
    assert (1, "The one-on-one") in marks


def test_the_pdf_is_tagged_titled_and_in_a_language(sample: MadeBook) -> None:
    reader = PdfReader(sample.pdf)
    root = reader.root_object
    assert root["/Lang"] == "en"
    assert bool(root["/MarkInfo"]["/Marked"])
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert reader.metadata is not None
    assert reader.metadata.title == "Organizing Together Online"
    assert b"pdfuaid" in sample.pdf.read_bytes()


def test_every_font_is_embedded_and_none_is_a_stand_in(sample: MadeBook) -> None:
    found = pages.fonts(sample.pdf)
    assert all(found.values())
    families = {re.sub(r"^/[A-Z]{6}\+|-.*$", "", name) for name in found}
    assert families <= {"SourceSerif4", "SourceSans3", "SourceCodePro", "SourceSerif4Light"}


def test_the_front_says_who_and_under_which_licence(sample: MadeBook) -> None:
    needs("pdftotext")
    front = " ".join("\n".join(pages.text_of(sample.pdf)[:3]).split())
    for word in ("Organizing Together", "Maria Chen", "Ana Ruiz", "CC0 1.0", "New York City"):
        assert word in front


def test_contents_name_every_chapter_with_its_page(sample: MadeBook) -> None:
    needs("pdftotext")
    found = pages.text_of(sample.pdf, "-layout")
    contents = found[3]
    for chapter in sample.book.chapters:
        line = next(
            line
            for line in contents.splitlines()
            if re.match(rf"\s*\d\s+{re.escape(chapter.title)}", line)
        )
        number = int(line.split()[-1].strip("\u2060"))
        # Four pages in front of page 1: cover, title, imprint, contents.
        assert chapter.title in " ".join(found[number + 3].split())


async def test_the_same_book_is_the_same_file(sample: MadeBook, tmp_path: Path) -> None:
    again = await make(sample.book, tmp_path)
    for first, second in zip(sample.result.files, again.files, strict=True):
        assert first.path.read_bytes() == second.path.read_bytes(), first.format


def test_assembling_gives_every_id_once(sample: MadeBook) -> None:
    whole = assemble(sample.book)
    ids = [h.id for chapter in whole.chapters for h in chapter.headings]
    ids += [chapter.anchor for chapter in whole.chapters]
    assert len(ids) == len(set(ids))
