"""Freezing: a chapter is closed for changes, and opened again; who may is decided above.

A freeze keeps the words as they are and under their title: nobody writes, whatever their role, and
the chapter is not renamed, split, merged or thrown away. Its order, status, brief and people stay free.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters import queries, service
from app.chapters.models import Chapter
from app.guides import queries as guide_queries
from app.guides.models import Guide
from app.kit import clock, events
from app.people.models import Person


async def freeze(session: AsyncSession, chapters: Sequence[Chapter], by: Person) -> list[Chapter]:
    """Close chapters of one guide; those that were open. The sockets hear of it after the commit."""
    closed = [chapter for chapter in chapters if chapter.frozen_at is None]
    for chapter in closed:
        chapter.frozen_at, chapter.frozen_by = clock.now(), by.id
    _note(session, closed, by)
    return closed


async def thaw(session: AsyncSession, chapters: Sequence[Chapter], by: Person) -> list[Chapter]:
    """Open chapters of one guide again; those that were closed."""
    opened = [chapter for chapter in chapters if chapter.frozen_at is not None]
    for chapter in opened:
        chapter.frozen_at = chapter.frozen_by = None
    _note(session, opened, by)
    return opened


async def all_of(session: AsyncSession, guide: Guide) -> Sequence[Chapter]:
    """Every chapter that is not in the bin, held until the transaction ends."""
    # The guide first, as whoever reorders does: they would wait for each other.
    await guide_queries.hold(session, guide.id)
    return await queries.held(session, guide.id)


def _note(session: AsyncSession, chapters: Sequence[Chapter], by: Person) -> None:
    for chapter in chapters:
        service.stamp(chapter, by, "freeze")
        events.queue(session, events.Event(chapter.guide_id, "chapters", {"id": chapter.id}))
    if chapters:
        # For the sync servers, which ask it for every message.
        events.queue(session, events.Event(chapters[0].guide_id, "freeze"))
