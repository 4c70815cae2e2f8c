"""Deciding what the public sees: publish, withdraw, and what becomes of readers' reports."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters.models import Chapter
from app.exporting.web import keeping
from app.guides.access import Place
from app.guides.models import Guide
from app.kit import clock
from app.kit.errors import BadInput, Conflict, NotFound
from app.publishing import queries
from app.publishing.about import About
from app.publishing.models import Edition, PublicPage, Report
from app.publishing.schemas import ChangePage, Decision
from app.publishing.service import get, tell
from app.tasks import service as tasks
from app.tasks.schemas import NewTask


async def publish(
    session: AsyncSession, guide: Guide, person_id: str | None, edition_id: str
) -> Edition:
    """Show an edition to the public, or one that was withdrawn again.

    Raises:
        NotFound: there is none. Conflict: it is not ready, or something in it must be fixed first.
    """
    edition = await get(session, guide, edition_id)
    if edition.status != "done":
        raise Conflict(
            "This edition is not ready yet, so it cannot be published.", code="not_ready"
        )
    if edition.blocking:
        count = len(edition.blocking)
        raise Conflict(
            f"{'One thing' if count == 1 else f'{count} things'} must be fixed before this can be "
            f"published, first of all: {edition.blocking[0]} Fix it under “Check the book”, then "
            "make the edition again.",
            code="blocked",
        )
    if edition.published_at is not None and edition.withdrawn_at is None:
        return edition
    if edition.number is None:
        edition.number = await queries.next_number(session, guide.id)
    edition.published_at = edition.published_at or clock.now()
    edition.published_by, edition.withdrawn_at = person_id, None
    about = About.model_validate(edition.about)
    await keeping.keep(session, guide.id, {one.id: one.page for one in about.chapters})
    tell(session, guide.id)
    return edition


async def withdraw(session: AsyncSession, guide: Guide, edition_id: str | None) -> Edition:
    """Take an edition back from the public, without an id the one that is shown.

    Raises:
        NotFound, Conflict: there is none, or the public does not see it.
    """
    if edition_id is None:
        shown = await queries.published(session, guide.id)
        if not shown:
            raise Conflict("Nothing of this guide is public.", code="not_published")
        edition = shown[0]
    else:
        edition = await get(session, guide, edition_id)
    if edition.published_at is None or edition.withdrawn_at is not None:
        raise Conflict("This edition is not public.", code="not_published")
    edition.withdrawn_at = clock.now()
    tell(session, guide.id)
    return edition


async def change_page(session: AsyncSession, guide: Guide, wish: ChangePage) -> PublicPage:
    """Change what the public page says besides its edition."""
    page = await queries.public_page(session, guide.id)
    if page is None:
        page = PublicPage(guide_id=guide.id, order_url="", seller="", price="")
        session.add(page)
    for field, value in wish.model_dump(exclude_unset=True, exclude_none=True).items():
        setattr(page, field, value)
    tell(session, guide.id)
    return page


async def decide(
    session: AsyncSession, here: Place, report_id: str, wish: Decision, editions: Sequence[Edition]
) -> Report:
    """Accept or decline a reader's report; an accepted one is listed on the public page.

    Raises:
        NotFound: there is none. BadInput: it is accepted without a word about the mistake.
    """
    report = await queries.report(session, here.guide.id, report_id)
    if report is None:
        raise NotFound("This report is not there (any more).", code="report_not_found")
    if wish.accept and not wish.erratum:
        raise BadInput(
            "Say in a sentence what is wrong and what is right: readers see it on the public page.",
            code="erratum_missing",
        )
    report.status = "accepted" if wish.accept else "declined"
    report.erratum = wish.erratum if wish.accept else ""
    report.decided_at, report.decided_by = clock.now(), here.person.id
    if wish.accept and wish.make_task and report.task_id is None:
        edition = next(one for one in editions if one.id == report.edition_id)
        chapters = {one.page: one.id for one in About.model_validate(edition.about).chapters}
        task = await tasks.create(
            session,
            here,
            NewTask(
                title=f"A reader found a mistake: {wish.erratum}"[:200],
                note=report.text,
                chapter_id=await _still_there(session, chapters.get(report.page)),
            ),
        )
        report.task_id = task.id
    tell(session, here.guide.id)
    return report


async def _still_there(session: AsyncSession, chapter_id: str | None) -> str | None:
    chapter = await session.get(Chapter, chapter_id) if chapter_id else None
    return chapter.id if chapter is not None and chapter.binned_at is None else None
