"""HTTP for splitting and merging chapters, and for the headings one can split at."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from app.chapters import routes as chapter_routes
from app.chapters import service
from app.chapters.schemas import ChapterOut
from app.guides.access import Place, needs_briefly
from app.guides.schemas import Title
from app.kit.bodies import Body
from app.kit.web import Db
from app.manuscript import measure
from app.sync import reshaping
from app.sync.service import Sync

router = APIRouter(prefix="/api/guides/{slug}/chapters/{chapter_id}", tags=["chapters"])

Reader = Annotated[Place, needs_briefly("read")]
Organiser = Annotated[Place, needs_briefly("organise")]
Manager = Annotated[Place, needs_briefly("manage")]


def the_sync(request: Request) -> Sync:
    """The sync server of this process."""
    return request.app.state.sync


Words = Annotated[Sync, Depends(the_sync)]


class Heading(BaseModel):
    """A heading at the top level; `index` counts the chapter's blocks from 0."""

    index: int
    level: int
    text: str


class Outline(BaseModel):
    """The headings of a chapter."""

    items: list[Heading]


class Split(Body):
    """Where to split, and what the new chapter is called."""

    at: Annotated[int, Field(ge=0, le=1_000_000)]
    title: Title


class Merge(Body):
    """Which chapter takes the words."""

    into: str


@router.get("/outline")
async def outline(here: Reader, database: Db, sync: Words, chapter_id: str) -> Outline:
    """The headings of a chapter, as they are stored at this moment."""
    async with database.read() as session:
        chapter = await service.get(session, here.guide, chapter_id)
    tree = await sync.read_tree(chapter.document_id)
    items = [
        Heading(index=one.index, level=one.level, text=one.text) for one in measure.outline(tree)
    ]
    return Outline(items=items)


@router.post("/split", status_code=201)
async def split(
    here: Organiser, database: Db, sync: Words, chapter_id: str, body: Split
) -> ChapterOut:
    """Make the end of a chapter a chapter of its own."""
    new = await reshaping.split(database, sync, here, chapter_id, body.at, body.title)
    return await _out(database, here, new.id)


@router.post("/merge")
async def merge(
    here: Manager, database: Db, sync: Words, chapter_id: str, body: Merge
) -> ChapterOut:
    """Put a chapter behind another one; the emptied one goes to the bin."""
    into = await reshaping.merge(database, sync, here, chapter_id, body.into)
    return await _out(database, here, into.id)


async def _out(database: Db, here: Place, chapter_id: str) -> ChapterOut:
    async with database.read() as session:
        chapter = await service.get(session, here.guide, chapter_id)
        return await chapter_routes.one(session, here.guide, chapter)
