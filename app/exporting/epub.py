"""EPUB 3.3: pandoc writes the chapters, the rest is finished here.

Pandoc runs with `--sandbox`: it sees no file but its input. Pictures, style, cover, contents and
the metadata for accessibility are added afterwards (`epub_polish`), so that the same path works
on every system and nothing in a text can make pandoc open anything.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from app.exporting import back_blocks, epub_polish, languages, page_marks, pdf
from app.exporting.assemble import Assembled
from app.exporting.book import Made
from app.kit import box
from app.kit.converters import pandoc
from app.manuscript.pandoc import document
from app.manuscript.pandoc_out import attr, words

Progress = Callable[[float, str], Awaitable[None]]

_LIMITS = box.Limits(seconds=900, cpu_seconds=180)


async def make_epub(whole: Assembled, folder: Path, target: Path, progress: Progress) -> Made:
    """Write the book as EPUB at `target`. `folder` is fresh and empty."""
    await progress(0.05, "Drawing the cover")
    drawing = folder / "cover"
    await asyncio.to_thread(drawing.mkdir)
    cover = await pdf.cover_png(whole, drawing)
    await progress(0.3, "Writing the chapters")
    given = json.dumps(document(_blocks(whole), _meta(whole))).encode()
    raw = folder / "pandoc.epub"
    await pandoc(
        ["-f", "json", "-t", "epub3", "--split-level=1", "--syntax-highlighting=none",
         "--wrap=none", "-o", raw.name],
        folder=folder,
        given=given,
        limits=_LIMITS,
        environment={"SOURCE_DATE_EPOCH": str(pdf.timestamp(whole))},
    )  # fmt: skip
    await progress(0.8, "Finishing the book")
    await asyncio.to_thread(epub_polish.polish, whole, raw, cover, target)
    size = await asyncio.to_thread(os.path.getsize, target)
    return Made("epub", target, size)


def _blocks(whole: Assembled) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    part = 0
    for chapter in whole.chapters:
        if chapter.part is not None:
            part += 1
            heading = [1, attr(f"part{part}", ["part"]), words(chapter.part)]
            blocks.append({"t": "Header", "c": heading})
        heading = [1, attr(chapter.anchor), words(chapter.title)]
        blocks.append({"t": "Header", "c": heading})
        blocks.extend(page_marks.marked(chapter) if whole.printed else chapter.blocks)
    for section in back_blocks.sections(whole):
        blocks.extend(back_blocks.headed(section))
    return blocks


def _meta(whole: Assembled) -> dict[str, Any]:
    """Only what shapes the chapters' files; the book's own metadata is written by the polish."""
    book = whole.book
    texts = {"title": book.title, "lang": languages.tag(book.language)}
    return {name: {"t": "MetaString", "c": value} for name, value in texts.items()}
