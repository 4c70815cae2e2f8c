"""Every question the imports' table is asked."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.importing.models import Import


async def one(session: AsyncSession, guide_id: str, import_id: str) -> Import | None:
    """An import of the guide."""
    return await session.scalar(
        select(Import).where(Import.id == import_id, Import.guide_id == guide_id)
    )


async def of_guide(session: AsyncSession, guide_id: str) -> Sequence[Import]:
    """The imports of the guide, newest first."""
    rows = await session.scalars(
        select(Import).where(Import.guide_id == guide_id).order_by(Import.id.desc())
    )
    return rows.all()
