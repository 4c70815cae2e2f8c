"""HTTP for chapters: the table of contents and what can be done with its pieces."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters import assigning, ordering, queries, service
from app.chapters.models import Chapter
from app.chapters.schemas import (
    Bin,
    BinnedChapter,
    ChangeChapter,
    ChapterOut,
    Chapters,
    Lead,
    MoveChapter,
    NewChapter,
)
from app.guides import queries as guide_queries
from app.guides.access import Place, needs
from app.guides.models import Guide
from app.guides.schemas import MovePart, NewPart, PartOut
from app.kit.web import Session

router = APIRouter(prefix="/api/guides/{slug}", tags=["chapters"])

Reader = Annotated[Place, needs("read")]
Organiser = Annotated[Place, needs("organise")]
Manager = Annotated[Place, needs("manage")]


async def chapter_of(chapter_id: str, session: Session, here: Reader) -> Chapter:
    """The chapter in the address, held: two changes of it happen one after the other."""
    return await service.get(session, here.guide, chapter_id, hold=True)


TheChapter = Annotated[Chapter, Depends(chapter_of)]


@router.get("/chapters")
async def contents(session: Session, here: Reader) -> Chapters:
    """The table of contents in reading order."""
    return await table_of_contents(session, here.guide)


@router.post("/chapters", status_code=201)
async def create(session: Session, here: Organiser, body: NewChapter) -> ChapterOut:
    """Make a chapter."""
    chapter = await service.create(session, here.guide, here.person, body)
    return await one(session, here.guide, chapter)


@router.patch("/chapters/{chapter_id}")
async def change(
    session: Session, here: Organiser, chapter: TheChapter, body: ChangeChapter
) -> ChapterOut:
    """Change title, brief, target or status."""
    await service.change(session, chapter, here.person, body)
    return await one(session, here.guide, chapter)


@router.post("/chapters/{chapter_id}/move")
async def move(session: Session, here: Organiser, chapter_id: str, body: MoveChapter) -> Chapters:
    """Move a chapter."""
    # Not held yet: whoever reorders holds the guide first, or two would wait for each other.
    chapter = await service.get(session, here.guide, chapter_id)
    await ordering.move(session, here.guide, chapter, here.person, body)
    await session.flush()
    return await table_of_contents(session, here.guide)


@router.put("/chapters/{chapter_id}/lead")
async def lead(session: Session, here: Organiser, chapter: TheChapter, body: Lead) -> ChapterOut:
    """Put somebody in charge: anyone by the facilitator, oneself by a writer where nobody is."""
    free_for_me = chapter.lead_id in {None, here.person.id} and body.person_id in {
        None,
        here.person.id,
    }
    if not free_for_me:
        here.require("assign")
    await assigning.set_lead(session, chapter, here.person, body.person_id)
    return await one(session, here.guide, chapter)


@router.put("/chapters/{chapter_id}/assignees/{person_id}")
async def assign(
    session: Session, here: Organiser, chapter: TheChapter, person_id: str
) -> ChapterOut:
    """Put somebody on the chapter; a writer may put themselves."""
    if person_id != here.person.id:
        here.require("assign")
    await assigning.assign(session, chapter, here.person, person_id)
    return await one(session, here.guide, chapter)


@router.delete("/chapters/{chapter_id}/assignees/{person_id}")
async def unassign(
    session: Session, here: Organiser, chapter: TheChapter, person_id: str
) -> ChapterOut:
    """Take somebody off the chapter; a writer may take themselves off."""
    if person_id != here.person.id:
        here.require("assign")
    await assigning.unassign(session, chapter, here.person, person_id)
    return await one(session, here.guide, chapter)


@router.delete("/chapters/{chapter_id}")
async def throw_away(session: Session, here: Manager, chapter: TheChapter) -> BinnedChapter:
    """Put the chapter into the bin."""
    await service.put_away(session, chapter, here.person)
    people = await queries.assignees(session, [chapter.id])
    return _binned(chapter, people.get(chapter.id, []))


@router.get("/bin")
async def the_bin(session: Session, here: Reader) -> Bin:
    """What is in the bin."""
    rows = await queries.binned(session, here.guide.id)
    people = await queries.assignees(session, [row.id for row in rows])
    return Bin(items=[_binned(row, people.get(row.id, [])) for row in rows])


@router.post("/bin/{chapter_id}/restore")
async def restore(session: Session, here: Manager, chapter_id: str) -> ChapterOut:
    """Take a chapter out of the bin."""
    chapter = await service.restore(session, here.guide, chapter_id, here.person)
    return await one(session, here.guide, chapter)


@router.post("/parts", status_code=201)
async def create_part(session: Session, here: Organiser, body: NewPart) -> PartOut:
    """Make a part."""
    part = await ordering.create_part(session, here.guide, body.title)
    return PartOut.model_validate(part)


@router.patch("/parts/{part_id}")
async def rename_part(session: Session, here: Organiser, part_id: str, body: NewPart) -> PartOut:
    """Rename a part."""
    part = await ordering.rename_part(session, here.guide, part_id, body.title)
    return PartOut.model_validate(part)


@router.post("/parts/{part_id}/move")
async def move_part(session: Session, here: Organiser, part_id: str, body: MovePart) -> Chapters:
    """Move a part with its chapters."""
    await ordering.move_part(session, here.guide, part_id, body.before_id)
    await session.flush()
    return await table_of_contents(session, here.guide)


@router.delete("/parts/{part_id}")
async def dissolve_part(session: Session, here: Organiser, part_id: str) -> Chapters:
    """Take a part away; its chapters stay."""
    await ordering.dissolve_part(session, here.guide, part_id)
    await session.flush()
    return await table_of_contents(session, here.guide)


async def table_of_contents(session: AsyncSession, guide: Guide) -> Chapters:
    """The chapters and parts of a guide as the API says them."""
    rows = await queries.outline(session, guide.id)
    people = await queries.assignees(session, [row.id for row in rows])
    parts = await guide_queries.parts(session, guide.id)
    return Chapters(
        items=[service.out(row, at, people.get(row.id, [])) for at, row in enumerate(rows)],
        parts=[PartOut.model_validate(part) for part in parts],
    )


async def one(session: AsyncSession, guide: Guide, chapter: Chapter) -> ChapterOut:
    """One chapter with its place in the guide."""
    await session.flush()
    contents = await table_of_contents(session, guide)
    return next(item for item in contents.items if item.id == chapter.id)


def _binned(chapter: Chapter, people: list[str]) -> BinnedChapter:
    return BinnedChapter.model_validate(
        service.out(chapter, chapter.position, people).model_dump()
        | {"binned_at": chapter.binned_at, "binned_by": chapter.binned_by}
    )
