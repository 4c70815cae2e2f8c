"""Each design sets the whole guide, for the screen and for a printer, and none looks like another."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from pypdf import PdfReader

from app.exporting import fonts, pdf
from app.exporting.assemble import assemble
from app.exporting.design import TRIMS, Design, Name, Setting, in_print, on_screen
from tests.exporting import pages
from tests.exporting.conftest import MadeBook, needs, silent

DESIGNS: tuple[Name, ...] = get_args(Name)
MM = 72 / 25.4


async def made(sample: MadeBook, folder: Path, design: Design, setting: Setting) -> Path:
    """The sample guide in a design; nothing may be objected to, accessibility included."""
    whole = assemble(replace(sample.book, design=design))
    work = folder / "work"
    work.mkdir()
    target = folder / "made.pdf"
    await pdf.make_pdf(whole, work, target, silent, setting=setting)
    assert whole.findings == []
    return target


@pytest.mark.parametrize("name", DESIGNS)
async def test_every_line_of_the_guide_is_in_it(
    name: Name, sample: MadeBook, tmp_path: Path
) -> None:
    needs("pdftotext")
    design = Design(name=name)
    target = await made(sample, tmp_path, design, on_screen(design))
    # Typst's own gate: without it there is a finding, and no mark.
    assert b"pdfuaid" in target.read_bytes()
    # And what somebody else's program says.
    assert pages.against_accessibility(target) == []
    furniture = [sample.book.title, *(chapter.title for chapter in sample.book.chapters)]
    trees = [chapter.tree for chapter in sample.book.chapters]
    assert pages.missing(pages.text_of(target), furniture, trees) == []
    families = {re.sub(r"^/[A-Z]{6}\+|-.*$", "", found) for found in pages.fonts(target)}
    wanted = fonts.TYPEFACES[fonts.OF_DESIGN[name]].text.replace(" ", "")
    assert wanted in families


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("trim", ["a5", "a4"])
async def test_it_is_set_for_paper_of_every_size(
    name: Name, trim: str, sample: MadeBook, tmp_path: Path
) -> None:
    needs("pdftotext")
    design = Design(name=name, trim=trim, colour=False)
    setting = in_print(design, bleed_mm=3)
    reader = PdfReader(await made(sample, tmp_path, design, setting))
    width, height = TRIMS[trim]
    assert float(reader.pages[0].trimbox.width) == pytest.approx(width * MM, abs=0.1)
    assert float(reader.pages[0].trimbox.height) == pytest.approx(height * MM, abs=0.1)
    # No word lies beyond where the paper is cut.
    listed = "".join(pages.text_of(tmp_path / "made.pdf", "-bbox"))
    word = r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.]+)" yMax="([\d.]+)">'
    safe = (3 + 5) * MM
    for box in re.findall(word, listed):
        left, top, right, bottom = (float(side) for side in box)
        marks = right - left < 9  # The number in a thumb mark is as near to the edge as the mark.
        assert marks or left > safe
        assert marks or right < (width + 6) * MM - safe
        assert top > safe
        assert bottom < (height + 6) * MM - safe


@pytest.mark.parametrize("face", fonts.TYPEFACES)
async def test_a_design_takes_any_typeface(face: str, sample: MadeBook, tmp_path: Path) -> None:
    design = Design(name="reader", typeface=face)
    target = await made(sample, tmp_path, design, on_screen(design))
    families = {re.sub(r"^/[A-Z]{6}\+|-.*$", "", found) for found in pages.fonts(target)}
    assert fonts.TYPEFACES[face].text.replace(" ", "") in families
