"""Draws docs/gallery: pages of the sample guide in every design, and of other scripts.

python -m scripts.gallery
"""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

from PIL import Image

from app.exporting import pdf
from app.exporting.assemble import assemble
from app.exporting.book import Book
from app.exporting.design import Design, Name, in_print, on_screen
from scripts.specimens import LANGUAGES, specimen
from tests.exporting.books import read_folder
from tests.exporting.generated import back_matter

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "gallery"
DENSITY = 60
GAP = 10
GROUND = (214, 210, 203)

# What is shown of the sample guide, by design: page size, and the pages of the file.
TRIMS = {"manual": "6x9", "reader": "5.5x8.5", "workbook": "a4"}


async def silent(part: float, step: str) -> None:
    """Nobody watches."""


async def made(book: Book, folder: Path, purpose: str) -> Path:
    """The PDF of a book."""
    work = Path(tempfile.mkdtemp(dir=folder))
    target = folder / f"{work.name}.pdf"
    whole = assemble(book)
    setting = on_screen(book.design) if purpose == "screen" else in_print(book.design)
    await pdf.make_pdf(whole, work, target, silent, folder / "cache", setting)
    if whole.findings:
        raise SystemExit(f"{book.title}: {whole.findings}")
    return target


def drawn(file: Path, numbers: Sequence[int]) -> list[Image.Image]:
    """Pages of a PDF as pictures."""
    found: list[Image.Image] = []
    for number in numbers:
        name = file.with_suffix(f".{number}")
        at = str(number)
        command = ["pdftoppm", "-r", str(DENSITY), "-png", "-singlefile", "-f", at, "-l", at]
        subprocess.run([*command, str(file), str(name)], check=True, capture_output=True)
        found.append(Image.open(f"{name}.png").convert("RGB"))
    return found


def sheet(pages: Sequence[Image.Image], target: Path, across: int) -> None:
    """Pages side by side, in few colours: a small file."""
    wide, tall = max(it.width for it in pages), max(it.height for it in pages)
    down = -(-len(pages) // across)
    size = (across * (wide + GAP) + GAP, down * (tall + GAP) + GAP)
    whole = Image.new("RGB", size, GROUND)
    for at, page in enumerate(pages):
        whole.paste(page, (GAP + at % across * (wide + GAP), GAP + at // across * (tall + GAP)))
    few = whole.quantize(64, dither=Image.Dither.NONE)
    few.save(target, optimize=True)


def last(file: Path) -> int:
    """How many pages a PDF has."""
    said = subprocess.run(["pdfinfo", str(file)], check=True, capture_output=True, text=True)
    [line] = [line for line in said.stdout.splitlines() if line.startswith("Pages:")]
    return int(line.split()[1])


async def main() -> None:
    """Everything, anew."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        keep = folder / "pictures"
        keep.mkdir()
        book, _ = await read_folder(
            ROOT / "samples" / "guide", keep, title="Organizing Together Online",
            subtitle="A digital guide for people who work in New York", region="New York City", licence="CC0 1.0",
        )  # fmt: skip
        for design in get_args(Name):
            one = replace(book, design=Design(name=design, trim=TRIMS[design]))
            screen = await made(one, folder, "screen")
            sheet(drawn(screen, [1, 2, 4, 5, 6, 9, 10, 13]), TARGET / f"{design}-screen.png", 4)
            back = replace(one, back=back_matter(one, 48))
            paper = replace(back, design=replace(one.design, colour=design != "reader", qr=True))
            printed = await made(paper, folder, "print")
            until = last(printed)
            chosen = [1, 3, 4, 5, 7, 8, *range(until - 7, until - 5), *range(until - 4, until + 1)]
            sheet(drawn(printed, chosen[:12]), TARGET / f"{design}-print.png", 4)
        scripts: list[Image.Image] = []
        for language, design in zip(LANGUAGES, get_args(Name), strict=True):
            written = replace(specimen(language), design=Design(name=design, accent="#7a2e1d"))
            scripts += drawn(await made(written, folder, "screen"), [2, 4, 5, 6])
        sheet(scripts, TARGET / "scripts.png", 4)


if __name__ == "__main__":
    asyncio.run(main())
