"""Every question that preflight's tables are asked."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters.models import Chapter
from app.preflight.models import ChapterCheck, CheckRun, FindingTask, Waiver
from app.sync.models import Document
from app.tasks.models import Task


async def checks(session: AsyncSession, guide_id: str) -> dict[str, ChapterCheck]:
    """What was found in each chapter last, by its id."""
    rows = await session.scalars(select(ChapterCheck).where(ChapterCheck.guide_id == guide_id))
    return {row.chapter_id: row for row in rows}


async def seqs(session: AsyncSession, guide_id: str) -> dict[str, int]:
    """How far the log of each chapter is; a chapter nobody has opened has none."""
    rows = await session.execute(
        select(Document.chapter_id, Document.seq).where(Document.guide_id == guide_id)
    )
    return {row[0]: row[1] for row in rows}


async def waiting(session: AsyncSession, guide_id: str, edition: int) -> list[str]:
    """The chapters that were changed since they were looked at, or never were, or by older rules."""
    rows = await session.scalars(
        select(Chapter.id)
        .outerjoin(Document, Document.chapter_id == Chapter.id)
        .outerjoin(ChapterCheck, ChapterCheck.chapter_id == Chapter.id)
        .where(
            Chapter.guide_id == guide_id,
            Chapter.binned_at.is_(None),
            or_(
                ChapterCheck.chapter_id.is_(None),
                ChapterCheck.rules != edition,
                ChapterCheck.seq < Document.seq,
            ),
        )
        .order_by(Chapter.position, Chapter.id)
    )
    return list(rows)


async def place_of(session: AsyncSession, chapter_id: str) -> tuple[Chapter, int] | None:
    """A chapter that is not in the bin, and how far its log is."""
    row = (
        await session.execute(
            select(Chapter, Document.seq)
            .outerjoin(Document, Document.chapter_id == Chapter.id)
            .where(Chapter.id == chapter_id, Chapter.binned_at.is_(None))
        )
    ).one_or_none()
    return (row[0], row[1] or 0) if row else None


async def waivers(session: AsyncSession, guide_id: str) -> dict[str, Waiver]:
    """What is waved through now, by the findings' keys."""
    rows = await session.scalars(
        select(Waiver)
        .where(Waiver.guide_id == guide_id, Waiver.ended_at.is_(None))
        .order_by(Waiver.id)
    )
    return {row.key: row for row in rows}


async def tasks(session: AsyncSession, guide_id: str) -> list[tuple[FindingTask, Task]]:
    """The open tasks that were made of findings."""
    rows = await session.execute(
        select(FindingTask, Task)
        .join(Task, Task.id == FindingTask.task_id)
        .where(FindingTask.guide_id == guide_id, Task.status == "open", Task.deleted_at.is_(None))
        .order_by(Task.created_at, Task.id)
    )
    return [(row[0], row[1]) for row in rows]


async def run(session: AsyncSession, guide_id: str, run_id: str) -> CheckRun | None:
    """A complete check of the guide."""
    return await session.scalar(
        select(CheckRun).where(CheckRun.id == run_id, CheckRun.guide_id == guide_id)
    )


async def runs(session: AsyncSession, guide_id: str) -> Sequence[CheckRun]:
    """The complete checks of a guide, newest first."""
    rows = await session.scalars(
        select(CheckRun)
        .where(CheckRun.guide_id == guide_id)
        .order_by(CheckRun.created_at.desc(), CheckRun.id.desc())
    )
    return rows.all()


async def last_run(session: AsyncSession, guide_id: str) -> CheckRun | None:
    """The last complete check that came to its end."""
    return await session.scalar(
        select(CheckRun)
        .where(CheckRun.guide_id == guide_id, CheckRun.status == "done")
        .order_by(CheckRun.created_at.desc(), CheckRun.id.desc())
        .limit(1)
    )
