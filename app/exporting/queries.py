"""Every question the exports' table is asked."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.exporting.models import Export


async def export(session: AsyncSession, guide_id: str, export_id: str) -> Export | None:
    """An export of the guide."""
    return await session.scalar(
        select(Export).where(Export.id == export_id, Export.guide_id == guide_id)
    )


async def of_guide(session: AsyncSession, guide_id: str) -> Sequence[Export]:
    """The exports of a guide, newest first."""
    rows = await session.scalars(
        select(Export)
        .where(Export.guide_id == guide_id)
        .order_by(Export.created_at.desc(), Export.id.desc())
    )
    return rows.all()
