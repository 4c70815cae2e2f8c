"""What the API says about imports."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from app.people.schemas import Out


class Started(BaseModel):
    """The id to ask for."""

    id: str


class ImportedChapter(BaseModel):
    """A chapter that came in."""

    id: str
    title: str
    words: int


class LostOut(BaseModel):
    """What did not come along or changed, in which file, and why."""

    file: str
    what: str
    why: str


class ImportOut(Out):
    """An import and its report; `percent` from 0 to 100, `step` in plain words."""

    id: str
    person_id: str | None
    status: Literal["waiting", "running", "done", "failed", "cancelled"]
    percent: int
    step: str
    error: str | None
    chapters: list[ImportedChapter]
    lost: list[LostOut]
    created_at: datetime
    finished_at: datetime | None


class ImportsOut(BaseModel):
    """The imports of a guide, newest first."""

    items: list[ImportOut]
