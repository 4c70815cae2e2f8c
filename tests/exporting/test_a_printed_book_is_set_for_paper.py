"""The PDF for a printer: mirrored pages, chapters on the right, one ink for text, nothing to click."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from app.exporting import pdf
from app.exporting.assemble import assemble
from app.exporting.design import Design, Setting, in_print, on_screen
from tests.exporting import pages
from tests.exporting.conftest import MadeBook, needs, silent

MM = 72 / 25.4


async def printed(sample: MadeBook, folder: Path, design: Design, setting: Setting) -> PdfReader:
    """The sample guide for a printer."""
    whole = assemble(replace(sample.book, design=design))
    work = folder / "work"
    work.mkdir()
    target = folder / "printed.pdf"
    await pdf.make_pdf(whole, work, target, silent, setting=setting)
    assert whole.findings == []
    return PdfReader(target)


def colours(reader: PdfReader) -> set[tuple[float, ...]]:
    """Every colour that something on a page is filled with or drawn in."""
    found: set[tuple[float, ...]] = set()
    for page in reader.pages:
        content: Any = page.get_contents()
        for numbers in re.findall(
            rb"((?:[\d.]+ )+)(?:scn|SCN|g|rg|k|G|RG|K)\b", content.get_data()
        ):
            found.add(tuple(float(number) for number in numbers.split()))
    return found


def chapter_pages(reader: PdfReader) -> list[int]:
    """The pages that the bookmarks of chapters lead to, from 0."""
    chapters: list[Any] = [mark for mark in reader.outline if not isinstance(mark, list)]
    return [reader.get_destination_page_number(mark) or 0 for mark in chapters]


async def test_pages_have_their_size_and_what_is_cut_off(sample: MadeBook, tmp_path: Path) -> None:
    design = Design(trim="a5")
    reader = await printed(sample, tmp_path, design, in_print(design, bleed_mm=3.175))
    for page in reader.pages:
        trim, media = page.trimbox, page.mediabox
        assert float(trim.width) == pytest.approx(148 * MM, abs=0.1)
        assert float(trim.height) == pytest.approx(210 * MM, abs=0.1)
        assert float(media.width) == pytest.approx((148 + 6.35) * MM, abs=0.1)


async def test_chapters_open_on_the_right_and_an_empty_page_is_empty(
    sample: MadeBook, tmp_path: Path
) -> None:
    needs("pdftotext")
    design = Design()
    reader = await printed(sample, tmp_path, design, in_print(design))
    found = pages.text_of(tmp_path / "printed.pdf")[:-1]
    starts = [page + 1 for page in chapter_pages(reader)]
    assert len(starts) == len(sample.book.chapters)
    assert all(start % 2 == 1 for start in starts)
    empty = [at for at, text in enumerate(found, 1) if not text.strip() and at > starts[0]]
    assert empty
    assert all(at % 2 == 0 and at + 1 in starts for at in empty)


async def test_margins_are_mirrored_at_the_spine(sample: MadeBook, tmp_path: Path) -> None:
    needs("pdftotext")
    design = Design()
    await printed(sample, tmp_path, design, in_print(design, gutter_mm=12))
    boxes = "".join(pages.text_of(tmp_path / "printed.pdf", "-bbox")).split("<page ")[1:]
    for number, box in enumerate(boxes, 1):
        edges = [float(left) for left in re.findall(r'<word xMin="([\d.]+)"', box)]
        if len(edges) > 100:
            wide = min(edges) > 27 * MM
            assert wide == (number % 2 == 1), number


async def test_black_is_black_and_nothing_else(sample: MadeBook, tmp_path: Path) -> None:
    black = Design(colour=False)
    only = colours(await printed(sample, tmp_path, black, in_print(black)))
    assert all(len(colour) == 1 for colour in only)
    assert (0.0,) in only
    in_colour = Design(colour=True)
    (tmp_path / "again").mkdir()
    both = colours(await printed(sample, tmp_path / "again", in_colour, in_print(in_colour)))
    mixed = {colour for colour in both if len(colour) == 3}
    # The accent has its colour; none of the mixtures is as dark as ink.
    assert mixed
    assert all(max(colour) > 0.3 for colour in mixed)


async def test_what_cannot_be_clicked_says_its_page(sample: MadeBook, tmp_path: Path) -> None:
    needs("pdftotext")
    design = Design()
    reader = await printed(sample, tmp_path, design, in_print(design))
    text = " ".join(" ".join(pages.text_of(tmp_path / "printed.pdf")).split())
    # The words of the link end the page before.
    [number] = re.findall(r"\(p\. (\d+)\) shows how to keep", text)
    first, second, *_ = chapter_pages(reader)
    assert int(number) == second - first + 1
    assert not re.search(r"\(p\. \d+\)", " ".join(pages.text_of(sample.pdf)))


def test_a_line_is_as_long_in_print_as_on_the_screen() -> None:
    for trim in ("a5", "6x9", "a4"):
        screen, paper = on_screen(Design(trim=trim)).page, in_print(Design(trim=trim)).page
        assert screen.inner_mm == screen.outer_mm
        assert paper.inner_mm > paper.outer_mm
        assert paper.inner_mm + paper.outer_mm == pytest.approx(2 * screen.inner_mm, abs=0.02)
