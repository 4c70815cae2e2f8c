"""Reshaping: a chapter becomes two, or two become one, while people write in them.

Words are copied first and taken away second: when the server dies in between they are there
twice, never not at all. A chapter that is closed for changes is not reshaped; what began before it
was closed is brought to its end.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters import assigning, ordering, queries, service
from app.chapters.models import Chapter
from app.chapters.schemas import NewChapter
from app.guides.access import Place
from app.kit import events
from app.kit.db import Database
from app.kit.errors import BadInput
from app.manuscript import plain
from app.manuscript.tree import Node, Text
from app.sync.service import Sync


async def split(
    database: Database, sync: Sync, here: Place, chapter_id: str, at: int, title: str
) -> Chapter:
    """Make everything from the top-level block `at` on a chapter of its own, right behind.

    Raises:
        NotFound: there is no such chapter. BadInput: there is nothing before or after `at`.
        Conflict: it is closed for changes.
    """
    async with database.read() as session:
        chapter = await service.get(session, here.guide, chapter_id)
        service.must_be_open(chapter)
        document_id = chapter.document_id
    blocks = (await sync.read_tree(document_id)).content
    if not 0 < at < len(blocks):
        raise BadInput("There must be text before and after the place where you split.")
    copied = _blocks(blocks[at:], title)
    seed = await sync.seed(Node("doc", {}, copied))
    async with database.write() as session:
        old = await service.get(session, here.guide, chapter_id, hold=True)
        service.must_be_open(old)
        wish = NewChapter(title=title, part_id=old.part_id)
        new = await service.create(session, here.guide, here.person, wish)
        await ordering.put_behind(session, here.guide, new, old)
        new.status = old.status
        await _same_people(session, here, old, new)
        await sync.create_document(session, new.document_id, seed)
        events.queue(
            session,
            events.notice(
                here.guide.id,
                f"{here.person.name} split “{old.title}”: what followed is now “{new.title}”.",
                chapter_id=new.id,
                by=here.person.id,
            ),
        )
    taken = await sync.cut(document_id, at, here.person.id)
    if (really := _blocks(tuple(taken), title)) != copied:
        # Somebody typed in between: the new chapter gets what was really taken away.
        await sync.cut(new.document_id, 0, here.person.id)
        await sync.append(new.document_id, really, here.person.id)
    return new


async def merge(
    database: Database, sync: Sync, here: Place, chapter_id: str, into_id: str
) -> Chapter:
    """Put a chapter's words behind another one's, under its title as a heading, and bin it.

    Its people come along and its open tasks too (`tasks` listens for "merged").

    Raises:
        NotFound: one of the two is not there. BadInput: they are the same. Conflict: one of them
            is closed for changes.
    """
    if chapter_id == into_id:
        raise BadInput("Choose another chapter to merge this one into.")
    async with database.read() as session:
        gone = await service.get(session, here.guide, chapter_id)
        into = await service.get(session, here.guide, into_id)
        service.must_be_open(gone)
        service.must_be_open(into)
    tree = await sync.read_tree(gone.document_id)
    heading = Node("heading", {"level": 2}, (Text(gone.title),))
    words = [block for block in tree.content if isinstance(block, Node)]
    has_words = bool(plain.text(tree).strip())
    await sync.append(into.document_id, [heading, *(words if has_words else [])], here.person.id)
    async with database.write() as session:
        gone = await service.get(session, here.guide, chapter_id)
        into = await service.get(session, here.guide, into_id)
        await _same_people(session, here, gone, into)
        await service.to_bin(session, gone, here.person)
        events.queue(
            session,
            events.Event(here.guide.id, "merged", {"from": gone.id, "into": into.id}),
            events.notice(
                here.guide.id,
                f"{here.person.name} merged “{gone.title}” into “{into.title}”.",
                chapter_id=into.id,
                by=here.person.id,
            ),
        )
    return into


async def _same_people(
    session: AsyncSession, here: Place, source: Chapter, target: Chapter
) -> None:
    people = await queries.assignees(session, [source.id])
    for person_id in people.get(source.id, []):
        await assigning.assign(session, target, here.person, person_id)
    if target.lead_id is None:
        target.lead_id = source.lead_id


def _blocks(nodes: tuple[Node | Text, ...], title: str) -> tuple[Node, ...]:
    """The blocks without a heading at their head that only repeats the chapter's title."""
    blocks = tuple(node for node in nodes if isinstance(node, Node))
    first = blocks[0]
    if first.type == "heading" and plain.text(first).strip() == title.strip():
        blocks = blocks[1:]
    return blocks or (Node("paragraph", {}, ()),)
