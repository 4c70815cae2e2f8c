"""DOCX: pandoc writes the document with our styles, the rest is put in afterwards."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from app.exporting import languages, pdf
from app.exporting.assemble import Assembled
from app.exporting.book import Made
from app.exporting.office import content, docx_finish, docx_reference, paper
from app.exporting.standins import StandIns
from app.kit import box
from app.kit.converters import pandoc
from app.manuscript.pandoc import document

Progress = Callable[[float, str], Awaitable[None]]

LIMITS: Final = box.Limits(seconds=900, cpu_seconds=180)
HEAP_MB: Final = 768


async def make_docx(whole: Assembled, folder: Path, target: Path, progress: Progress) -> Made:
    """Write the book for Word at `target`. `folder` is fresh and empty."""
    sheet = paper.of_book(whole.book)
    standins = StandIns.of(whole.pictures.values())
    await progress(0.05, "Laying out the pages")
    reference = folder / "reference.docx"
    await asyncio.to_thread(docx_reference.write, whole, sheet, reference)
    found = await asyncio.to_thread(content.content, whole, sheet, standins.address)
    meta = {
        "lang": {"t": "MetaString", "c": languages.tag(whole.book.language)},
        "dir": {"t": "MetaString", "c": languages.direction(whole.book.language)},
    }
    await progress(0.15, "Writing the chapters")
    raw = folder / "pandoc.docx"
    await pandoc(
        ["-f", "json", "-t", "docx", f"--reference-doc={reference.name}",
         "--syntax-highlighting=none", "-o", raw.name],
        folder=folder,
        given=json.dumps(document(found.blocks, meta)).encode(),
        heap_mb=HEAP_MB,
        limits=LIMITS,
        environment={"SOURCE_DATE_EPOCH": str(pdf.timestamp(whole))},
    )  # fmt: skip
    alternatives = [one.alternative for one in found.shown]
    await progress(0.7, "Finishing the book")
    await asyncio.to_thread(docx_finish.finish, whole, alternatives, standins, raw, target)
    return Made("docx", target, await asyncio.to_thread(os.path.getsize, target))
