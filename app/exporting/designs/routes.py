"""HTTP for a book's looks, and for pages of it to look at."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse

from app.exporting import gathering
from app.exporting.designs import service
from app.exporting.designs.schemas import ChangeDesign, DesignOut, Preview, PreviewPage, Wished
from app.guides.access import Place, needs, needs_briefly
from app.kit.errors import NotFound
from app.kit.web import Session

router = APIRouter(prefix="/api/guides/{slug}/design", tags=["exports"])

Reader = Annotated[Place, needs("read")]
Designer = Annotated[Place, needs("design")]
# Checked without holding a transaction: setting a book takes seconds.
Looking = Annotated[Place, needs_briefly("design")]

_KEY = re.compile("[0-9a-f]{40}")
_SHOWS = {"title", "contents", "opening", "text", "figure", "table"}


@router.get("")
async def design(session: Session, here: Reader) -> DesignOut:
    """How the book looks."""
    return await service.find(session, here.guide.id)


@router.patch("")
async def change_design(session: Session, here: Designer, body: ChangeDesign) -> DesignOut:
    """Choose how the book looks."""
    return await service.change(session, here.guide, here.person.id, body)


@router.get("/preview")
async def preview(request: Request, here: Looking, wish: Annotated[Wished, Query()]) -> Preview:
    """Pages of the book as it would look."""
    state = request.app.state
    book = await gathering.gather(
        state.database, state.sync, state.settings.data_dir, here.guide.id, _silent
    )
    book = replace(book, design=wish.design())
    key, pages, of = await state.previews.of(here.guide.id, book, wish.purpose)
    at = f"/api/guides/{here.guide.slug}/design/preview/{key}"
    return Preview(
        pages=[
            PreviewPage.model_validate(
                {
                    "shows": page.shows, "number": page.number, "url": f"{at}/{page.shows}.png",
                    "width": page.width, "height": page.height,
                }
            )
            for page in pages
        ],
        of=of,
    )  # fmt: skip


@router.get("/preview/{key}/{shows}.png")
async def preview_page(request: Request, here: Looking, key: str, shows: str) -> FileResponse:
    """One page of a preview as PNG."""
    named = _KEY.fullmatch(key) and shows in _SHOWS
    path = request.app.state.previews.path(here.guide.id, key, shows) if named else None
    if path is None or not await asyncio.to_thread(path.is_file):
        raise NotFound("This page is not kept any more. Look at the preview again.")
    # Its address names its content.
    return FileResponse(
        path, media_type="image/png", headers={"Cache-Control": "private, max-age=86400, immutable"}
    )


async def _silent(part: float, step: str) -> None:
    """Nobody watches."""
