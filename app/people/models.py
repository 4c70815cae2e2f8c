"""Tables of people: persons, their devices, their personal links."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import PK, Base
from app.kit.ids import new_id

NAME_LENGTH = 60


class Person(Base):
    """Someone who takes part, under the name they gave themselves."""

    __tablename__ = "persons"

    id: Mapped[str] = mapped_column(PK, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH * 4))
    colour: Mapped[str] = mapped_column(String(7))
    created_at: Mapped[datetime]


class Device(Base):
    """A browser that a person uses; its secret is in the session cookie."""

    __tablename__ = "devices"
    __table_args__ = (Index("ix_devices_person_id", "person_id"),)

    id: Mapped[str] = mapped_column(PK, primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(PK, ForeignKey("persons.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PersonalLink(Base):
    """A link labelled “Only for you”: brings the same person back on another device."""

    __tablename__ = "personal_links"
    __table_args__ = (Index("ix_personal_links_person_id", "person_id"),)

    id: Mapped[str] = mapped_column(PK, primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(PK, ForeignKey("persons.id"))
    guide_id: Mapped[str] = mapped_column(PK)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
