"""Keeping addresses: a page that was published once has its name for ever, also without its chapter."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.exporting.web.models import PageAddress


async def kept(session: AsyncSession, guide_id: str) -> dict[str, str]:
    """The names of pages that were published, by the chapter's id."""
    rows = await session.scalars(select(PageAddress).where(PageAddress.guide_id == guide_id))
    return {row.chapter_id: row.name for row in rows}


async def keep(session: AsyncSession, guide_id: str, names: Mapping[str, str]) -> None:
    """Keep the names of pages that are being published; a chapter that has one keeps its first."""
    known = await kept(session, guide_id)
    taken = set(known.values())
    for chapter_id, name in names.items():
        if chapter_id not in known and name not in taken:
            session.add(PageAddress(chapter_id=chapter_id, guide_id=guide_id, name=name))
