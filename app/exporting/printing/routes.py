"""HTTP for printing: what each printer asks of this book, and the guide's own cover."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, UploadFile
from fastapi.responses import FileResponse
from pydantic import BaseModel

from app.exporting.design import TRIMS
from app.exporting.designs import service as designs
from app.exporting.printing import own
from app.exporting.printing.printers import PRINTERS
from app.exporting.schemas import Printer
from app.guides.access import Place, needs, needs_briefly
from app.kit.errors import BadInput, NotFound, TooLarge
from app.kit.web import Config, Db, Session
from app.people.schemas import Out

router = APIRouter(prefix="/api/guides/{slug}/printing", tags=["exports"])

Reader = Annotated[Place, needs("read")]
Designer = Annotated[Place, needs("design")]
# Checked without holding a transaction: the file is read and cleaned in between.
Uploader = Annotated[Place, needs_briefly("design")]


class PrinterOut(BaseModel):
    """What a printer asks of this book; lengths in millimetres. Pages and spine are those of the
    last time the book was made for it."""

    name: Printer
    title: str
    colour_space: str
    converts: bool
    """Whether this server can make files in that colour space."""
    takes_size: bool
    min_pages: int
    max_pages: int
    spine_is_known: bool
    spine_text_pages: int
    calculator: str
    pages: int | None = None
    spine_mm: float | None = None
    spine_text: bool | None = None
    cover_width_mm: float | None = None
    cover_height_mm: float | None = None


class CoverOut(Out):
    """The guide's own cover."""

    name: str
    printer: Printer
    width_mm: float
    height_mm: float
    spine_mm: float
    pages: int
    bytes: int
    created_at: datetime


class Printing(BaseModel):
    """All that is known about printing this book."""

    paper: str
    colour: bool
    width_mm: float
    height_mm: float
    printers: list[PrinterOut]
    cover: CoverOut | None


@router.get("")
async def printing(session: Session, config: Config, here: Reader) -> Printing:
    """What each printer asks of this book, and its own cover."""
    design = await designs.of_book(session, here.guide.id)
    wide, high = TRIMS[design.trim]
    printers: list[PrinterOut] = []
    for printer in PRINTERS.values():
        (low, most), (least, top) = printer.width_mm, printer.height_mm
        out = PrinterOut(
            name=printer.name,
            title=printer.title,
            colour_space=printer.colour_space,
            converts=printer.colour_space == "rgb" or config.ghostscript is not None,
            takes_size=low - 0.1 <= wide <= most + 0.1 and least - 0.1 <= high <= top + 0.1,
            min_pages=printer.min_pages,
            max_pages=printer.max_pages,
            spine_is_known=printer.spine_is_known,
            spine_text_pages=printer.spine_text_pages,
            calculator=printer.calculator,
        )
        if (needed := await own.size_now(session, here.guide.id, printer.name)) is not None:
            size, out.pages = needed
            out.spine_mm, out.spine_text = size.spine_mm, size.spine_text
            out.cover_width_mm, out.cover_height_mm = size.width_mm, size.height_mm
        printers.append(out)
    cover = await own.find(session, here.guide.id)
    return Printing(
        paper=design.paper,
        colour=design.colour,
        width_mm=wide,
        height_mm=high,
        printers=printers,
        cover=CoverOut.model_validate(cover) if cover else None,
    )


@router.post("/cover", status_code=201)
async def put_cover_in(
    config: Config, database: Db, here: Uploader, file: UploadFile, printer: Printer = "copyshop"
) -> CoverOut:
    """Put a finished cover in: a PDF of one page, or a picture, of the template's size."""
    limit = config.max_upload_mb * 1_000_000
    data = await file.read(limit + 1)
    if len(data) > limit:
        raise TooLarge(
            f"This file is larger than {config.max_upload_mb} MB. Please make it smaller."
        )
    if not data:
        raise BadInput("This file is empty.", code="cover_unreadable")
    cover = await own.take(
        database,
        config.data_dir,
        here.guide,
        here.person.id,
        printer,
        file.filename or "cover",
        data,
    )
    return CoverOut.model_validate(cover)


@router.get("/cover")
async def cover_file(session: Session, config: Config, here: Reader) -> FileResponse:
    """The guide's own cover as it was cleaned."""
    cover = await own.find(session, here.guide.id)
    path = own.path_of(config.data_dir, cover) if cover else None
    if path is None or not await asyncio.to_thread(path.is_file):
        raise NotFound("This guide has no cover of its own.", code="cover_not_found")
    return FileResponse(path, filename="cover.pdf", media_type="application/pdf",
                        headers={"Cache-Control": "private, no-cache"})  # fmt: skip


@router.delete("/cover", status_code=204)
async def take_cover_away(session: Session, here: Designer) -> None:
    """Take the guide's own cover away; the one from the design comes back."""
    await own.remove(session, here.guide)
