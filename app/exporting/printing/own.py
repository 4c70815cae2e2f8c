"""A cover of one's own: taken in when it fits the book as it was last made for that printer."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from app.assets import pictures
from app.exporting import queries
from app.exporting.design import TRIMS
from app.exporting.designs import service as designs
from app.exporting.printing import workshop
from app.exporting.printing.faults import inches
from app.exporting.printing.models import Cover
from app.exporting.printing.parcel import OwnCover
from app.exporting.printing.printers import PRINTERS, CoverSize, cover_size
from app.guides.models import Guide
from app.kit import clock, events
from app.kit.converters import ConversionFailed
from app.kit.db import Database
from app.kit.errors import BadInput

_NEAR_MM = 0.6
_LEAST_PPI = 200


def path_of(data_dir: Path, cover: Cover) -> Path:
    """The file of a cover; it lies with the pictures, so that a backup has it."""
    return data_dir / "assets" / cover.sha256[:2] / f"{cover.sha256}.pdf"


async def find(session: AsyncSession, guide_id: str) -> Cover | None:
    """The guide's own cover, if it has one."""
    return await session.get(Cover, guide_id)


async def for_export(session: AsyncSession, data_dir: Path, guide_id: str) -> OwnCover | None:
    """The same, as an export takes it."""
    cover = await find(session, guide_id)
    if cover is None or not await asyncio.to_thread(path_of(data_dir, cover).is_file):
        return None
    return OwnCover(
        path_of(data_dir, cover), cover.width_mm, cover.height_mm, cover.spine_mm, cover.printer
    )


async def last_pages(session: AsyncSession, guide_id: str, printer: str) -> int | None:
    """How many pages the book had when it was last made for a printer."""
    for export in await queries.of_guide(session, guide_id):
        for file in export.files:
            is_it = str(file["name"]).endswith(f"-{printer}-inside.pdf")
            if file["format"] == "print-inside" and is_it:
                return int(file["pages"])
    return None


async def size_now(
    session: AsyncSession, guide_id: str, printer: str
) -> tuple[CoverSize, int] | None:
    """How large the cover has to be, and for how many pages; None before the book was made once."""
    pages = await last_pages(session, guide_id, printer)
    if pages is None:
        return None
    design = await designs.of_book(session, guide_id)
    page = TRIMS[design.trim]
    size = cover_size(PRINTERS[printer], page, pages, design.paper, colour=design.colour)
    return size, pages


async def take(
    database: Database, data_dir: Path, guide: Guide, person_id: str, printer: str,
    name: str, data: bytes,
) -> Cover:  # fmt: skip
    """Take a finished cover in, a PDF of one page or a picture; it replaces the one before.

    Raises:
        BadInput: it cannot be read, or does not fit; the sentence says the size that is needed.
    """
    async with database.read() as session:
        needed = await size_now(session, guide.id, printer)
    title = PRINTERS[printer].title
    if needed is None:
        raise BadInput(
            f"Make the book for {title} once; then the size of its cover is known, and there is a "
            "template for it.",
            code="cover_size_unknown",
        )
    size, pages = needed
    with tempfile.TemporaryDirectory(prefix="cover-") as folder:
        clean, wide, high = await _clean(Path(folder), name, data, size)
        off = abs(wide - size.width_mm), abs(high - size.height_mm)
        if max(off) > _NEAR_MM:
            raise BadInput(
                f"This cover is {wide:.1f} × {high:.1f} mm. For {title} and {pages} pages it must be "
                f"{size.width_mm:.1f} × {size.height_mm:.1f} mm, with a spine of "
                f"{inches(size.spine_mm)}. The template has exactly this size.",
                code="cover_size",
            )
        made = await asyncio.to_thread(clean.read_bytes)
    row = Cover(
        guide_id=guide.id,
        name=pictures.base_name(name),
        printer=printer,
        sha256=hashlib.sha256(made).hexdigest(),
        bytes=len(made),
        width_mm=wide,
        height_mm=high,
        spine_mm=size.spine_mm,
        pages=pages,
        person_id=person_id,
        created_at=clock.now(),
    )
    await asyncio.to_thread(_write, path_of(data_dir, row), made)
    async with database.write() as session:
        await session.merge(row)
        events.queue(session, events.Event(guide.id, "exports"))
    return row


async def remove(session: AsyncSession, guide: Guide) -> None:
    """Take the guide's own cover away; the one from the design comes back."""
    cover = await find(session, guide.id)
    if cover is not None:
        await session.delete(cover)
        events.queue(session, events.Event(guide.id, "exports"))


async def _clean(
    folder: Path, name: str, data: bytes, size: CoverSize
) -> tuple[Path, float, float]:
    """What was put in as a harmless PDF, with its size. Runs in the worker, whatever it is."""
    given, clean = folder / "given", folder / "clean.pdf"
    if data[:1024].lstrip()[:5] == b"%PDF-":
        await asyncio.to_thread(given.write_bytes, data)
        try:
            answer = await workshop.do("take", folder, source=str(given), target=str(clean))
        except ConversionFailed as error:
            raise BadInput("This PDF cannot be read.", code="cover_unreadable") from error
        if trouble := answer.get("trouble"):
            raise BadInput(str(trouble), code="cover_unreadable")
        return clean, float(answer["width_mm"]), float(answer["height_mm"])
    picture = await pictures.clean(data, name)
    wide = size.width_mm
    high = wide * picture.height / picture.width
    ppi = picture.width / (wide / 25.4)
    if ppi < _LEAST_PPI:
        pixels = round(wide / 25.4 * 300)
        raise BadInput(
            f"This picture has {picture.width} pixels in its width, {ppi:.0f} to the inch when it is "
            f"printed. It needs about {pixels}.",
            code="cover_blurred",
        )
    if abs(high - size.height_mm) <= size.height_mm * 0.01:
        high = size.height_mm
    await asyncio.to_thread(given.write_bytes, picture.data)
    await workshop.do(
        "picture", folder, source=str(given), target=str(clean), width_mm=wide, height_mm=high,
        bleed_mm=size.bleed_mm,
    )  # fmt: skip
    return clean, wide, high


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)
