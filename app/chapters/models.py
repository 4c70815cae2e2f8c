"""Tables of chapters: chapters and who works on them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.guides.models import TITLE_LENGTH
from app.kit.db import PK, Base
from app.kit.ids import new_id


class Chapter(Base):
    """A piece of the guide. In the bin while `binned_at` is set, closed for changes while
    `frozen_at` is."""

    __tablename__ = "chapters"
    __table_args__ = (Index("ix_chapters_guide_id", "guide_id"),)

    id: Mapped[str] = mapped_column(PK, primary_key=True, default=new_id)
    guide_id: Mapped[str] = mapped_column(PK, ForeignKey("guides.id"))
    part_id: Mapped[str | None] = mapped_column(PK, ForeignKey("parts.id"))
    document_id: Mapped[str] = mapped_column(PK, unique=True, default=new_id)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    brief: Mapped[str] = mapped_column(Text, default="")
    target_words: Mapped[int | None]
    words: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(String(12), default="planned")
    lead_id: Mapped[str | None] = mapped_column(PK, ForeignKey("persons.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str | None] = mapped_column(PK)
    version: Mapped[int] = mapped_column(default=1)
    # For each field the version that changed it last and the person: {"title": [4, "01j…"]}.
    stamps: Mapped[dict[str, tuple[int, str | None]]] = mapped_column(JSON, default=dict)
    binned_at: Mapped[datetime | None]
    binned_by: Mapped[str | None] = mapped_column(PK)
    frozen_at: Mapped[datetime | None]
    frozen_by: Mapped[str | None] = mapped_column(PK)


class Assignee(Base):
    """Somebody works on a chapter."""

    __tablename__ = "assignees"
    __table_args__ = (Index("ix_assignees_person_id", "person_id"),)

    chapter_id: Mapped[str] = mapped_column(PK, ForeignKey("chapters.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(PK, ForeignKey("persons.id"), primary_key=True)
    since: Mapped[datetime]
