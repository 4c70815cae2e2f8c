"""Table of exports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import PK, Base
from app.kit.ids import new_id


class Export(Base):
    """A job that makes files of a guide. `beat_at` shows that somebody is still at work on it;
    `lost` counts the servers that ended in the middle of it."""

    __tablename__ = "exports"
    __table_args__ = (Index("ix_exports_guide_id", "guide_id"),)

    id: Mapped[str] = mapped_column(PK, primary_key=True, default=new_id)
    guide_id: Mapped[str] = mapped_column(PK, ForeignKey("guides.id"))
    person_id: Mapped[str | None] = mapped_column(PK)
    formats: Mapped[list[str]] = mapped_column(JSON)
    proof: Mapped[bool] = mapped_column(default=False, server_default=false())
    status: Mapped[str] = mapped_column(String(12), default="waiting")
    percent: Mapped[int] = mapped_column(default=0)
    step: Mapped[str] = mapped_column(String(300), default="")
    error: Mapped[str | None] = mapped_column(Text)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    lost: Mapped[int] = mapped_column(default=0, server_default="0")
    finished_at: Mapped[datetime | None]
