"""ICML: the text with named styles for InDesign, its pictures beside it and a page on what to do.

InCopy's interchange format (IDML specification, §10) as pandoc writes it. Pictures are linked and
not embedded; pandoc is told their size and sees nothing of them, so their frames are written here.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Callable
from html import escape
from pathlib import Path
from typing import Final

from app.exporting import languages, pdf
from app.exporting.assemble import Assembled
from app.exporting.book import Made
from app.exporting.office import content, paper
from app.exporting.office.docx import HEAP_MB, LIMITS
from app.exporting.packing import pack
from app.kit.converters import pandoc
from app.manuscript.pandoc import document

Progress = Callable[[float, str], Awaitable[None]]

PICTURES: Final = "pictures/"
_FRAME: Final = re.compile(r"<Rectangle .*?</Rectangle>", re.DOTALL)
_POINTS: Final = 72 / 25.4

README: Final = """{title}
This folder is the text of the book for Adobe InDesign (CS4 and later) and InCopy.

1. Unpack the whole folder first, and keep book.icml and the folder pictures together.
2. Make a document with the page size you want. Choose File > Place and pick book.icml.
   Hold Shift while you click on the page: InDesign adds as many pages as the text needs.
3. If pictures are shown as missing, open Window > Links, select them and choose
   "Relink to Folder" from the panel's menu; pick the folder pictures.
4. The text comes with named paragraph styles that look plain on purpose. Change the styles, not
   the text. These are the ones to begin with (many end in "> Paragraph"):

     Title, Subtitle, BookLine      the title page
     ImprintHeading, Imprint        about this book: who wrote it, the licence
     Header1 (unnumbered)           the title of a part
     ChapterNumber, Header1         the number and the title of a chapter
     Header2, Header3 ...           headings inside a chapter
     Paragraph                      the text
     CalloutLabel > Paragraph       the word above a box (Tip, Note, Warning, Example)
     CalloutTip > Paragraph ...     the text of a box
     Blockquote > Paragraph         a quotation; "Attribution" in the name: who is quoted
     BulList, NumList               lists
     Caption                        what stands under a picture
     CodeBlock, Rule, TablePar      code, a break between sections, the text of tables

   In InDesign's file formats there is no table of contents and no index: make them from the
   styles with Layout > Table of Contents.
5. Footnotes are real footnotes and links are real hyperlinks. What a picture shows for people
   who cannot see it is stored with its frame: Object > Object Export Options > Alt Text.
6. {direction}

The text may be used under this licence: {licence}
"""
_LEFT: Final = "Choose the Adobe Paragraph Composer, or the World-Ready one for Indic scripts."
_RIGHT: Final = (
    "This book is written from right to left. Switch to the World-Ready Paragraph Composer and\n"
    "   set the paragraph direction of the styles to right to left (Paragraph Styles > Justification)."
)


async def make_icml(whole: Assembled, folder: Path, target: Path, progress: Progress) -> Made:
    """Write the book for InDesign as a zip at `target`. `folder` is fresh and empty."""
    sheet = paper.of_book(whole.book)
    found = await asyncio.to_thread(
        content.content, whole, sheet, lambda name: PICTURES + name, for_layout=True
    )
    await progress(0.2, "Writing the chapters")
    written = await pandoc(
        ["-s", "-f", "json", "-t", "icml", "--wrap=none", "--syntax-highlighting=none"],
        folder=folder,
        given=json.dumps(document(found.blocks)).encode(),
        heap_mb=HEAP_MB,
        limits=LIMITS,
        environment={"SOURCE_DATE_EPOCH": str(pdf.timestamp(whole))},
    )
    await progress(0.8, "Finishing the book")
    parts: dict[str, bytes | Path] = {
        "README.txt": _readme(whole).encode(),
        "book.icml": _frames(written.decode(), found.shown).encode(),
    }
    for name in sorted(whole.pictures):
        parts[PICTURES + name] = whole.pictures[name].path
    await asyncio.to_thread(pack, target, whole.book.made, parts)
    return Made("icml", target, await asyncio.to_thread(os.path.getsize, target))


def _readme(whole: Assembled) -> str:
    book = whole.book
    title = f"{book.title}\n{'=' * min(len(book.title), 70)}\n"
    rtl = languages.direction(book.language) == "rtl"
    return README.format(title=title, direction=_RIGHT if rtl else _LEFT, licence=book.licence)


def _frames(story: str, shown: list[content.Shown]) -> str:
    """The story with each picture's frame as large as the picture is to be, and what it shows."""
    pictures = iter(enumerate(shown, 1))
    return _FRAME.sub(lambda _: _frame(*next(pictures)), story)


def _frame(number: int, shown: content.Shown) -> str:
    """A picture in its frame, in points, the frame's middle at the origin (IDML §10.3.1)."""
    width, height = shown.width * _POINTS, shown.height * _POINTS
    corners = ((-1, -1), (-1, 1), (1, 1), (1, -1))
    points = "".join(
        '<PathPointType Anchor="{0}" LeftDirection="{0}" RightDirection="{0}"/>'.format(
            f"{x * width / 2:.3f} {y * height / 2:.3f}"
        )
        for x, y in corners
    )
    scale = width / shown.picture.width
    described = (
        f'AltTextSourceType="SourceCustom" CustomAltText="{escape(shown.alternative)}"'
        if shown.alternative
        else 'ApplyTagType="TagArtifact"'
    )
    return (
        f'<Rectangle Self="frame{number}" StrokeWeight="0" ItemTransform="1 0 0 1 0 0">'
        '<Properties><PathGeometry><GeometryPathType PathOpen="false"><PathPointArray>'
        f"{points}</PathPointArray></GeometryPathType></PathGeometry></Properties>"
        f'<Image Self="image{number}" ItemTransform="{scale:.5f} 0 0 {scale:.5f} '
        f'{-width / 2:.3f} {-height / 2:.3f}"><Properties><GraphicBounds Left="0" Top="0" '
        f'Right="{shown.picture.width}" Bottom="{shown.picture.height}"/></Properties>'
        f'<Link Self="link{number}" LinkResourceURI="file:{PICTURES}{shown.picture.name}"/></Image>'
        f"<ObjectExportOption {described}/></Rectangle>"
    )
