"""Table of tasks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.guides.models import TITLE_LENGTH
from app.kit.db import PK, Base
from app.kit.ids import new_id


class Task(Base):
    """Something to do, for `assignee_id` or, without one, for anyone."""

    __tablename__ = "tasks"
    __table_args__ = (Index("ix_tasks_guide_id", "guide_id"),)

    id: Mapped[str] = mapped_column(PK, primary_key=True, default=new_id)
    guide_id: Mapped[str] = mapped_column(PK, ForeignKey("guides.id"))
    chapter_id: Mapped[str | None] = mapped_column(PK, ForeignKey("chapters.id"))
    assignee_id: Mapped[str | None] = mapped_column(PK, ForeignKey("persons.id"))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    note: Mapped[str] = mapped_column(Text, default="")
    due_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(String(8), default="open")
    created_by: Mapped[str | None] = mapped_column(PK)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    updated_by: Mapped[str | None] = mapped_column(PK)
