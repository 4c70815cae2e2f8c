"""Reporting: a reader without an account tells the makers of a mistake."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit import clock
from app.kit.errors import BadInput, SlowDown
from app.manuscript.tidy import clean_code, clean_text
from app.people.models import NAME_LENGTH
from app.publishing import queries
from app.publishing.about import About
from app.publishing.models import Edition, Report
from app.publishing.service import tell

LONGEST: Final = 2000
"""Characters of a report."""
MOST_UNREAD: Final = 300
"""So many reports wait for a facilitator; more are not taken, so that nobody can fill the disk."""


async def take(session: AsyncSession, edition: Edition, form: Mapping[str, str]) -> Report:
    """Keep what a reader wrote into the form of the public page.

    Raises:
        BadInput: it says nothing, or too much. SlowDown: too many wait to be read.
    """
    text = clean_code(form.get("text", "")).strip()
    if not any(unicodedata.category(letter)[0] in "LN" for letter in text):
        raise BadInput("empty", code="report_empty")
    if len(text) > LONGEST:
        raise BadInput("long", code="report_long")
    pages = {chapter.page for chapter in About.model_validate(edition.about).chapters}
    if await queries.unread(session, edition.guide_id) >= MOST_UNREAD:
        raise SlowDown("many", code="report_many")
    page = form.get("chapter", "")
    report = Report(
        guide_id=edition.guide_id,
        edition_id=edition.id,
        page=page if page in pages else "",
        text=text,
        name=" ".join(clean_text(form.get("name", "")).split())[:NAME_LENGTH],
        created_at=clock.now(),
    )
    session.add(report)
    tell(session, edition.guide_id)
    return report
