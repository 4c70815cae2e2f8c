"""Table of assets."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import PK, Base
from app.kit.ids import new_id


class Asset(Base):
    """A picture of a guide; its bytes are in the data folder under `sha256`."""

    __tablename__ = "assets"
    __table_args__ = (Index("ix_assets_guide_id_sha256", "guide_id", "sha256"),)

    id: Mapped[str] = mapped_column(PK, primary_key=True, default=new_id)
    guide_id: Mapped[str] = mapped_column(PK, ForeignKey("guides.id"))
    person_id: Mapped[str | None] = mapped_column(PK)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(20))
    width: Mapped[int]
    height: Mapped[int]
    bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
