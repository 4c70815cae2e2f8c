"""Looking at the words of one chapter: read, checked, and what was found is kept with its place in the log."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.assets.models import Asset
from app.exporting import coverage
from app.exporting.design import in_print
from app.exporting.designs import service as designs
from app.kit import clock
from app.kit.db import Database
from app.kit.errors import Unavailable
from app.manuscript.checks import Around, chapter, facts
from app.manuscript.checks.facts import Facts
from app.manuscript.findings import Finding
from app.manuscript.tree import Node
from app.preflight import queries
from app.preflight.models import ChapterCheck
from app.sync.findings import unreadable
from app.sync.service import Sync

EDITION = 1
"""Of the rules for words: a new one has every chapter looked at again."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in a chapter whose log was at `seq`."""

    guide_id: str
    chapter_id: str
    seq: int
    findings: Sequence[Finding]
    facts: Facts


async def at_chapter(database: Database, sync: Sync, chapter_id: str) -> Looked | None:
    """Read and check a chapter; None when it is not in its guide any more."""
    async with database.read() as session:
        place = await queries.place_of(session, chapter_id)
        if place is None:
            return None
        here, seq = place
        pictures = await pictures_of(session, here.guide_id)
        page = in_print(await designs.of_book(session, here.guide_id)).page
    # As wide as lines are on the paper that was chosen.
    width = page.width_mm - page.inner_mm - page.outer_mm
    around = Around(here.title, here.id, pictures, width, lacks=coverage.lacking)
    try:
        tree = await sync.read_tree(here.document_id)
        if seq == 0:
            # Nobody had opened it: reading has made its document, which has a log only now.
            async with database.read() as session:
                seq = (await queries.seqs(session, here.guide_id)).get(here.id, 0)
            tree = await sync.read_tree(here.document_id)
    except Unavailable:
        # The words were not looked at, and that is a fault by itself.
        return Looked(here.guide_id, here.id, seq, [unreadable(here.title, here.id)], Facts())
    found, known = await asyncio.to_thread(at_words, tree, around)
    return Looked(here.guide_id, here.id, seq, found, known)


def at_words(tree: Node, around: Around) -> tuple[list[Finding], Facts]:
    """What there is to fix in some words, and what other chapters must know of them."""
    return chapter.found_in(tree, around), facts.of(chapter.blocks_of(tree, around))


async def pictures_of(session: AsyncSession, guide_id: str) -> dict[str, tuple[int, int]]:
    """The guide's pictures with their sizes in pixels."""
    rows = await session.execute(
        select(Asset.id, Asset.width, Asset.height).where(Asset.guide_id == guide_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


async def keep(session: AsyncSession, looked: Looked) -> bool:
    """Keep what was found; whether it is something else than before."""
    found = [asdict(one) for one in looked.findings]
    known = looked.facts.as_json()
    row = await session.get(ChapterCheck, looked.chapter_id, with_for_update=True)
    if row is None:
        row = ChapterCheck(chapter_id=looked.chapter_id, guide_id=looked.guide_id, seq=-1)
        row.findings, row.facts = [], {}
        session.add(row)
    elif row.seq > looked.seq and row.rules == EDITION:
        return False  # another server has looked at newer words
    changed = row.seq < 0 or row.rules != EDITION or row.findings != found or row.facts != known
    row.findings, row.facts = found, known
    row.seq, row.rules, row.at = looked.seq, EDITION, clock.now()
    return changed


def kept_findings(rows: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Findings as they were before they were stored."""
    return [Finding(**row) for row in rows]
