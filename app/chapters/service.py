"""What can be done with a chapter: make it, change it, throw it away, bring it back."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters import queries
from app.chapters.models import Chapter
from app.chapters.schemas import ChangeChapter, ChapterOut, NewChapter
from app.guides import queries as guide_queries
from app.guides.models import Guide, Part
from app.kit import clock, events
from app.kit.errors import Conflict, NotFound
from app.kit.ids import new_id
from app.people.models import Person

_NAMES = {
    "title": "title",
    "brief": "description of what this chapter is for",
    "target_words": "target number of words",
    "status": "status",
    "place": "place",
}


async def get(
    session: AsyncSession, guide: Guide, chapter_id: str, *, hold: bool = False
) -> Chapter:
    """A chapter of the guide; with `hold` nobody else changes it until the transaction ends.

    Raises:
        NotFound: there is none, or it is in the bin.
    """
    chapter = await queries.chapter(session, guide.id, chapter_id, hold=hold)
    if chapter is None:
        raise NotFound(
            "This chapter is not in the guide (any more). It may be in the bin.",
            code="chapter_not_found",
        )
    return chapter


async def create(
    session: AsyncSession,
    guide: Guide,
    by: Person | None,
    wish: NewChapter,
    *,
    chapter_id: str | None = None,
) -> Chapter:
    """Make a chapter at the end of its part; under a known id when others link to it already.

    Raises:
        NotFound: the guide has no such part.
    """
    await guide_queries.hold(session, guide.id)
    if wish.part_id is not None:
        part = await session.get(Part, wish.part_id)
        if part is None or part.guide_id != guide.id:
            raise NotFound("This part is not in the guide (any more).", code="part_not_found")
    existing = await queries.outline(session, guide.id)
    chapter = Chapter(
        id=chapter_id or new_id(),
        guide_id=guide.id,
        part_id=wish.part_id,
        position=max((one.position for one in existing), default=-1) + 1,
        title=wish.title,
        brief=wish.brief,
        target_words=wish.target_words,
        created_at=clock.now(),
        updated_at=clock.now(),
        updated_by=by.id if by else None,
        stamps={},
    )
    session.add(chapter)
    await session.flush()
    _tell(session, chapter)
    return chapter


async def change(
    session: AsyncSession, chapter: Chapter, by: Person, wish: ChangeChapter
) -> Chapter:
    """Change what is given, field by field.

    Raises:
        Conflict: somebody changed the same field since `wish.seen_version` (code `changed`, with
            `current`); they are told too, so that both know. Or it is to be renamed and is closed
            for changes (code `frozen`).
    """
    given = wish.model_dump(exclude_unset=True, exclude={"seen_version"})
    changes = {
        field: value
        for field, value in given.items()
        if value != getattr(chapter, field) and (value is not None or field == "target_words")
    }
    if "title" in changes:
        must_be_open(chapter)
    for field, value in changes.items():
        await _refuse_if_changed(session, chapter, by, field, wish.seen_version, value)
    if changes:
        for field, value in changes.items():
            setattr(chapter, field, value)
        stamp(chapter, by, *changes)
        _tell(session, chapter)
    return chapter


def must_be_open(chapter: Chapter) -> None:
    """Refuse what changes the words of a chapter, or where they are, while it is closed for changes.

    Raises:
        Conflict: it is (code `frozen`).
    """
    if chapter.frozen_at is not None:
        raise Conflict(
            f"“{chapter.title}” is closed for changes. The facilitator can open it.",
            code="frozen",
            by=chapter.frozen_by,
        )


def stamp(chapter: Chapter, by: Person | None, *fields: str) -> None:
    """Note who changed which fields, under a new version."""
    chapter.version += 1
    chapter.updated_at = clock.now()
    chapter.updated_by = by.id if by else None
    chapter.stamps = chapter.stamps | dict.fromkeys(
        fields, (chapter.version, by.id if by else None)
    )


async def _refuse_if_changed(
    session: AsyncSession,
    chapter: Chapter,
    by: Person,
    field: str,
    seen_version: int | None,
    wanted: object,
) -> None:
    version, person_id = chapter.stamps.get(field, (0, None))
    if seen_version is None or version <= seen_version or person_id == by.id:
        return
    other = await session.get(Person, person_id) if person_id else None
    who = other.name if other else "Someone"
    current = getattr(chapter, field)
    what = f" to “{current}”" if field in {"title", "status", "target_words"} else ""
    raise Conflict(
        f"{who} changed the {_NAMES[field]} of this chapter{what} a moment ago.",
        code="changed",
        field=field,
        current=current,
        wanted=wanted,
        by=who,
        version=chapter.version,
        notices=[
            events.notice(
                chapter.guide_id,
                f"{by.name} wanted another {_NAMES[field]} for “{chapter.title}” at the same time"
                + (f": “{wanted}”." if field == "title" else "."),
                to=person_id,
                chapter_id=chapter.id,
            )
        ]
        if person_id
        else (),
    )


async def put_away(session: AsyncSession, chapter: Chapter, by: Person) -> Chapter:
    """Put a chapter into the bin and say so: somebody may be writing in it.

    Raises:
        Conflict: it is closed for changes.
    """
    must_be_open(chapter)
    events.queue(
        session,
        events.notice(
            chapter.guide_id,
            f"{by.name} put “{chapter.title}” in the bin. The facilitator can bring it back.",
            by=by.id,
        ),
    )
    return await to_bin(session, chapter, by)


async def to_bin(session: AsyncSession, chapter: Chapter, by: Person) -> Chapter:
    """Put a chapter into the bin; its text, tasks and people wait there with it."""
    chapter.binned_at = clock.now()
    chapter.binned_by = by.id
    stamp(chapter, by, "bin")
    _tell(session, chapter)
    events.queue(session, events.Event(chapter.guide_id, "bin"))
    return chapter


async def restore(session: AsyncSession, guide: Guide, chapter_id: str, by: Person) -> Chapter:
    """Take a chapter out of the bin, to where it was.

    Raises:
        NotFound: there is no such chapter in the bin.
    """
    chapter = await session.get(Chapter, chapter_id, with_for_update=True)
    if chapter is None or chapter.guide_id != guide.id or chapter.binned_at is None:
        raise NotFound("This chapter is not in the bin.", code="chapter_not_found")
    if chapter.part_id is not None and await session.get(Part, chapter.part_id) is None:
        chapter.part_id = None
    chapter.binned_at = chapter.binned_by = None
    stamp(chapter, by, "bin")
    _tell(session, chapter)
    events.queue(session, events.Event(guide.id, "bin"))
    return chapter


async def set_words(session: AsyncSession, document_id: str, words: int) -> None:
    """Note how many words a chapter has now; called by the sync server while people write."""
    chapter = await queries.chapter_of_document(session, document_id)
    if chapter is not None and chapter.words != words:
        if chapter.words == 0 and chapter.status == "planned":
            chapter.status = "drafting"
        chapter.words = words
        _tell(session, chapter)


def out(chapter: Chapter, position: int, assignees: list[str]) -> ChapterOut:
    """A chapter as the API says it."""
    return ChapterOut.model_validate(
        {
            "id": chapter.id,
            "title": chapter.title,
            "part_id": chapter.part_id,
            "position": position,
            "brief": chapter.brief,
            "target_words": chapter.target_words,
            "words": chapter.words,
            "status": chapter.status,
            "lead": chapter.lead_id,
            "assignees": assignees,
            "document_id": chapter.document_id,
            "version": chapter.version,
            "updated_at": chapter.updated_at,
            "updated_by": chapter.updated_by,
            "frozen_at": chapter.frozen_at,
            "frozen_by": chapter.frozen_by,
        }
    )


def _tell(session: AsyncSession, chapter: Chapter) -> None:
    events.queue(session, events.Event(chapter.guide_id, "chapters", {"id": chapter.id}))
