"""Table of the names that chapters' pages have on the web."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import PK, Base


class PageAddress(Base):
    """The name of a chapter's page, kept since it was first published."""

    __tablename__ = "page_addresses"
    __table_args__ = (UniqueConstraint("guide_id", "name"),)

    chapter_id: Mapped[str] = mapped_column(PK, ForeignKey("chapters.id"), primary_key=True)
    guide_id: Mapped[str] = mapped_column(PK, ForeignKey("guides.id"))
    name: Mapped[str] = mapped_column(String(80))
