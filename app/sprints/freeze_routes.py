"""HTTP for closing chapters for changes and opening them again: one, or all of the guide."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from app.chapters import freezing
from app.chapters.routes import TheChapter, one, table_of_contents
from app.chapters.schemas import ChapterOut, Chapters
from app.guides.access import Place, needs
from app.kit import events
from app.kit.web import Session

router = APIRouter(prefix="/api/guides/{slug}", tags=["chapters"])

Manager = Annotated[Place, needs("manage")]


@router.put("/chapters/{chapter_id}/freeze")
async def freeze(session: Session, here: Manager, chapter: TheChapter) -> ChapterOut:
    """Close a chapter for changes: nobody writes in it until it is opened again."""
    await freezing.freeze(session, [chapter], here.person)
    return await one(session, here.guide, chapter)


@router.delete("/chapters/{chapter_id}/freeze")
async def thaw(session: Session, here: Manager, chapter: TheChapter) -> ChapterOut:
    """Open a chapter for changes again."""
    await freezing.thaw(session, [chapter], here.person)
    return await one(session, here.guide, chapter)


@router.put("/freeze")
async def freeze_all(session: Session, here: Manager) -> Chapters:
    """Close all chapters for changes. Those that are made later are open."""
    closed = await freezing.freeze(session, await freezing.all_of(session, here.guide), here.person)
    if closed:
        _tell(session, here, "closed all chapters for changes.")
    return await table_of_contents(session, here.guide)


@router.delete("/freeze")
async def thaw_all(session: Session, here: Manager) -> Chapters:
    """Open all chapters for changes again."""
    opened = await freezing.thaw(session, await freezing.all_of(session, here.guide), here.person)
    if opened:
        _tell(session, here, "opened all chapters for changes again.")
    return await table_of_contents(session, here.guide)


def _tell(session: Session, here: Place, what: str) -> None:
    # Of one chapter only those are told who have it open, by their page.
    text = f"{here.person.name} {what}"
    events.queue(session, events.notice(here.guide.id, text, by=here.person.id))
