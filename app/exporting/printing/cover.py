"""The cover: back, spine and front drawn from the design, and the template for one of one's own."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from app.exporting import pdf, typst_files
from app.exporting.assemble import Assembled
from app.exporting.design import in_print
from app.exporting.printing import barcode, workshop
from app.exporting.printing.printers import CoverSize, Printer
from app.kit.converters import ConversionFailed

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}


async def draw(
    whole: Assembled, printer: Printer, size: CoverSize, pages: int, folder: Path, target: Path
) -> None:
    """Write the cover at `target`. `folder` is fresh and empty."""
    await asyncio.to_thread(_lay_out, whole, printer, size, pages, folder)
    raw = folder / "cover-raw.pdf"
    answer = await pdf.typst(whole, folder, "cover-sheet.typ", raw)
    if not answer.ok:
        raise ConversionFailed("The cover could not be drawn.", "\n".join(answer.errors))
    await workshop.do(
        "cover", folder, source=str(raw), target=str(target), bleed_mm=size.bleed_mm,
        metadata=printer.metadata,
    )  # fmt: skip


async def template(
    whole: Assembled, printer: Printer, size: CoverSize, pages: int, folder: Path, target: Path
) -> None:
    """Write the template with cut, folds and free zones at `target`. `folder` is fresh and empty."""
    await asyncio.to_thread(_lay_out, whole, printer, size, pages, folder)
    answer = await pdf.typst(whole, folder, "cover-guides.typ", target)
    if not answer.ok:
        raise ConversionFailed("The cover's template could not be drawn.", "\n".join(answer.errors))


def _lay_out(whole: Assembled, printer: Printer, size: CoverSize, pages: int, folder: Path) -> None:
    # The cover has its colours, also around a book that is printed in black.
    design = replace(whole.book.design, colour=True)
    typst_files.lay_out(whole, folder, in_print(design))
    said = json.dumps(about(whole, printer, size, pages), ensure_ascii=False)
    folder.joinpath("cover.json").write_text(said, "utf-8")


def about(whole: Assembled, printer: Printer, size: CoverSize, pages: int) -> dict[str, Any]:
    """What the cover's template needs to know."""
    book, details = whole.book, whole.book.details
    digits = details.print_isbn.replace("-", "")
    summary = [" ".join(part.split()) for part in details.summary.split("\n\n")]
    return {
        **asdict(size),
        "pages": pages,
        "summary": [part for part in summary if part] or [book.subtitle],
        "foot": [line for line in (details.publisher, details.place, price(whole)) if line],
        "spine_foot": details.publisher or book.region,
        "isbn": details.print_isbn,
        "digits": digits,
        "bars": barcode.bars(digits) if digits else None,
        # 80 % is the least that ISO/IEC 15420 allows, 100 % what shops like best.
        "magnification": 1 if size.page_width_mm >= 120 else 0.85,
        "note": ""
        if printer.spine_is_known
        else f"{printer.title} does not publish how it reckons the spine: before you print, compare "
        f"with {printer.calculator}.",
    }


def price(whole: Assembled) -> str:
    """The price as it is printed: “$12.50”, “12.50 MXN”."""
    details = whole.book.details
    if not details.price:
        return ""
    sign = _SIGNS.get(details.currency)
    return f"{sign}{details.price}" if sign else f"{details.price} {details.currency}"
