"""The order of a guide: chapters move within and between parts, parts move among themselves.

A move says what it goes before, not a number: two moves at once then both mean something, and
every chapter is in the guide exactly once whatever their order.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters import queries, service
from app.chapters.models import Chapter
from app.chapters.schemas import MoveChapter
from app.guides import queries as guide_queries
from app.guides.models import Guide, Part
from app.kit import events
from app.kit.errors import Conflict, NotFound
from app.people.models import Person


async def hold(session: AsyncSession, guide: Guide) -> None:
    """Let one reordering of a guide happen at a time."""
    await guide_queries.hold(session, guide.id)


async def move(
    session: AsyncSession, guide: Guide, chapter: Chapter, by: Person, wish: MoveChapter
) -> None:
    """Put a chapter into a part (or none), before another chapter or at the part's end.

    Raises:
        NotFound: the part is gone.
        Conflict: somebody moved the chapter since `wish.seen_version`, or the chapter to go
            before has gone elsewhere (code `moved`).
    """
    await hold(session, guide)
    await session.refresh(chapter, with_for_update=True)
    await _refuse_if_moved(session, chapter, by, wish.seen_version)
    if wish.part_id is not None:
        await part(session, guide, wish.part_id)
    if wish.before_id == chapter.id and wish.part_id == chapter.part_id:
        return  # dropped where it was
    order = [one for one in await queries.outline(session, guide.id) if one.id != chapter.id]
    chapter.part_id = wish.part_id
    if wish.before_id is None:
        order.append(chapter)
    else:
        at = next((i for i, one in enumerate(order) if one.id == wish.before_id), None)
        if at is None or order[at].part_id != wish.part_id:
            raise Conflict(
                "The chapter you moved this before has gone elsewhere. Look again and retry.",
                code="moved",
            )
        order.insert(at, chapter)
    for position, one in enumerate(order):
        one.position = position
    service.stamp(chapter, by, "place")
    events.queue(session, events.Event(guide.id, "chapters", {"id": chapter.id}))


async def put_behind(session: AsyncSession, guide: Guide, chapter: Chapter, other: Chapter) -> None:
    """Put a chapter right behind another one of the same part."""
    await hold(session, guide)
    order = [one for one in await queries.outline(session, guide.id) if one.id != chapter.id]
    order.insert([one.id for one in order].index(other.id) + 1, chapter)
    for position, one in enumerate(order):
        one.position = position


async def _refuse_if_moved(
    session: AsyncSession, chapter: Chapter, by: Person, seen_version: int | None
) -> None:
    version, person_id = chapter.stamps.get("place", (0, None))
    if seen_version is None or version <= seen_version or person_id == by.id:
        return
    other = await session.get(Person, person_id) if person_id else None
    who = other.name if other else "Someone"
    raise Conflict(
        f"{who} moved “{chapter.title}” a moment ago. Look where it is now and move it again "
        "if you still want to.",
        code="moved",
        by=who,
        version=chapter.version,
        notices=[
            events.notice(
                chapter.guide_id,
                f"{by.name} wanted to move “{chapter.title}” elsewhere at the same time.",
                to=person_id,
                chapter_id=chapter.id,
            )
        ]
        if person_id
        else (),
    )


async def part(session: AsyncSession, guide: Guide, part_id: str) -> Part:
    """A part of the guide.

    Raises:
        NotFound: there is none.
    """
    found = await session.get(Part, part_id)
    if found is None or found.guide_id != guide.id:
        raise NotFound("This part is not in the guide (any more).", code="part_not_found")
    return found


async def create_part(session: AsyncSession, guide: Guide, title: str) -> Part:
    """Make a part at the end of the guide."""
    await hold(session, guide)
    existing = await guide_queries.parts(session, guide.id)
    new = Part(
        guide_id=guide.id,
        title=title,
        position=max((one.position for one in existing), default=-1) + 1,
    )
    session.add(new)
    await session.flush()
    events.queue(session, events.Event(guide.id, "chapters"))
    return new


async def rename_part(session: AsyncSession, guide: Guide, part_id: str, title: str) -> Part:
    """Give a part another title."""
    found = await part(session, guide, part_id)
    found.title = title
    found.version += 1
    events.queue(session, events.Event(guide.id, "chapters"))
    return found


async def move_part(
    session: AsyncSession, guide: Guide, part_id: str, before_id: str | None
) -> None:
    """Put a part before another one or at the end.

    Raises:
        NotFound: one of the two is gone.
    """
    await hold(session, guide)
    moving = await part(session, guide, part_id)
    order = [one for one in await guide_queries.parts(session, guide.id) if one.id != part_id]
    if before_id is None or before_id == part_id:
        order.append(moving)
    else:
        before = await part(session, guide, before_id)
        order.insert(order.index(before), moving)
    for position, one in enumerate(order):
        one.position = position
    events.queue(session, events.Event(guide.id, "chapters"))


async def dissolve_part(session: AsyncSession, guide: Guide, part_id: str) -> None:
    """Take a part away; its chapters stay, after the other chapters without a part."""
    await hold(session, guide)
    gone = await part(session, guide, part_id)
    order = await queries.outline(session, guide.id)
    freed = await session.scalars(select(Chapter).where(Chapter.part_id == part_id))
    # Also those in the bin: what is restored must not point to a part that is gone.
    for chapter in freed:
        chapter.part_id = None
    loose = [one for one in order if one.part_id is None]
    # In the order they had: the loose ones were first, then part by part.
    for position, one in enumerate(loose + [one for one in order if one.part_id is not None]):
        one.position = position
    await session.flush()
    await session.delete(gone)
    events.queue(session, events.Event(guide.id, "chapters"))
