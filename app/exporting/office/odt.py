"""ODT: pandoc writes the document with our styles, the rest is put in afterwards."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from app.exporting import colours, languages, pdf
from app.exporting.assemble import Assembled
from app.exporting.book import Made
from app.exporting.office import content, faces, odt_finish, paper
from app.exporting.office.docx import HEAP_MB, LIMITS
from app.exporting.office.paper import Paper
from app.exporting.packing import pack
from app.exporting.standins import StandIns
from app.kit.converters import pandoc
from app.manuscript.pandoc import document

Progress = Callable[[float, str], Awaitable[None]]


async def make_odt(whole: Assembled, folder: Path, target: Path, progress: Progress) -> Made:
    """Write the book for LibreOffice at `target`. `folder` is fresh and empty."""
    sheet = paper.of_book(whole.book)
    standins = StandIns.of(whole.pictures.values())
    await progress(0.05, "Laying out the pages")
    reference = folder / "reference.odt"
    await asyncio.to_thread(write_reference, whole, sheet, reference)
    found = await asyncio.to_thread(content.content, whole, sheet, standins.address)
    meta = {"lang": {"t": "MetaString", "c": languages.tag(whole.book.language)}}
    await progress(0.15, "Writing the chapters")
    raw = folder / "pandoc.odt"
    await pandoc(
        ["-f", "json", "-t", "odt", f"--reference-doc={reference.name}",
         "--syntax-highlighting=none", "-o", raw.name],
        folder=folder,
        given=json.dumps(document(found.blocks, meta)).encode(),
        heap_mb=HEAP_MB,
        limits=LIMITS,
        environment={"SOURCE_DATE_EPOCH": str(pdf.timestamp(whole))},
    )  # fmt: skip
    alternatives = [one.alternative for one in found.shown]
    await progress(0.7, "Finishing the book")
    await asyncio.to_thread(odt_finish.finish, whole, sheet, alternatives, standins, raw, target)
    return Made("odt", target, await asyncio.to_thread(os.path.getsize, target))


def write_reference(whole: Assembled, sheet: Paper, target: Path) -> None:
    """The ODT reference document of this book: our styles, sheet and running lines, from
    `odt/styles.xml` (OpenDocument 1.3)."""
    namespaces = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3"'
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    kinds = {"/": "application/vnd.oasis.opendocument.text", "styles.xml": "text/xml",
             "content.xml": "text/xml", "meta.xml": "text/xml"}  # fmt: skip
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>'
        for name, kind in kinds.items()
    )
    pack(
        target,
        whole.book.made,
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": (
                f"{head}<office:document-content {namespaces}><office:body><office:text><text:p/>"
                "</office:text></office:body></office:document-content>"
            ).encode(),
            "styles.xml": styles(whole, sheet).encode(),
            "meta.xml": f"{head}<office:document-meta {namespaces}/>".encode(),
            "META-INF/manifest.xml": (
                f'{head}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:'
                f'manifest:1.0" manifest:version="1.3">{entries}</manifest:manifest>'
            ).encode(),
        },
        first=("mimetype",),
    )


def styles(whole: Assembled, sheet: Paper) -> str:
    """The styles with the book's sheet, colour, fonts, language and direction."""
    book = whole.book
    face = faces.of_language(book.language)
    rtl = languages.direction(book.language) == "rtl"
    language, _, rest = languages.tag(book.language).partition("-")
    country = next((part for part in rest.split("-") if len(part) == 2), "none")
    source = files("app.exporting.office").joinpath("odt", "styles.xml").read_text("utf-8")
    return Template(source).substitute(
        accent=colours.readable(book.accent),
        serif=f"{face.serif}, 'Liberation Serif'",
        sans=f"{face.sans}, 'Liberation Sans'",
        code=face.code,
        asian=face.asian,
        complex=face.complex,
        language=language,
        country=country,
        asian_language=language if language in ("zh", "ja", "ko") else "zh",
        complex_language=language if rtl or language in ("hi", "mr", "ne", "bn") else "ar",
        writing="rl-tb" if rtl else "lr-tb",
        start="right" if rtl else "left",
        width=sheet.width,
        height=sheet.height,
        margin=sheet.margin,
        line_0=f"{sheet.line:.1f}mm",
        line_9=f"{sheet.line - 9:.1f}mm",
        title=escape(book.title),
    )
