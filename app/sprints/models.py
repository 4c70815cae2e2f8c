"""Table of sprints."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.guides.models import TITLE_LENGTH
from app.kit.db import PK, Base
from app.kit.ids import new_id


class Sprint(Base):
    """An event of some days on a guide, with the countdown that runs now."""

    __tablename__ = "sprints"
    __table_args__ = (Index("ix_sprints_guide_id", "guide_id"),)

    id: Mapped[str] = mapped_column(PK, primary_key=True, default=new_id)
    guide_id: Mapped[str] = mapped_column(PK, ForeignKey("guides.id"))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    starts_on: Mapped[date] = mapped_column(Date)
    days: Mapped[int]
    time_zone: Mapped[str] = mapped_column(String(64))
    countdown_label: Mapped[str | None] = mapped_column(String(80))
    countdown_until: Mapped[datetime | None]
