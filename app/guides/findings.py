"""What a guide itself and its people leave to put right before it is a book."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.guides import claims, queries
from app.guides.models import Claim, Guide
from app.manuscript.findings import Finding, declare
from app.people.models import Person

LANGUAGE = declare(
    "language_unknown",
    "must",
    "The guide’s language is not known",
    "Choose the language under “What the book says about itself”: screen readers and hyphenation "
    "need it.",
)
LICENCE = declare(
    "licence_missing",
    "must",
    "The guide has no licence",
    "Choose the licence under “What the book says about itself”: without one nobody may pass "
    "the book on.",
)
REGION = declare(
    "region_missing",
    "should",
    "The guide does not say whom it is for",
    "Name the region under “What the book says about itself”; it stands on the cover.",
)
PART = declare(
    "part_empty",
    "should",
    "A part without chapters",
    "Move a chapter into it, or take the part away. Books leave it out.",
)
CLAIM = declare(
    "person_unconfirmed",
    "should",
    "Somebody waits to be recognised",
    "Answer the question at the top of the screen, so that their work is credited to them.",
)
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


async def found(session: AsyncSession, guide: Guide) -> Sequence[Finding]:
    """What the guide's own lines, its parts and its people leave to do."""
    out: list[Finding] = []
    if not _TAG.fullmatch(guide.language):
        said = f"“{guide.language}” is no language that books know."
        out.append(Finding(LANGUAGE.code, LANGUAGE.degree, guide.title, said, about="language"))
    if not guide.licence.strip():
        said = "Nothing says what readers may do with the book."
        out.append(Finding(LICENCE.code, LICENCE.degree, guide.title, said, about="licence"))
    if not guide.region.strip():
        said = "Nothing says which region or which people the guide is for."
        out.append(Finding(REGION.code, REGION.degree, guide.title, said, about="region"))
    waiting = await session.execute(
        select(Claim, Person)
        .join(Person, Person.id == Claim.person_id)
        .where(Claim.guide_id == guide.id, Claim.status == "waiting")
        .order_by(Claim.asked_at, Claim.id)
    )
    for claim, person in waiting:
        if claims.is_waiting(claim):
            said = f"Somebody says on a new device that they are {person.name}."
            out.append(Finding(CLAIM.code, CLAIM.degree, guide.title, said, about=claim.id))
    return out


async def empty_parts(
    session: AsyncSession, guide: Guide, used: frozenset[str]
) -> Sequence[Finding]:
    """The parts that are none of `used`."""
    return [
        Finding(PART.code, PART.degree, guide.title, f"“{part.title}” is empty.", about=part.id)
        for part in await queries.parts(session, guide.id)
        if part.id not in used
    ]
