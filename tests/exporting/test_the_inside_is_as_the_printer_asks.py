"""The inside of a printed book: boxes, gutter, even pages, one black, nothing to click, sharp pictures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from app.exporting.assemble import assemble
from app.exporting.design import Design, in_print
from app.exporting.printing import checking, faults, finishing, interior
from app.exporting.printing.interior import plan_for
from app.exporting.printing.printers import PRINTERS, gutter
from tests.exporting.printed import POINTS, book, made, with_picture


def boxes(page: Any, name: str) -> list[float]:
    return [round(float(value) / POINTS, 2) for value in page.obj[name]]


@pytest.mark.parametrize(
    ("printer", "bleed", "at_spine"),
    [("lulu", 3.175, True), ("kdp", 3.175, False), ("ingramspark", 3.175, False), ("copyshop", 3, True)],
)  # fmt: skip
async def test_every_page_has_the_printers_boxes(
    printer: str, bleed: float, at_spine: bool, tmp_path: Path
) -> None:
    files, codes, _ = await made(book(), tmp_path / "made", f"print-{printer}")
    assert "print_boxes" not in codes
    with pikepdf.open(files["print-inside"]) as pdf:
        assert len(pdf.pages) % 2 == 0
        for number, page in enumerate(pdf.pages):
            media, trim, bleeds = (
                boxes(page, f"/{kind}Box") for kind in ("Media", "Trim", "Bleed")
            )
            assert (trim[2] - trim[0], trim[3] - trim[1]) == pytest.approx((152.4, 228.6), abs=0.02)
            assert bleeds == media
            inner, outer = (0, 2) if number % 2 == 0 else (2, 0)
            around = [abs(trim[at] - media[at]) for at in range(4)]
            assert [around[at] for at in (1, 3, outer)] == pytest.approx([bleed] * 3, abs=0.02)
            assert around[inner] == pytest.approx(bleed if at_spine else 0, abs=0.02)


async def test_a_book_from_right_to_left_has_its_spine_on_the_other_side(tmp_path: Path) -> None:
    files, _, _ = await made(book(language="ar"), tmp_path / "made", "print-kdp")
    with pikepdf.open(files["print-inside"]) as pdf:
        first = pdf.pages[0]
        assert boxes(first, "/MediaBox")[2] == boxes(first, "/TrimBox")[2]
        assert pdf.Root.ViewerPreferences.Direction == "/R2L"


async def test_there_is_nothing_in_the_file_that_is_not_on_paper(tmp_path: Path) -> None:
    files, codes, _ = await made(book(), tmp_path / "made", "print-kdp")
    assert codes == []
    with pikepdf.open(files["print-inside"]) as pdf:
        assert set(pdf.Root.keys()) == {"/Type", "/Pages", "/Lang"}
        assert list(pdf.docinfo.keys()) == []
        assert not any("/Annots" in page.obj for page in pdf.pages)
        dead = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary)
                and one.get("/Subtype") == "/Link"]  # fmt: skip
        assert dead == []
    with pikepdf.open(
        (await made(book(), tmp_path / "lulu", "print-lulu"))[0]["print-inside"]
    ) as pdf:
        assert str(pdf.docinfo["/Title"]) == "A Printed Guide"


def test_the_gutter_grows_with_the_book() -> None:
    kdp = PRINTERS["kdp"]
    inner = [
        round(gutter(kdp, pages).inner_mm / 25.4, 3) for pages in (24, 150, 151, 300, 301, 701, 900)
    ]
    assert inner == [0.375, 0.375, 0.5, 0.5, 0.625, 0.875, 0.875]
    for printer in PRINTERS.values():
        wide = [one.gutter_mm for one in printer.gutters]
        assert wide == sorted(wide)
        assert printer.gutters[-1].pages == printer.max_pages


async def test_the_pages_are_made_again_when_they_need_another_gutter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[float] = []

    def noted(design: Design, **how: float) -> Any:
        tried.append(how["gutter_mm"])
        return in_print(design, **how)

    monkeypatch.setattr(interior, "in_print", noted)
    # So few words are expected to be few pages; each paragraph here is a page of its own.
    long = book(chapters=160, paragraphs=1)
    monkeypatch.setattr(interior, "_WORDS_A_PAGE", 10**9)
    files, _, result = await made(
        replace(long, design=Design(trim="a5")), tmp_path / "made", "print-kdp"
    )
    pages = next(one.pages for one in result.files if one.format == "print-inside")
    assert pages is not None
    assert pages > 300
    kdp = PRINTERS["kdp"]
    assert tried[-1] == gutter(kdp, pages).gutter_mm
    assert len(set(tried)) > 1
    with pikepdf.open(files["print-inside"]) as pdf:
        assert len(pdf.pages) == pages


async def test_a_picture_with_too_few_pixels_is_named_with_its_chapter(tmp_path: Path) -> None:
    for width, code, degree in (
        (1000, "print_low_resolution", "should"),
        (500, "print_blurred", "must"),
    ):
        whole = with_picture(book(), tmp_path, (width, width * 2 // 3))
        _, _, result = await made(whole, tmp_path / str(width), "print-lulu")
        [finding] = [one for one in result.findings if one.code == code]
        assert (finding.degree, finding.chapter_id, finding.place) == (
            degree,
            "chapter2",
            "Chapter the 2th",
        )
        assert "“Two in a kitchen”" in finding.message
        assert "asks for 300" in finding.message
    sharp = with_picture(book(), tmp_path, (1800, 1200))
    _, codes, _ = await made(sharp, tmp_path / "sharp", "print-lulu")
    assert not {"print_low_resolution", "print_blurred"} & set(codes)


async def test_pictures_are_not_see_through_and_a_black_book_has_none_in_colour(
    tmp_path: Path,
) -> None:
    whole = with_picture(book(design=Design(colour=False)), tmp_path, (1800, 1200), "RGBA")
    files, codes, _ = await made(whole, tmp_path / "made", "print-kdp")
    assert "print_transparency" not in codes
    with pikepdf.open(files["print-inside"]) as pdf:
        [image] = [one for one in pdf.objects if isinstance(one, pikepdf.Stream)
                   and one.get("/Subtype") == "/Image"]  # fmt: skip
        assert "/SMask" not in image
        assert image.ColorSpace == "/DeviceGray"
        # A red of which less than half is there, on white paper: light grey, not dark.
        assert 150 < pikepdf.PdfImage(image).as_pil_image().getpixel((9, 9)) < 200


async def test_the_same_book_gives_the_same_files(tmp_path: Path) -> None:
    both = [
        (await made(book(), tmp_path / name, "print-kdp", "booklet-a4"))[0]
        for name in ("one", "two")
    ]
    for kind in both[0]:
        assert both[0][kind].read_bytes() == both[1][kind].read_bytes(), kind


async def test_the_checks_see_each_fault(tmp_path: Path) -> None:
    """Each fault is put into a good file, and the check names it."""
    files, codes, _ = await made(book(), tmp_path / "made", "print-kdp")
    assert codes == []
    whole, kdp = assemble(book()), PRINTERS["kdp"]
    plan = plan_for(whole, kdp, in_print(whole.book.design, bleed_mm=kdp.bleed_mm))

    def with_fault(spoil: Any, **about: Any) -> list[str]:
        spoilt = tmp_path / "spoilt.pdf"
        with pikepdf.open(files["print-inside"]) as pdf:
            spoil(pdf)
            pdf.save(spoilt)
        found = checking.check(spoilt, replace(plan, **about))
        [finding.message for finding in faults.findings(whole, kdp, found, {})]
        return sorted({fault["code"] for fault in found})

    def drop_last(pdf: pikepdf.Pdf) -> None:
        del pdf.pages[-1]

    def link(pdf: pikepdf.Pdf) -> None:
        pdf.pages[3].obj.Annots = pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.Link)])

    def box(pdf: pikepdf.Pdf) -> None:
        pdf.pages[5].obj.TrimBox = pikepdf.Array([0, 0, 400, 600])

    def font(pdf: pikepdf.Pdf) -> None:
        for one in pdf.objects:
            if isinstance(one, pikepdf.Dictionary) and "/FontFile2" in one:
                del one["/FontFile2"]

    def draw(content: bytes) -> Any:
        def spoil(pdf: pikepdf.Pdf) -> None:
            state = pikepdf.Dictionary(H=pikepdf.Dictionary(ca=0.5))
            pdf.pages[4].obj.Resources.ExtGState = state
            font = next(iter(pdf.pages[4].obj.Resources.Font.keys()))
            pdf.pages[4].contents_add(content.replace(b"/F", font.encode()))

        return spoil

    assert with_fault(lambda pdf: None) == []
    assert with_fault(drop_last) == ["print_odd_pages"]
    assert with_fault(link) == ["print_extras"]
    assert with_fault(box) == ["print_boxes"]
    assert with_fault(font) == ["print_font_missing"]
    assert with_fault(draw(b"q 0.1 0.1 0.1 rg BT /F 9 Tf (x) Tj ET Q")) == ["print_black"]
    assert with_fault(draw(b"q 0.2 0.1 0 1 k BT /F 9 Tf (x) Tj ET Q")) == ["print_black"]
    assert with_fault(draw(b"q 0 0 0 1 k BT /F 9 Tf (x) Tj ET Q")) == []
    assert with_fault(draw(b"/H gs")) == ["print_transparency"]
    assert with_fault(lambda pdf: None, min_pages=400) == ["print_page_count"]
    assert with_fault(lambda pdf: None, max_mb=0) == ["print_too_large"]

    def last(content: bytes) -> Any:
        return lambda pdf: pdf.pages[-1].obj.__setattr__("Contents", pdf.make_stream(content))

    assert with_fault(last(b"q 1 0 0 rg 0 0 9 9 re f Q"), blank_end=True) == ["print_last_page"]
    assert with_fault(last(b"q 1 0 0 1 3 3 cm Q"), blank_end=True) == []


async def test_ingramspark_gets_an_empty_last_page_that_every_program_reads(tmp_path: Path) -> None:
    files, _, _ = await made(book(), tmp_path / "made", "print-ingramspark")
    with pikepdf.open(files["print-inside"]) as pdf:
        assert len(pdf.pages) % 2 == 0
        # An empty stream that says it is compressed stops Ghostscript.
        assert "/Contents" not in pdf.pages[-1].obj


def test_too_long_a_book_is_said_to_be_too_long(tmp_path: Path) -> None:
    whole = assemble(book())
    [finding] = faults.findings(
        whole, PRINTERS["kdp"], [{"code": "print_page_count", "seen": 900}], {}
    )
    assert finding.degree == "must"
    assert "from 24 to 828" in finding.message


def test_chapters_are_found_by_where_links_lead(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        for _ in range(4):
            pdf.add_blank_page()
        names: list[Any] = []
        for name, page in (("c1", 1), ("c1-a-heading-1", 2), ("c2", 3), ("part1", 0)):
            where = pikepdf.Array([pdf.pages[page].obj, pikepdf.Name.Fit])
            names += [pikepdf.String(name), where]
        pdf.Root.Names = pikepdf.Dictionary(
            Dests=pikepdf.Dictionary(
                Names=pikepdf.Array(names), Limits=pikepdf.Array(["c1", "part1"])
            )
        )
        pdf.save(tmp_path / "x.pdf")
    assert finishing.starts(tmp_path / "x.pdf") == {"c1": 1, "c2": 3}
