"""What the stored words leave to put right: words waiting for their writer, chapters set apart."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters.models import Chapter
from app.guides.models import Guide
from app.manuscript.findings import Finding, declare
from app.people.models import Person
from app.sync.models import Document, RescuedWords

WAITING = declare(
    "words_waiting",
    "should",
    "Words that did not get into their chapter",
    "Whoever wrote them finds them under “Words kept for you”: put them back in, or discard them.",
)
SET_APART = declare(
    "chapter_unreadable",
    "must",
    "A chapter that cannot be read",
    "Its words are kept. Tell the operator: docs/how-to/bring-back-what-a-chapter-was.md helps.",
    waivable=False,
)


async def found(session: AsyncSession, guide: Guide) -> Sequence[Finding]:
    """What is kept beside the chapters; the words themselves are nobody else's business."""
    waiting = await session.execute(
        select(Chapter.id, Chapter.title, Person.id, Person.name, func.count(RescuedWords.id))
        .join(RescuedWords, RescuedWords.chapter_id == Chapter.id)
        .join(Person, Person.id == RescuedWords.person_id)
        .where(Chapter.guide_id == guide.id, Chapter.binned_at.is_(None))
        .group_by(Chapter.id, Chapter.title, Person.id, Person.name)
        .order_by(Chapter.id, Person.id)
    )
    out = [
        Finding(
            WAITING.code,
            WAITING.degree,
            title,
            f"Words that {name} wrote here were taken away unseen and wait for them.",
            chapter_id,
            about=person_id,
            owner_id=person_id,
        )
        for chapter_id, title, person_id, name, _ in waiting
    ]
    apart = await session.execute(
        select(Chapter.id, Chapter.title)
        .join(Document, Document.id == Chapter.document_id)
        .where(
            Chapter.guide_id == guide.id,
            Chapter.binned_at.is_(None),
            Document.quarantined_at.is_not(None),
        )
    )
    return out + [unreadable(title, chapter_id) for chapter_id, title in apart]


def unreadable(title: str, chapter_id: str) -> Finding:
    """The finding for a chapter whose words cannot be read right now."""
    said = "This chapter cannot be read right now."
    return Finding(SET_APART.code, SET_APART.degree, title, said, chapter_id, about="unreadable")
