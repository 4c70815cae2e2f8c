"""What chapters leave to put right, without a look at their words: status, titles, empty parts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters import queries
from app.guides import findings as of_guides
from app.guides.models import Guide
from app.manuscript.findings import Finding, declare

NOT_DONE = declare(
    "chapter_not_done",
    "should",
    "A chapter that is not done",
    "Finish it and set its status to Done.",
)
TITLE_TWICE = declare(
    "title_twice",
    "should",
    "Two chapters with one title",
    "Rename one of them: in the contents nobody can tell them apart.",
)
_STATUS = {
    "planned": "only planned",
    "drafting": "still a draft",
    "review": "being reviewed",
    "editing": "being edited",
}


async def found(session: AsyncSession, guide: Guide) -> Sequence[Finding]:
    """What the table of contents leaves to do."""
    out: list[Finding] = []
    seen: set[str] = set()
    chapters = await queries.outline(session, guide.id)
    for chapter in chapters:
        if chapter.status != "done":
            said = f"This chapter is {_STATUS.get(chapter.status, chapter.status)}."
            out.append(
                Finding(
                    NOT_DONE.code, NOT_DONE.degree, chapter.title, said, chapter.id, about="status"
                )
            )
        name = " ".join(chapter.title.casefold().split())
        if name in seen:
            said = "A chapter before it has the same title."
            out.append(
                Finding(
                    TITLE_TWICE.code,
                    TITLE_TWICE.degree,
                    chapter.title,
                    said,
                    chapter.id,
                    about=name,
                )
            )
        seen.add(name)
    used = frozenset(chapter.part_id for chapter in chapters if chapter.part_id)
    return [*out, *await of_guides.empty_parts(session, guide, used)]
