"""What can be done with pictures: keep one, find its file."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.assets.models import Asset
from app.assets.pictures import EXTENSIONS, Picture
from app.kit import clock
from app.kit.errors import NotFound
from app.kit.ids import new_id


def folder(data_dir: Path) -> Path:
    """Where the bytes of all pictures are."""
    return data_dir / "assets"


def path_of(data_dir: Path, asset: Asset | Picture) -> Path:
    """The file of a picture; equal pictures share one."""
    name = f"{asset.sha256}.{EXTENSIONS[asset.media_type]}"
    return folder(data_dir) / asset.sha256[:2] / name


async def write(data_dir: Path, picture: Picture) -> None:
    """Put the bytes on disk, safely: whoever sees the row later finds the file whole."""
    await asyncio.to_thread(write_now, data_dir, picture)


def write_now(data_dir: Path, picture: Picture) -> None:
    """The same, here and now."""
    target = path_of(data_dir, picture)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own: two people may paste the same picture at the same moment.
    temporary = target.with_suffix(f".{new_id()}.part")
    with temporary.open("wb") as file:
        file.write(picture.data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(target)
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


async def keep(
    session: AsyncSession, guide_id: str, person_id: str | None, picture: Picture
) -> Asset:
    """The row of a picture whose bytes are on disk; the same picture twice is one asset."""
    known = await session.scalar(
        select(Asset).where(Asset.guide_id == guide_id, Asset.sha256 == picture.sha256).limit(1)
    )
    if known is not None:
        return known
    asset = Asset(
        guide_id=guide_id,
        person_id=person_id,
        name=picture.name,
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
        bytes=len(picture.data),
        sha256=picture.sha256,
        created_at=clock.now(),
    )
    session.add(asset)
    await session.flush()
    return asset


async def get(session: AsyncSession, guide_id: str, asset_id: str) -> Asset:
    """A picture of the guide.

    Raises:
        NotFound: there is none.
    """
    asset = await session.get(Asset, asset_id)
    if asset is None or asset.guide_id != guide_id:
        raise NotFound("This picture is not in the guide.", code="asset_not_found")
    return asset


async def of_guide(session: AsyncSession, guide_id: str) -> list[Asset]:
    """All pictures of a guide."""
    rows = await session.scalars(select(Asset).where(Asset.guide_id == guide_id))
    return list(rows)
