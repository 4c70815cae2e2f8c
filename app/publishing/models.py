"""Tables of editions, of what a guide's public page says besides, and of mistakes that readers report."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.guides.models import TITLE_LENGTH
from app.kit.db import PK, Base
from app.kit.ids import new_id
from app.people.models import NAME_LENGTH


class Edition(Base):
    """A kept state of the whole guide with its files; public from `published_at` to `withdrawn_at`.

    `formats` are those that readers are offered. `about` is what the public page says of this
    state (see `about.About`). `blocking` are the sentences of what had to be fixed when it was made.
    """

    __tablename__ = "editions"
    __table_args__ = (Index("ix_editions_guide_id", "guide_id"),)

    id: Mapped[str] = mapped_column(PK, primary_key=True, default=new_id)
    guide_id: Mapped[str] = mapped_column(PK, ForeignKey("guides.id"))
    number: Mapped[int | None]
    """From 1, given when it is published for the first time."""
    name: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    formats: Mapped[list[str]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(12), default="waiting")
    percent: Mapped[int] = mapped_column(default=0)
    step: Mapped[str] = mapped_column(String(300), default="")
    error: Mapped[str | None] = mapped_column(Text)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    blocking: Mapped[list[str]] = mapped_column(JSON, default=list)
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    about: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_by: Mapped[str | None] = mapped_column(PK)
    created_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    lost: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None] = mapped_column(PK)
    withdrawn_at: Mapped[datetime | None]


class PublicPage(Base):
    """Where readers can order a guide on paper; no row yet means nowhere."""

    __tablename__ = "public_pages"

    guide_id: Mapped[str] = mapped_column(PK, ForeignKey("guides.id"), primary_key=True)
    order_url: Mapped[str] = mapped_column(Text, default="")
    seller: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    price: Mapped[str] = mapped_column(String(40), default="")


class Report(Base):
    """A mistake that a reader reported; an accepted one is an erratum of its edition."""

    __tablename__ = "reports"
    __table_args__ = (Index("ix_reports_guide_id", "guide_id"),)

    id: Mapped[str] = mapped_column(PK, primary_key=True, default=new_id)
    guide_id: Mapped[str] = mapped_column(PK, ForeignKey("guides.id"))
    edition_id: Mapped[str] = mapped_column(PK, ForeignKey("editions.id"))
    page: Mapped[str] = mapped_column(String(80), default="")
    """The name of the chapter's page; empty: the whole book."""
    text: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    status: Mapped[str] = mapped_column(String(12), default="new")
    erratum: Mapped[str] = mapped_column(Text, default="")
    task_id: Mapped[str | None] = mapped_column(PK)
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(PK)
