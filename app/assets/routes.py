"""HTTP for pictures: up and down."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Response, UploadFile
from fastapi.responses import FileResponse

from app.assets import pictures, service
from app.assets.models import Asset
from app.guides.access import Place, needs, needs_briefly
from app.kit.errors import BadInput, NotFound, TooLarge
from app.kit.web import Config, Db, Session
from app.people.schemas import Out

router = APIRouter(prefix="/api/guides/{slug}/assets", tags=["assets"])

Reader = Annotated[Place, needs("read")]
# Checked without holding a transaction: the picture is read and written in between.
Writer = Annotated[Place, needs_briefly("write")]


class AssetOut(Out):
    """A picture as the editor needs it; sizes in pixels."""

    id: str
    url: str
    width: int
    height: int
    bytes: int
    media_type: str
    name: str


@router.post("", status_code=201)
async def upload(config: Config, database: Db, here: Writer, file: UploadFile) -> AssetOut:
    """Take a picture in."""
    limit = config.max_upload_mb * 1_000_000
    data = await file.read(limit + 1)
    if len(data) > limit:
        raise TooLarge(
            f"This file is larger than {config.max_upload_mb} MB. Please make the picture smaller."
        )
    if not data:
        raise BadInput("This file is empty.", code="not_a_picture")
    picture = await pictures.clean(data, file.filename or "picture")
    await service.write(config.data_dir, picture)
    async with database.write() as session:
        asset = await service.keep(session, here.guide.id, here.person.id, picture)
    return out(here.guide.slug, asset)


@router.get("/{asset_id}")
async def download(session: Session, config: Config, here: Reader, asset_id: str) -> Response:
    """The bytes of a picture; they never change."""
    asset = await service.get(session, here.guide.id, asset_id)
    path = service.path_of(config.data_dir, asset)
    if not await asyncio.to_thread(path.is_file):
        raise NotFound("The file of this picture is missing on the server.", code="asset_lost")
    return FileResponse(
        path,
        media_type=asset.media_type,
        headers={
            "Cache-Control": "private, max-age=31536000, immutable",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Content-Disposition": "inline",
        },
    )


def out(slug: str, asset: Asset) -> AssetOut:
    """A picture as the API says it."""
    return AssetOut.model_validate(
        {
            "id": asset.id,
            "url": f"/api/guides/{slug}/assets/{asset.id}",
            "width": asset.width,
            "height": asset.height,
            "bytes": asset.bytes,
            "media_type": asset.media_type,
            "name": asset.name,
        }
    )
