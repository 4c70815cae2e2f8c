"""Credits: who wrote in which chapters, and the days of the sprint, as the book says them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters import queries as chapter_queries
from app.chapters.models import Chapter
from app.exporting.back_matter import BackMatter, Credit, SprintFacts
from app.guides.models import Member
from app.manuscript import measure
from app.manuscript.tree import Node
from app.people.models import Person
from app.sprints import days
from app.sync import history


async def of_guide(
    session: AsyncSession,
    guide_id: str,
    chapters: Sequence[Chapter],
    members: Sequence[tuple[Member, Person]],
) -> BackMatter:
    """The back matter that people's work makes; its number of words comes with the texts.

    Somebody is credited for a chapter that they are in charge of, are on, or wrote in. Whoever left
    stays credited; whoever only read is not.
    """
    on = await chapter_queries.assignees(session, [chapter.id for chapter in chapters])
    wrote = await history.writers(session, [chapter.document_id for chapter in chapters])
    credited = [person for member, person in members if member.role != "reader"]
    found = [
        Credit(
            person.name,
            [
                number
                for number, chapter in enumerate(chapters, 1)
                if person.id == chapter.lead_id
                or person.id in on.get(chapter.id, [])
                or person.id in wrote.get(chapter.document_id, set())
            ],
        )
        for person in credited
    ]
    sprint = await days.current(session, guide_id)
    facts = SprintFacts(sprint.title, sprint.starts_on, sprint.days, len(credited), 0)
    return BackMatter(credits=found, sprint=facts)


def words(trees: Sequence[Node]) -> int:
    """How many words a book has."""
    return sum(measure.words(tree) for tree in trees)
