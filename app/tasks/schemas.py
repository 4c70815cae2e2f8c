"""What the API says about tasks."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from app.guides.schemas import Moment, Prose, Ref, Title
from app.kit.bodies import Body
from app.people.schemas import Out


class TaskOut(Out):
    """A task."""

    id: str
    title: str
    note: str
    chapter_id: str | None
    assignee_id: str | None
    due_at: datetime | None
    status: Literal["open", "done"]
    created_by: str | None
    created_at: datetime
    version: int


class Tasks(BaseModel):
    """The tasks of a guide: open ones first, the most urgent at the top."""

    items: list[TaskOut]


class NewTask(Body):
    """A task to make."""

    title: Title
    note: Prose = ""
    chapter_id: Ref | None = None
    assignee_id: Ref | None = None
    due_at: Moment | None = None


class ChangeTask(Body):
    """New values; what is not given stays, null empties."""

    title: Title | None = None
    note: Prose | None = None
    chapter_id: Ref | None = None
    assignee_id: Ref | None = None
    due_at: Moment | None = None
    status: Literal["open", "done"] | None = None
    seen_version: int | None = None
