"""Rescued words: what the engine found to have been taken away unseen, kept for the one who wrote it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters.models import Chapter
from app.kit import clock, events
from app.kit.errors import NotFound
from app.kit.ids import new_id
from app.sync.commits import Commit
from app.sync.models import Document, RescuedWords


async def keep(session: AsyncSession, commits: Sequence[Commit]) -> None:
    """Keep what stored commits brought or took away unseen, in their transaction."""
    for commit in commits:
        found = [one for row in commit.rows for one in row.unseen]
        if not found:
            continue
        document = await session.get_one(Document, commit.document_id)
        for person_id, words in found:
            session.add(
                RescuedWords(
                    id=new_id(),
                    document_id=document.id,
                    chapter_id=document.chapter_id,
                    person_id=person_id,
                    at=clock.now(),
                    text=words.replace("\0", ""),  # PostgreSQL has no such character
                )
            )
            events.queue(session, events.Event(document.guide_id, "kept", to=person_id))


async def of_person(
    session: AsyncSession, guide_id: str, person_id: str
) -> list[tuple[RescuedWords, Chapter]]:
    """What is kept for a person in a guide, with the chapter it was written in."""
    rows = await session.execute(
        select(RescuedWords, Chapter)
        .join(Chapter, Chapter.id == RescuedWords.chapter_id)
        .where(Chapter.guide_id == guide_id, RescuedWords.person_id == person_id)
        .order_by(RescuedWords.at, RescuedWords.id)
    )
    return [(row[0], row[1]) for row in rows]


async def give_up(session: AsyncSession, person_id: str, rescued_id: str) -> None:
    """The person has the words in hand, or does not want them.

    Raises:
        NotFound: nothing of that id is kept for them.
    """
    found = await session.get(RescuedWords, rescued_id)
    if found is None or found.person_id != person_id:
        raise NotFound("These words are not kept any more.", code="not_kept")
    await session.delete(found)
