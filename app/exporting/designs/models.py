"""Table of how guides look as books."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import PK, Base


class BookDesign(Base):
    """The looks of one guide as a book; no row yet means that nobody chose."""

    __tablename__ = "designs"

    guide_id: Mapped[str] = mapped_column(PK, ForeignKey("guides.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(20), default="manual")
    trim: Mapped[str] = mapped_column(String(20), default="6x9")
    typeface: Mapped[str] = mapped_column(String(20), default="")
    colour: Mapped[bool] = mapped_column(default=True)
    accent: Mapped[str] = mapped_column(String(7), default="")
    paper: Mapped[str] = mapped_column(String(10), default="white")
    qr: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    updated_by: Mapped[str | None] = mapped_column(PK)
