"""What the API says about chapters."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.guides.schemas import PartOut, Prose, Ref, Title
from app.kit.bodies import Body

Status = Literal["planned", "drafting", "review", "editing", "done"]
TargetWords = Annotated[int, Field(ge=0, le=1_000_000)]


class ChapterOut(BaseModel):
    """A chapter; `position` counts from 0 over the whole guide."""

    id: str
    title: str
    part_id: str | None
    position: int
    brief: str
    target_words: int | None
    words: int
    status: Status
    lead: str | None
    assignees: list[str]
    document_id: str
    version: int
    updated_at: datetime
    updated_by: str | None
    frozen_at: datetime | None = Field(description="Closed for changes since.")
    frozen_by: str | None


class Chapters(BaseModel):
    """The table of contents."""

    items: list[ChapterOut]
    parts: list[PartOut]


class BinnedChapter(ChapterOut):
    """A chapter in the bin."""

    binned_at: datetime
    binned_by: str | None


class Bin(BaseModel):
    """The chapters in the bin, last thrown first."""

    items: list[BinnedChapter]


class NewChapter(Body):
    """A chapter to make; it goes to the end of its part."""

    title: Title
    part_id: Ref | None = None
    brief: Prose = ""
    target_words: TargetWords | None = None


class ChangeChapter(Body):
    """New values; what is not given stays. `seen_version` is the version one was looking at."""

    title: Title | None = None
    brief: Prose | None = None
    target_words: TargetWords | None = None
    status: Status | None = None
    seen_version: int | None = None


class MoveChapter(Body):
    """Where a chapter goes: into a part (or none), before another chapter or to the end."""

    part_id: Ref | None = None
    before_id: Ref | None = None
    seen_version: int | None = None


class Lead(Body):
    """Who is in charge; null for nobody."""

    person_id: Ref | None
