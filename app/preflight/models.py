"""Tables of preflight: what was found in chapters, complete checks, what was waved through, tasks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import PK, Base
from app.kit.ids import new_id

KEY = String(32)


class ChapterCheck(Base):
    """What was found in the words of a chapter when its log was at `seq`."""

    __tablename__ = "chapter_checks"
    __table_args__ = (Index("ix_chapter_checks_guide_id", "guide_id"),)

    chapter_id: Mapped[str] = mapped_column(PK, ForeignKey("chapters.id"), primary_key=True)
    guide_id: Mapped[str] = mapped_column(PK, ForeignKey("guides.id"))
    seq: Mapped[int] = mapped_column(BigInteger)
    rules: Mapped[int]
    """The edition of the rules it was checked with."""
    at: Mapped[datetime]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)


class CheckRun(Base):
    """A complete check as a job. `findings` are those that only it makes: between chapters, of files.

    The counts are those of everything there was to fix at its end: the burn-down of the last day.
    """

    __tablename__ = "check_runs"
    __table_args__ = (Index("ix_check_runs_guide_id", "guide_id"),)

    id: Mapped[str] = mapped_column(PK, primary_key=True, default=new_id)
    guide_id: Mapped[str] = mapped_column(PK, ForeignKey("guides.id"))
    person_id: Mapped[str | None] = mapped_column(PK)
    files: Mapped[bool]
    """Whether the files are made and looked at, too."""
    status: Mapped[str] = mapped_column(String(12), default="waiting")
    percent: Mapped[int] = mapped_column(default=0)
    step: Mapped[str] = mapped_column(String(300), default="")
    error: Mapped[str | None] = mapped_column(Text)
    must: Mapped[int] = mapped_column(default=0)
    should: Mapped[int] = mapped_column(default=0)
    waved: Mapped[int] = mapped_column(default=0)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    not_checked: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Sentences about what nobody looked at, because the program for it is not installed."""
    created_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Waiver(Base):
    """A finding that the facilitator waved through. Taken back, it stays as a row with its end."""

    __tablename__ = "waivers"
    __table_args__ = (Index("ix_waivers_guide_id", "guide_id"),)

    id: Mapped[str] = mapped_column(PK, primary_key=True, default=new_id)
    guide_id: Mapped[str] = mapped_column(PK, ForeignKey("guides.id"))
    key: Mapped[str] = mapped_column(KEY)
    code: Mapped[str] = mapped_column(String(60))
    message: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(500))
    person_id: Mapped[str] = mapped_column(PK, ForeignKey("persons.id"))
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(PK)


class FindingTask(Base):
    """A task that was made of a finding."""

    __tablename__ = "finding_tasks"
    __table_args__ = (Index("ix_finding_tasks_guide_id", "guide_id"),)

    task_id: Mapped[str] = mapped_column(PK, ForeignKey("tasks.id"), primary_key=True)
    guide_id: Mapped[str] = mapped_column(PK, ForeignKey("guides.id"))
    key: Mapped[str] = mapped_column(KEY)
