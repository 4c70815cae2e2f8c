"""Every question that the tables of publishing are asked."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.publishing.models import Edition, PublicPage, Report


async def editions(session: AsyncSession, guide_id: str) -> Sequence[Edition]:
    """The editions of a guide, newest first."""
    rows = await session.scalars(
        select(Edition)
        .where(Edition.guide_id == guide_id)
        .order_by(Edition.created_at.desc(), Edition.id.desc())
    )
    return rows.all()


async def edition(session: AsyncSession, guide_id: str, edition_id: str) -> Edition | None:
    """An edition of the guide."""
    return await session.scalar(
        select(Edition).where(Edition.id == edition_id, Edition.guide_id == guide_id)
    )


async def published(session: AsyncSession, guide_id: str) -> Sequence[Edition]:
    """The editions that are public, the newest first: that is the one readers get."""
    rows = await session.scalars(
        select(Edition)
        .where(
            Edition.guide_id == guide_id,
            Edition.published_at.is_not(None),
            Edition.withdrawn_at.is_(None),
        )
        .order_by(Edition.number.desc())
    )
    return rows.all()


async def was_published(session: AsyncSession, guide_id: str) -> bool:
    """Whether the public ever saw an edition of the guide."""
    found = select(Edition.id).where(
        Edition.guide_id == guide_id, Edition.published_at.is_not(None)
    )
    return await session.scalar(found.limit(1)) is not None


async def next_number(session: AsyncSession, guide_id: str) -> int:
    """The number of the next edition; one that was withdrawn keeps its own."""
    highest = select(func.max(Edition.number)).where(Edition.guide_id == guide_id)
    return (await session.scalar(highest) or 0) + 1


async def public_page(session: AsyncSession, guide_id: str) -> PublicPage | None:
    """What the public page says besides its edition."""
    return await session.get(PublicPage, guide_id)


async def reports(session: AsyncSession, guide_id: str) -> Sequence[Report]:
    """What readers reported, newest first."""
    rows = await session.scalars(
        select(Report)
        .where(Report.guide_id == guide_id)
        .order_by(Report.created_at.desc(), Report.id.desc())
    )
    return rows.all()


async def report(session: AsyncSession, guide_id: str, report_id: str) -> Report | None:
    """A report about the guide, for changing it."""
    found = select(Report).where(Report.id == report_id, Report.guide_id == guide_id)
    return await session.scalar(found.with_for_update())


async def unread(session: AsyncSession, guide_id: str) -> int:
    """How many reports nobody decided about."""
    found = select(func.count()).where(Report.guide_id == guide_id, Report.status == "new")
    return await session.scalar(found) or 0


async def errata(session: AsyncSession, edition_id: str) -> Sequence[Report]:
    """The mistakes of an edition that are known, in the order in which they were accepted."""
    rows = await session.scalars(
        select(Report)
        .where(Report.edition_id == edition_id, Report.status == "accepted")
        .order_by(Report.decided_at, Report.id)
    )
    return rows.all()
