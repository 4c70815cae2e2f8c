"""The demo guide: what `make run` opens, so that one sees a sprint and not an empty page.

It is made once, out of `samples/guide`: the chapters are imported like anybody's files, and
`guide.yaml` there says the rest: parts, briefs, tasks.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from fastapi import FastAPI
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters import ordering
from app.chapters import queries as chapter_queries
from app.chapters.models import Chapter
from app.guides import invitations, queries
from app.guides.models import Guide, Invitation
from app.importing.files import gather
from app.importing.service import Imports
from app.kit import clock
from app.kit.config import Settings
from app.kit.db import Database
from app.sprints import days, starting
from app.sprints.schemas import NewGuide
from app.tasks.models import Task

SAMPLES = Path(__file__).parent.parent / "samples" / "guide"
SLUG = "organize"
LABEL = "Printed by make run"


async def open_demo(app: FastAPI) -> str:
    """The address of a new facilitator's link to the demo guide; the guide is made if missing.

    Links printed at earlier starts end: one knows only the newest.
    """
    database: Database = app.state.database
    settings: Settings = app.state.settings
    async with database.read() as session:
        guide = await queries.guide_by_slug(session, SLUG)
    if guide is None:
        guide = await _make(database, app.state.imports)
    async with database.write() as session:
        await session.execute(
            update(Invitation)
            .where(Invitation.guide_id == guide.id, Invitation.label == LABEL)
            .where(Invitation.revoked_at.is_(None))
            .values(revoked_at=clock.now())
        )
        token = await starting.link(session, guide, "facilitator", label=LABEL)
    return invitations.link_for(settings, token)


async def _make(database: Database, imports: Imports) -> Guide:
    about = yaml.safe_load((SAMPLES / "guide.yaml").read_text())
    async with database.write() as session:
        guide, _, _ = await starting.start(session, NewGuide.model_validate(about["guide"]))
    begun = await imports.request(guide, None, await imports.folder(), lambda: gather([SAMPLES]))
    await imports.wait(begun.id)
    async with database.write() as session:
        await _arrange(session, guide, about)
    return guide


async def _arrange(session: AsyncSession, guide: Guide, about: dict[str, Any]) -> None:
    """Put the imported chapters into their parts, with briefs, and hang up the tasks."""
    by_title: dict[str, Chapter] = {
        chapter.title: chapter for chapter in await chapter_queries.outline(session, guide.id)
    }
    position = 0
    for part in about["parts"]:
        row = await ordering.create_part(session, guide, part["title"])
        for wish in part["chapters"]:
            chapter = by_title.get(wish["title"])
            if chapter is None:
                continue
            chapter.part_id, chapter.position = row.id, position
            chapter.brief = wish.get("brief", "")
            chapter.target_words = wish.get("target_words")
            chapter.status = wish.get("status", chapter.status)
            position += 1
    sprint = await days.current(session, guide.id)
    for wish in about["tasks"]:
        chapter = by_title.get(wish.get("chapter", ""))
        due = days.end_of(sprint) - timedelta(days=sprint.days - wish["day"], hours=wish["before"])
        session.add(
            Task(
                guide_id=guide.id,
                title=wish["title"],
                note=wish.get("note", ""),
                chapter_id=chapter.id if chapter else None,
                due_at=due,
                created_at=clock.now(),
            )
        )
