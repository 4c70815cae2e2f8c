"""Table of finished covers that people put in, one for each guide."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import PK, Base


class Cover(Base):
    """A guide's own cover, a clean PDF in the data folder under `sha256`. Lengths in millimetres;
    `spine_mm` and `pages` are what they were when it was put in."""

    __tablename__ = "covers"

    guide_id: Mapped[str] = mapped_column(PK, ForeignKey("guides.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    printer: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    bytes: Mapped[int]
    width_mm: Mapped[float]
    height_mm: Mapped[float]
    spine_mm: Mapped[float]
    pages: Mapped[int]
    person_id: Mapped[str | None] = mapped_column(PK)
    created_at: Mapped[datetime]
