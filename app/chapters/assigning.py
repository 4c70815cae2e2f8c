"""Who works on a chapter: one person in charge, any number of others."""

from __future__ import annotations

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters import service
from app.chapters.models import Assignee, Chapter
from app.guides import queries as guide_queries
from app.guides import service as guide_service
from app.kit import clock, events
from app.kit.errors import NotFound
from app.people.models import Person


async def set_lead(
    session: AsyncSession, chapter: Chapter, by: Person, person_id: str | None
) -> None:
    """Put somebody in charge, or nobody.

    Raises:
        NotFound: the person is not in the guide.
    """
    if person_id is not None:
        await _member(session, chapter.guide_id, person_id)
    if chapter.lead_id == person_id:
        return
    chapter.lead_id = person_id
    service.stamp(chapter, by, "lead")
    _tell(session, chapter, by, person_id, f"You are in charge of “{chapter.title}” now.")


async def assign(session: AsyncSession, chapter: Chapter, by: Person, person_id: str) -> None:
    """Put somebody on a chapter; with nobody in charge yet, they are.

    Raises:
        NotFound: the person is not in the guide.
    """
    await _member(session, chapter.guide_id, person_id)
    if await session.get(Assignee, (chapter.id, person_id)) is not None:
        return
    session.add(Assignee(chapter_id=chapter.id, person_id=person_id, since=clock.now()))
    if chapter.lead_id is None:
        chapter.lead_id = person_id
    service.stamp(chapter, by, "assignees")
    _tell(session, chapter, by, person_id, f"“{chapter.title}” is your chapter now.")


async def unassign(session: AsyncSession, chapter: Chapter, by: Person, person_id: str) -> None:
    """Take somebody off a chapter; they are no longer in charge of it either."""
    row = await session.get(Assignee, (chapter.id, person_id))
    if row is None and chapter.lead_id != person_id:
        return
    if row is not None:
        await session.delete(row)
    if chapter.lead_id == person_id:
        chapter.lead_id = None
    service.stamp(chapter, by, "assignees")
    _tell(session, chapter, by, person_id, f"You are no longer on “{chapter.title}”.")


async def let_go(session: AsyncSession, guide_id: str, person_id: str) -> None:
    """Somebody left the guide: their chapters are free for others."""
    chapters = await session.scalars(
        select(Chapter)
        .outerjoin(
            Assignee, and_(Assignee.chapter_id == Chapter.id, Assignee.person_id == person_id)
        )
        .where(
            Chapter.guide_id == guide_id,
            or_(Chapter.lead_id == person_id, Assignee.person_id.is_not(None)),
        )
    )
    for chapter in chapters:
        if chapter.lead_id == person_id:
            chapter.lead_id = None
        if (row := await session.get(Assignee, (chapter.id, person_id))) is not None:
            await session.delete(row)
        service.stamp(chapter, None, "assignees")
        events.queue(session, events.Event(guide_id, "chapters", {"id": chapter.id}))


guide_service.partings.append(let_go)


async def _member(session: AsyncSession, guide_id: str, person_id: str) -> None:
    if await guide_queries.member(session, guide_id, person_id) is None:
        raise NotFound("This person is not in the guide (any more).", code="person_not_found")


def _tell(
    session: AsyncSession, chapter: Chapter, by: Person, person_id: str | None, text: str
) -> None:
    events.queue(session, events.Event(chapter.guide_id, "chapters", {"id": chapter.id}))
    if person_id is not None and person_id != by.id:
        events.queue(
            session,
            events.notice(chapter.guide_id, text, to=person_id, chapter_id=chapter.id),
        )
