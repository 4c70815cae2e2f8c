"""What tasks leave to put right: each one that is open."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters.models import Chapter
from app.guides.models import Guide
from app.manuscript.findings import Finding, declare
from app.tasks.service import of_guide

OPEN = declare(
    "open_task",
    "should",
    "A task that is still open",
    "Do it and tick it off, or take it away.",
)


async def found(session: AsyncSession, guide: Guide) -> Sequence[Finding]:
    """The open tasks; `about` is the task's id."""
    rows = await session.execute(
        select(Chapter.id, Chapter.title).where(Chapter.guide_id == guide.id)
    )
    titles = {row[0]: row[1] for row in rows}
    return [
        Finding(
            OPEN.code,
            OPEN.degree,
            titles.get(task.chapter_id or "", guide.title),
            f"“{task.title}” is still open.",
            task.chapter_id,
            about=task.id,
            owner_id=task.assignee_id,
        )
        for task in await of_guide(session, guide.id)
        if task.status == "open"
    ]
