"""The past of a guide's chapters, for its operator: when they were written in, and what they were."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters import queries as chapter_queries
from app.chapters.models import Chapter
from app.exporting import markdown
from app.guides import queries as guide_queries
from app.guides.models import Guide
from app.kit.converters import ConversionFailed
from app.kit.db import Database
from app.kit.errors import NotFound, Unavailable
from app.manuscript import measure
from app.manuscript.pandoc import Writing
from app.manuscript.tree import Node
from app.sprints import days
from app.sync import history
from app.sync.history import Stretch
from app.sync.stored import CannotLoad
from app.sync.supervisor import EngineDied, EngineRefused

log = logging.getLogger(__name__)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Past:
    """A chapter and when it was written in. `words` says how many there were after each stretch,
    where that was asked for."""

    number: int
    chapter: Chapter
    stretches: list[Stretch]
    words: list[int]


@dataclass(frozen=True, slots=True)
class Moment:
    """A chapter as it was; `at` is when its last update before that was stored."""

    chapter: Chapter
    at: datetime
    words: int
    markdown: str


async def chapters(database: Database, guide: Guide, number: int | None = None) -> list[Past]:
    """The chapters of a guide, those in the bin last; one alone when `number` says which.

    Raises:
        NotFound: there is no chapter of that number.
    """
    found: list[Past] = []
    async with database.read() as session:
        rows = await _numbered(session, guide)
        for at in range(1, len(rows) + 1) if number is None else [number]:
            chapter = _pick(rows, at)
            stretches = await history.stretches(session, chapter.document_id)
            found.append(Past(at, chapter, stretches, []))
    if number is not None:
        for past in found:
            ends = [stretch.last for stretch in past.stretches]
            counted = history.words(database, past.chapter.document_id, ends)
            past.words.extend(await _plainly(past.chapter, counted))
    return found


async def moment(database: Database, guide: Guide, number: int, at: datetime, base: str) -> Moment:
    """A chapter as it was at a time; one without a zone is the sprint's.

    Raises:
        NotFound: there is no chapter of that number, or nothing is kept from so long ago.
        Unavailable: it cannot be rebuilt.
    """
    if at.tzinfo is None:
        at = at.replace(tzinfo=await zone(database, guide))
    if not at.microsecond:
        # What is printed ends with the second: all of it is meant.
        at += timedelta(microseconds=999_999)
    async with database.read() as session:
        chapter = _pick(await _numbered(session, guide), number)
        seq = await history.seq_at(session, chapter.document_id, at)
        stored_at = await history.time_of(session, chapter.document_id, seq)
    [tree] = await _plainly(chapter, history.trees(database, chapter.document_id, [seq]))
    markdown = await _markdown(chapter, tree, f"{base}/api/guides/{guide.slug}/assets/")
    return Moment(chapter, stored_at, measure.words(tree), markdown)


async def zone(database: Database, guide: Guide) -> ZoneInfo:
    """The time zone of a guide's sprint."""
    async with database.read() as session:
        return ZoneInfo((await days.current(session, guide.id)).time_zone)


async def _numbered(session: AsyncSession, guide: Guide) -> list[Chapter]:
    listed = await chapter_queries.outline(session, guide.id)
    return [*listed, *await chapter_queries.binned(session, guide.id)]


def _pick(chapters: list[Chapter], number: int) -> Chapter:
    if not 0 < number <= len(chapters):
        raise NotFound(f"This guide has chapters 1 to {len(chapters)}, those in the bin last.")
    return chapters[number - 1]


async def names(database: Database, guide: Guide) -> dict[str, str]:
    """What the people of a guide are called, also of those who are gone."""
    async with database.read() as session:
        members = await guide_queries.members(session, guide.id, with_removed=True)
    return {person.id: person.name for _, person in members}


async def _plainly(chapter: Chapter, answer: Awaitable[_T]) -> _T:
    try:
        return await answer
    except (CannotLoad, EngineRefused, EngineDied) as error:
        log.exception("The past of document %s cannot be rebuilt.", chapter.document_id)
        raise Unavailable(
            f"What “{chapter.title}” was cannot be rebuilt ({error}). Try a time before or after."
        ) from error


async def _markdown(chapter: Chapter, tree: Node, pictures: str) -> str:
    """A chapter as a Markdown file: its title, and its words."""

    writing = Writing(asset=lambda asset: pictures + asset, editor_hints=False)
    try:
        with tempfile.TemporaryDirectory() as folder:
            return await markdown.write(chapter.title, tree, writing, Path(folder))
    except ConversionFailed as error:
        raise Unavailable(str(error)) from error
