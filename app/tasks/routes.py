"""HTTP for tasks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from app.guides.access import Place, needs
from app.kit.web import Session
from app.tasks import service
from app.tasks.schemas import ChangeTask, NewTask, TaskOut, Tasks

router = APIRouter(prefix="/api/guides/{slug}/tasks", tags=["tasks"])

Reader = Annotated[Place, needs("read")]
Organiser = Annotated[Place, needs("organise")]


@router.get("")
async def tasks(session: Session, here: Reader) -> Tasks:
    """The tasks of the guide."""
    rows = await service.of_guide(session, here.guide.id)
    return Tasks(items=[TaskOut.model_validate(row) for row in rows])


@router.post("", status_code=201)
async def create(session: Session, here: Organiser, body: NewTask) -> TaskOut:
    """Make a task."""
    return TaskOut.model_validate(await service.create(session, here, body))


@router.patch("/{task_id}")
async def change(session: Session, here: Organiser, task_id: str, body: ChangeTask) -> TaskOut:
    """Change, hand over or finish a task."""
    task = await service.get(session, here.guide, task_id)
    return TaskOut.model_validate(await service.change(session, here, task, body))


@router.delete("/{task_id}")
async def take_away(session: Session, here: Organiser, task_id: str) -> TaskOut:
    """Take a task off the list."""
    task = await service.get(session, here.guide, task_id)
    return TaskOut.model_validate(await service.take_away(session, here, task))


@router.post("/{task_id}/restore")
async def bring_back(session: Session, here: Organiser, task_id: str) -> TaskOut:
    """Put a task back on the list."""
    return TaskOut.model_validate(await service.bring_back(session, here.guide, task_id))
