"""Gathering: the guide as it stands at this moment becomes a book."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from app.assets import service as assets
from app.chapters import queries as chapter_queries
from app.exporting import credits
from app.exporting.book import Book, ChapterText, Contributor, Picture
from app.exporting.designs import service as designs_service
from app.exporting.details import service as details_service
from app.exporting.web import keeping
from app.guides import queries as guide_queries
from app.guides.models import Guide
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import BadInput, NotFound
from app.sync.service import Sync

Progress = Callable[[float, str], Awaitable[None]]


async def gather(
    database: Database, sync: Sync, data_dir: Path, guide_id: str, progress: Progress
) -> Book:
    """Read everything a book needs. BadInput when the guide has no chapters."""
    async with database.read() as session:
        guide = await session.get(Guide, guide_id)
        if guide is None:
            raise NotFound("This guide is not here any more.")
        chapters = await chapter_queries.outline(session, guide_id)
        parts = {part.id: part.title for part in await guide_queries.parts(session, guide_id)}
        members = await guide_queries.members(session, guide_id, with_removed=True)
        details = await details_service.of_book(session, guide_id)
        design = await designs_service.of_book(session, guide_id)
        back = await credits.of_guide(session, guide_id, chapters, members)
        pages = await keeping.kept(session, guide_id)
        pictures = {
            asset.id: Picture(
                assets.path_of(data_dir, asset),
                asset.media_type,
                asset.width,
                asset.height,
                asset.sha256,
            )
            for asset in await assets.of_guide(session, guide_id)
        }
    if not chapters:
        raise nothing_to_export()
    texts: list[ChapterText] = []
    for done, chapter in enumerate(chapters):
        await progress(done / len(chapters), f"Reading “{chapter.title}”")
        tree = await sync.read_tree(chapter.document_id)
        part = parts.get(chapter.part_id) if chapter.part_id else None
        texts.append(ChapterText(chapter.id, chapter.title, tree, part))
    if back.sprint is not None:
        counted = credits.words([text.tree for text in texts])
        back = replace(back, sprint=replace(back.sprint, words=counted))
    return Book(
        title=guide.title,
        subtitle=guide.subtitle,
        region=guide.region,
        language=guide.language,
        licence=guide.licence,
        accent=guide.accent,
        identifier=guide.id,
        made=clock.now().date(),
        chapters=texts,
        # Whoever left is still credited; readers only read.
        contributors=[
            Contributor(person.name, member.role)
            for member, person in members
            if member.role != "reader"
        ],
        pictures=pictures,
        details=details,
        design=design,
        back=back,
        addresses=pages,
    )


def nothing_to_export() -> BadInput:
    """The sentence for a guide without chapters."""
    return BadInput(
        "There is nothing to export yet: this guide has no chapters. Make one first, or import some.",
        code="no_chapters",
    )
