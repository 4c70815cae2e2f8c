"""Deciding about a finding: the facilitator waves it through, or it becomes somebody's task."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from app.guides.access import Place
from app.guides.models import TITLE_LENGTH
from app.kit import clock, events
from app.kit.errors import Conflict, NotFound
from app.preflight import listing
from app.preflight.listing import Item
from app.preflight.models import FindingTask, Waiver
from app.tasks import service as tasks
from app.tasks.models import Task
from app.tasks.schemas import NewTask


async def wave_through(session: AsyncSession, here: Place, key: str, reason: str) -> Waiver:
    """Let a finding stand, with a reason.

    Raises:
        NotFound: it is not there any more.
        Conflict: it cannot be waved through (`must_be_fixed`), or somebody has already.
    """
    item = await _find(session, here, key)
    if not item.rule.waivable:
        raise Conflict(
            f"This cannot be waved through: {item.rule.title[0].lower()}{item.rule.title[1:]} "
            "would make the book wrong for its readers. It must be fixed.",
            code="must_be_fixed",
        )
    if item.waiver is not None:
        return item.waiver
    waiver = Waiver(
        guide_id=here.guide.id,
        key=key,
        code=item.finding.code,
        message=item.finding.message,
        reason=reason,
        person_id=here.person.id,
        at=clock.now(),
    )
    session.add(waiver)
    await session.flush()
    _tell(session, here)
    return waiver


async def take_back(session: AsyncSession, here: Place, key: str) -> None:
    """A finding that was waved through is to be fixed again.

    Raises:
        NotFound: it is not waved through.
    """
    item = await _find(session, here, key)
    if item.waiver is None:
        raise NotFound("This is not waved through (any more).", code="not_waved")
    item.waiver.ended_at, item.waiver.ended_by = clock.now(), here.person.id
    _tell(session, here)


async def make_task(session: AsyncSession, here: Place, key: str) -> Task:
    """A task for whoever has to fix it: the finding's owner, or else anyone. One task a finding.

    Raises:
        NotFound: it is not there any more.
        Conflict: it is a task already.
    """
    item = await _find(session, here, key)
    if item.task_id is not None:
        return await tasks.get(session, here.guide, item.task_id)
    if item.finding.code == "open_task":
        raise Conflict("This is a task already.", code="is_a_task")
    owner = item.owner_id
    if owner != here.person.id and not here.may("assign"):
        owner = None
    wish = NewTask(
        title=_title(item),
        note="\n\n".join(filter(None, [item.finding.message, item.rule.how])),
        chapter_id=item.finding.chapter_id,
        assignee_id=owner,
    )
    task = await tasks.create(session, here, wish)
    session.add(FindingTask(task_id=task.id, guide_id=here.guide.id, key=key))
    await session.flush()
    _tell(session, here)
    return task


async def _find(session: AsyncSession, here: Place, key: str) -> Item:
    item = (await listing.of_guide(session, here.guide)).find(key)
    if item is None:
        raise NotFound(
            "This has been fixed meanwhile, or is another fault now. Look at the list again.",
            code="finding_not_found",
        )
    return item


def _title(item: Item) -> str:
    title = f"To fix: {item.rule.title}"
    if item.finding.chapter_id is None:
        title += f" ({item.finding.place})"
    return title[:TITLE_LENGTH]


def _tell(session: AsyncSession, here: Place) -> None:
    events.queue(session, events.Event(here.guide.id, "findings"))
