"""What the API says about findings and checks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.guides.schemas import Title
from app.kit.bodies import Body
from app.people.schemas import Out
from app.preflight import addresses
from app.preflight.listing import Item, List, Standing

Status = Literal["waiting", "running", "done", "failed", "cancelled"]


class WavedOut(BaseModel):
    """Who waved a finding through, when, and why."""

    person_id: str
    at: datetime
    reason: str


class ToFix(BaseModel):
    """One thing to fix. `key` names it as long as it is the same fault; `url` is where to fix it."""

    key: str
    code: str
    severity: Standing
    title: str
    place: str
    message: str
    how: str
    chapter_id: str | None
    excerpt: str
    owner_id: str | None
    url: str
    waivable: bool
    waved: WavedOut | None
    task_id: str | None
    closed: bool


class Counts(BaseModel):
    """How much there is to fix."""

    must: int
    should: int
    waved: int


class RunOut(Out):
    """A complete check; `percent` from 0 to 100, `step` in plain words. The counts are those at its end."""

    id: str
    person_id: str | None
    files: bool
    status: Status
    percent: int
    step: str
    error: str | None
    must: int
    should: int
    waved: int
    not_checked: list[str]
    created_at: datetime
    finished_at: datetime | None


class Runs(BaseModel):
    """The complete checks of a guide, newest first."""

    items: list[RunOut]


class Settled(Out):
    """An open task whose finding is gone: it can be ticked off."""

    id: str
    title: str
    chapter_id: str | None
    version: int


class Overview(BaseModel):
    """How much there is to fix, in the guide and in each chapter."""

    counts: Counts
    chapters: dict[str, Counts]
    waiting: int
    """So many chapters were changed since they were looked at."""


class Findings(Overview):
    """Everything to fix, the most urgent first, then in reading order."""

    items: list[ToFix]
    settled: list[Settled]
    last: RunOut | None
    """The last complete check: what is said about files and about passages is of its time."""


class Wave(Body):
    """Why a finding may stand."""

    reason: Annotated[Title, Field(description="In a sentence, for those who ask later.")]


class NewRun(Body):
    """A complete check; with `files` the books are made and looked at, too."""

    files: bool = True


class Started(BaseModel):
    """The id to ask for."""

    id: str


def overview(listed: List) -> Overview:
    """The counts of a list."""
    chapters: dict[str, Counts] = {}
    for item in listed.items:
        if item.finding.chapter_id is not None:
            counts = chapters.setdefault(item.finding.chapter_id, Counts(must=0, should=0, waved=0))
            setattr(counts, item.standing, getattr(counts, item.standing) + 1)
    return Overview(
        counts=Counts(
            must=listed.counts["must"],
            should=listed.counts["should"],
            waved=listed.counts["waved"],
        ),
        chapters=chapters,
        waiting=len(listed.waiting),
    )


def findings(slug: str, listed: List, chapter_id: str | None = None) -> Findings:
    """A list as the API says it; with `chapter_id` only that chapter's."""
    about = overview(listed)
    return Findings(
        counts=about.counts,
        chapters=about.chapters,
        waiting=about.waiting,
        items=[
            finding(slug, item)
            for item in listed.items
            if chapter_id is None or item.finding.chapter_id == chapter_id
        ],
        settled=[
            Settled.model_validate(task)
            for task in listed.settled
            if chapter_id is None or task.chapter_id == chapter_id
        ],
        last=None if listed.last is None else RunOut.model_validate(listed.last),
    )


def finding(slug: str, item: Item) -> ToFix:
    """A finding as the API says it."""
    one, waiver = item.finding, item.waiver
    return ToFix(
        key=item.key,
        code=one.code,
        severity=item.standing,
        title=item.rule.title,
        place=one.place,
        message=one.message,
        how=item.rule.how,
        chapter_id=one.chapter_id,
        excerpt=one.excerpt,
        owner_id=item.owner_id,
        url=addresses.of(slug, one),
        waivable=item.rule.waivable,
        waved=None
        if waiver is None
        else WavedOut(person_id=waiver.person_id, at=waiver.at, reason=waiver.reason),
        task_id=item.task_id,
        closed=item.closed,
    )
