"""Every question the chapters' tables are asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters.models import Assignee, Chapter
from app.guides.models import Part


async def chapter(
    session: AsyncSession, guide_id: str, chapter_id: str, *, hold: bool = False
) -> Chapter | None:
    """A chapter of the guide that is not in the bin; with `hold` its row is locked."""
    query = select(Chapter).where(
        Chapter.id == chapter_id, Chapter.guide_id == guide_id, Chapter.binned_at.is_(None)
    )
    return await session.scalar(query.with_for_update() if hold else query)


async def held(session: AsyncSession, guide_id: str) -> Sequence[Chapter]:
    """The chapters that are not in the bin, their rows locked, in the order of their ids."""
    rows = await session.scalars(
        select(Chapter)
        .where(Chapter.guide_id == guide_id, Chapter.binned_at.is_(None))
        .order_by(Chapter.id)
        .with_for_update()
    )
    return rows.all()


async def binned(session: AsyncSession, guide_id: str) -> Sequence[Chapter]:
    """The chapters in the bin, last thrown first."""
    rows = await session.scalars(
        select(Chapter)
        .where(Chapter.guide_id == guide_id, Chapter.binned_at.is_not(None))
        .order_by(Chapter.binned_at.desc(), Chapter.id)
    )
    return rows.all()


async def outline(session: AsyncSession, guide_id: str) -> list[Chapter]:
    """The chapters in reading order: those without a part first, then part by part."""
    rows = await session.scalars(
        select(Chapter)
        .outerjoin(Part, Part.id == Chapter.part_id)
        .where(Chapter.guide_id == guide_id, Chapter.binned_at.is_(None))
        .order_by(func.coalesce(Part.position, -1), Chapter.position, Chapter.id)
    )
    return list(rows)


async def assignees(session: AsyncSession, chapter_ids: Iterable[str]) -> dict[str, list[str]]:
    """The people on each chapter, in the order they were assigned."""
    rows = await session.execute(
        select(Assignee.chapter_id, Assignee.person_id)
        .where(Assignee.chapter_id.in_(list(chapter_ids)))
        .order_by(Assignee.since, Assignee.person_id)
    )
    people: dict[str, list[str]] = defaultdict(list)
    for chapter_id, person_id in rows:
        people[chapter_id].append(person_id)
    return people


async def chapter_of_document(session: AsyncSession, document_id: str) -> Chapter | None:
    """The chapter whose words a document holds."""
    return await session.scalar(select(Chapter).where(Chapter.document_id == document_id))


async def first_of_person(session: AsyncSession, guide_id: str, person_id: str) -> Chapter | None:
    """The chapter somebody should land in: the first one they are on and that is not done."""
    mine = [chapter for chapter in await outline(session, guide_id) if chapter.status != "done"]
    on = await assignees(session, [chapter.id for chapter in mine])
    return next((c for c in mine if c.lead_id == person_id or person_id in on.get(c.id, [])), None)
