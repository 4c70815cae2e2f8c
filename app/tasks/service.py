"""What can be done with a task: make it, hand it over, finish it, take it away and back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.chapters import service as chapters
from app.chapters.models import Chapter
from app.guides import queries as guide_queries
from app.guides import service as guide_service
from app.guides.access import Place
from app.guides.models import Guide
from app.kit import clock, events
from app.kit.db import Database
from app.kit.errors import Conflict, NotFound
from app.people.models import Person
from app.tasks.models import Task
from app.tasks.schemas import ChangeTask, NewTask


async def of_guide(session: AsyncSession, guide_id: str) -> Sequence[Task]:
    """The tasks of a guide; those of a chapter in the bin wait there with it."""
    rows = await session.scalars(
        select(Task)
        .outerjoin(Chapter, Chapter.id == Task.chapter_id)
        .where(
            Task.guide_id == guide_id,
            Task.deleted_at.is_(None),
            or_(Task.chapter_id.is_(None), Chapter.binned_at.is_(None)),
        )
        .order_by(Task.status.desc(), Task.due_at.is_(None), Task.due_at, Task.created_at, Task.id)
    )
    return rows.all()


async def get(session: AsyncSession, guide: Guide, task_id: str) -> Task:
    """A task of the guide.

    Raises:
        NotFound: there is none, or it was taken away.
    """
    task = await session.get(Task, task_id, with_for_update=True)
    if task is None or task.guide_id != guide.id or task.deleted_at is not None:
        raise NotFound("This task is gone.", code="task_not_found")
    return task


async def create(session: AsyncSession, here: Place, wish: NewTask) -> Task:
    """Make a task for a person or for anyone.

    Raises:
        Forbidden: it is for somebody else and the person may not hand out tasks.
        NotFound: the chapter or the person is not in the guide.
    """
    await _check(session, here, wish.chapter_id, wish.assignee_id)
    task = Task(
        guide_id=here.guide.id,
        title=wish.title,
        note=wish.note,
        chapter_id=wish.chapter_id,
        assignee_id=wish.assignee_id,
        due_at=wish.due_at,
        created_by=here.person.id,
        updated_by=here.person.id,
        created_at=clock.now(),
    )
    session.add(task)
    await session.flush()
    _tell(session, task)
    _tell_assignee(session, task, here.person)
    return task


async def change(session: AsyncSession, here: Place, task: Task, wish: ChangeTask) -> Task:
    """Change a task.

    Raises:
        Conflict: somebody took or changed it since `wish.seen_version` (code `changed`).
        Forbidden, NotFound: as for `create`.
    """
    changes = wish.model_dump(exclude_unset=True, exclude={"seen_version"})
    changes = {
        field: value
        for field, value in changes.items()
        if value != getattr(task, field)
        and (value is not None or field in {"chapter_id", "assignee_id", "due_at"})
    }
    if not changes:
        return task
    if wish.seen_version not in {None, task.version} and task.updated_by != here.person.id:
        other = await session.get(Person, task.updated_by) if task.updated_by else None
        raise Conflict(
            f"{other.name if other else 'Someone'} changed “{task.title}” a moment ago. "
            "Look at it and try again.",
            code="changed",
            version=task.version,
        )
    if "assignee_id" in changes and changes["assignee_id"] is None:
        # Giving a task back is for its owner; taking it from somebody is for the facilitator.
        if task.assignee_id != here.person.id:
            here.require("assign")
    elif "assignee_id" in changes and task.assignee_id not in {None, here.person.id}:
        here.require("assign")
    await _check(session, here, changes.get("chapter_id"), changes.get("assignee_id"))
    for field, value in changes.items():
        setattr(task, field, value)
    if "status" in changes:
        task.done_at = clock.now() if task.status == "done" else None
    task.version += 1
    task.updated_by = here.person.id
    _tell(session, task)
    if "assignee_id" in changes:
        _tell_assignee(session, task, here.person)
    return task


async def take_away(session: AsyncSession, here: Place, task: Task) -> Task:
    """Take a task off the list; `bring_back` undoes it."""
    task.deleted_at = clock.now()
    task.version += 1
    task.updated_by = here.person.id
    _tell(session, task)
    return task


async def bring_back(session: AsyncSession, guide: Guide, task_id: str) -> Task:
    """Put a task that was taken away back on the list.

    Raises:
        NotFound: there is no such task.
    """
    task = await session.get(Task, task_id)
    if task is None or task.guide_id != guide.id:
        raise NotFound("This task is gone.", code="task_not_found")
    task.deleted_at = None
    task.version += 1
    _tell(session, task)
    return task


def follow_merges(database: Database) -> None:
    """Open tasks of a chapter that is merged into another go with its words."""

    async def follow(event: events.Event) -> None:
        async with database.write() as session:
            await session.execute(
                update(Task)
                .where(Task.chapter_id == event.payload["from"], Task.status == "open")
                .values(chapter_id=event.payload["into"], version=Task.version + 1)
            )
            events.queue(session, events.Event(event.guide_id, "tasks"))

    database.broadcast.on("merged", follow)


async def let_go(session: AsyncSession, guide_id: str, person_id: str) -> None:
    """Somebody left the guide: their open tasks are for anyone."""
    tasks = await session.scalars(
        select(Task).where(
            Task.guide_id == guide_id, Task.assignee_id == person_id, Task.status == "open"
        )
    )
    for task in tasks:
        task.assignee_id = None
        task.version += 1
        _tell(session, task)


guide_service.partings.append(let_go)


async def _check(
    session: AsyncSession, here: Place, chapter_id: str | None, assignee_id: str | None
) -> None:
    if chapter_id is not None:
        await chapters.get(session, here.guide, chapter_id)
    if assignee_id is not None:
        if assignee_id != here.person.id:
            here.require("assign")
        if await guide_queries.member(session, here.guide.id, assignee_id) is None:
            raise NotFound("This person is not in the guide (any more).", code="person_not_found")


def _tell(session: AsyncSession, task: Task) -> None:
    events.queue(session, events.Event(task.guide_id, "tasks", {"id": task.id}))


def _tell_assignee(session: AsyncSession, task: Task, by: Person) -> None:
    if task.assignee_id is not None and task.assignee_id != by.id:
        events.queue(
            session,
            events.notice(
                task.guide_id,
                f"{by.name} gave you a task: “{task.title}”.",
                to=task.assignee_id,
                chapter_id=task.chapter_id,
            ),
        )
