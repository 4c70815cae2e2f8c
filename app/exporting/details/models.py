"""Table of what a guide says about itself to booksellers, libraries and printers."""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.guides.models import TITLE_LENGTH
from app.kit.db import PK, Base


class BookDetails(Base):
    """The details of one guide as a book; no row yet means that nothing was said."""

    __tablename__ = "book_details"

    guide_id: Mapped[str] = mapped_column(PK, ForeignKey("guides.id"), primary_key=True)
    summary: Mapped[str] = mapped_column(Text, default="")
    publisher: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    place: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    edition: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    print_isbn: Mapped[str] = mapped_column(String(13), default="")
    ebook_isbn: Mapped[str] = mapped_column(String(13), default="")
    keywords: Mapped[list[str]] = mapped_column(JSON, default=list)
    bisac: Mapped[list[str]] = mapped_column(JSON, default=list)
    thema: Mapped[list[str]] = mapped_column(JSON, default=list)
    audience: Mapped[str] = mapped_column(String(20), default="general")
    price: Mapped[str] = mapped_column(String(12), default="")
    currency: Mapped[str] = mapped_column(String(3), default="")
    version: Mapped[int] = mapped_column(default=1)
    updated_by: Mapped[str | None] = mapped_column(PK)
