"""The cover: as wide as two pages and a spine, with bars that a scanner reads and text where it may be."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.exporting.book import Book
from app.exporting.details import isbn
from app.exporting.printing import barcode
from app.exporting.printing.parcel import OwnCover, Press
from app.exporting.printing.printers import PRINTERS, cover_size, spine_mm
from tests.exporting.conftest import needs
from tests.exporting.printed import DETAILS, POINTS, SUMMARY, book, made

PAGE = (152.4, 228.6)


# Of KDP's own help page on cover sizes, in inches, for 200 and 100 pages.
@pytest.mark.parametrize(
    ("pages", "paper", "colour", "inches"),
    [
        (200, "white", False, 0.4504), (200, "cream", False, 0.5), (200, "white", True, 0.4694),
        (100, "white", False, 0.2252), (100, "cream", False, 0.25),
    ],
)  # fmt: skip
def test_the_spine_is_as_wide_as_kdp_says(
    pages: int, paper: str, colour: bool, inches: float
) -> None:
    spine = spine_mm(PRINTERS["kdp"], pages, paper, colour=colour)  # type: ignore[arg-type]
    assert spine == pytest.approx(inches * 25.4, abs=0.01)


def test_a_whole_cover_is_two_pages_a_spine_and_what_is_cut_off() -> None:
    size = cover_size(PRINTERS["kdp"], PAGE, 200, "white", colour=False)
    # 6 × 9 inches, 200 pages on white: 12.700 × 9.250 inches.
    assert (size.width_mm / 25.4, size.height_mm / 25.4) == pytest.approx(
        (12.7004, 9.25), abs=0.001
    )


def test_there_is_text_on_the_spine_only_where_the_printer_allows_it() -> None:
    def text(printer: str, pages: int) -> bool:
        return cover_size(PRINTERS[printer], PAGE, pages, "white", colour=False).spine_text

    assert [text("kdp", pages) for pages in (78, 120, 300)] == [False, True, True]
    assert [text("lulu", pages) for pages in (78, 80)] == [False, True]
    # Where there may be text, there is room for letters of two and a half millimetres.
    for name, printer in PRINTERS.items():
        for pages in range(4, 400, 2):
            if text(name, pages):
                assert pages >= printer.spine_text_pages
                free = spine_mm(printer, pages, "white", colour=False) - 2 * printer.spine_margin_mm
                assert free >= 2.5


@given(st.integers(0, 10**9 - 1), st.sampled_from(["978", "9791", "9798"]))
def test_the_bars_say_the_isbn(number: int, prefix: str) -> None:
    digits = isbn.with_check(f"{prefix}{number:09}"[:12])
    picture = Image.new("L", ((barcode.MODULES + 30) * 3, 90), 255)
    for at, wide, _ in barcode.bars(digits):
        picture.paste(0, ((15 + at) * 3, 5, (15 + at + wide) * 3, 85))
    [read] = zxingcpp.read_barcodes(picture)
    assert (read.text, read.format) == (digits, zxingcpp.BarcodeFormat.EAN13)


def pages_of(cover: Path, folder: Path, ppi: int = 200) -> Image.Image:
    needs("pdftoppm")
    subprocess.run(
        ["pdftoppm", "-r", str(ppi), "-png", "-singlefile", str(cover), str(folder / "cover")],
        check=True,
        timeout=60,
    )
    return Image.open(folder / "cover.png").convert("RGB")


async def test_the_cover_has_its_size_its_bars_and_its_words(tmp_path: Path) -> None:
    needs("pdftotext")
    files, codes, result = await made(book(), tmp_path / "made", "print-kdp")
    assert codes == []
    pages = next(one.pages for one in result.files if one.format == "print-inside")
    assert pages is not None
    size = cover_size(PRINTERS["kdp"], PAGE, pages, "white", colour=True)
    with pikepdf.open(files["print-cover"]) as pdf:
        [page] = pdf.pages
        media, trim = (
            [float(value) / POINTS for value in page.obj[key]] for key in ("/MediaBox", "/TrimBox")
        )
        assert (media[2], media[3]) == pytest.approx((size.width_mm, size.height_mm), abs=0.05)
        assert trim[0] == pytest.approx(3.175, abs=0.01)
        assert not any("/ExtGState" in one for one in (page.obj.Resources,))
    picture = pages_of(files["print-cover"], tmp_path)
    [read] = zxingcpp.read_barcodes(picture)
    assert read.text == "9780571089895"
    # On the back, which lies left, at the bottom.
    assert read.position.top_left.x < picture.width / 2 < picture.width
    assert read.position.top_left.y > picture.height / 2
    said = subprocess.run(
        ["pdftotext", str(files["print-cover"]), "-"], capture_output=True, check=True, text=True
    ).stdout
    words = " ".join(said.split())
    for line in (
        "A Printed Guide",
        SUMMARY.split("\n\n")[1],
        "Local 1 Press",
        "$12.50",
        "978-0-571-08989-5",
    ):
        assert line in words


async def test_the_front_of_a_book_from_right_to_left_lies_left(tmp_path: Path) -> None:
    needs("pdftotext")
    for language, front_is_right in (("en", True), ("he", False)):
        whole = book(language=language, title="Guide", chapters=1, paragraphs=3)
        files, _, _ = await made(whole, tmp_path / language, "print-copyshop")
        boxes = subprocess.run(
            ["pdftotext", "-bbox", str(files["print-cover"]), "-"], capture_output=True, check=True, text=True
        ).stdout  # fmt: skip
        [title] = [line for line in boxes.splitlines() if ">Guide</word" in line][:1]
        x = float(title.split('xMin="')[1].split('"')[0]) / POINTS
        assert (x > PAGE[0]) == front_is_right
        if not front_is_right:
            # Its words stand where a line of the book begins.
            ends = [float(line.split('xMax="')[1].split('"')[0]) for line in boxes.splitlines()
                    if ">Guide</word" in line]  # fmt: skip
            assert max(ends) / POINTS > 0.8 * PAGE[0]


HOSTILE = '#panic("owned") \\u{0} <b>&amp;"; ' + "W" * 90 + " 山 שלום ـة"


async def test_hostile_words_are_words_on_the_cover(tmp_path: Path) -> None:
    details = replace(DETAILS, summary=(HOSTILE + "\n\n") * 30, publisher=HOSTILE, place=HOSTILE)
    whole = book(title=HOSTILE, subtitle=HOSTILE, region=HOSTILE, details=details)
    files, codes, _ = await made(whole, tmp_path / "made", "print-lulu")
    assert "print_page_count" in codes or codes == ["print_spine_unsure"]
    with pikepdf.open(files["print-cover"]) as pdf:
        assert len(pdf.pages) == 1
    [read] = zxingcpp.read_barcodes(pages_of(files["print-cover"], tmp_path))
    assert read.text == "9780571089895"


def thin(**about: object) -> Book:
    return book(**about)  # type: ignore[arg-type]


async def test_a_changed_number_of_pages_says_that_the_cover_must_change(tmp_path: Path) -> None:
    own = tmp_path / "own.pdf"
    size = cover_size(PRINTERS["kdp"], PAGE, 44, "white", colour=True)

    async def with_cover(folder: str, spine: float) -> tuple[bytes, list[str]]:
        wide = size.width_mm - size.spine_mm + spine
        with pikepdf.new() as pdf:
            pdf.add_blank_page(page_size=(wide * POINTS, size.height_mm * POINTS))
            pdf.save(own)
        cover = OwnCover(own, wide, size.height_mm, spine, "kdp")
        files, _, result = await made(
            thin(), tmp_path / folder, "print-kdp", press=Press(own_cover=cover)
        )
        found = [one.message for one in result.findings if one.code == "print_cover_size"]
        return files["print-cover"].read_bytes(), found

    _, _, result = await made(thin(), tmp_path / "pages", "print-kdp")
    pages = next(one.pages for one in result.files if one.format == "print-inside") or 0
    right = spine_mm(PRINTERS["kdp"], pages, "white", colour=True)
    fits, found = await with_cover("fits", right)
    assert found == []
    assert fits == own.read_bytes()
    drawn, found = await with_cover("thicker", right + 2)
    [message] = found
    assert message.startswith(f"Spine is now {right:.1f} mm: replace the cover.")
    assert drawn != own.read_bytes()


async def test_the_template_says_its_sizes(tmp_path: Path) -> None:
    needs("pdftotext")
    files, _, result = await made(book(), tmp_path / "made", "print-kdp")
    pages = next(one.pages for one in result.files if one.format == "print-inside") or 0
    size = cover_size(PRINTERS["kdp"], PAGE, pages, "white", colour=True)
    said = subprocess.run(
        ["pdftotext", str(files["print-template"]), "-"], capture_output=True, check=True, text=True
    ).stdout
    assert f"Spine: {size.spine_mm:.1f} mm for {pages} pages" in " ".join(said.split())
