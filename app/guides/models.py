"""Tables of guides: guides, members, parts, invitations, claims."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import PK, Base
from app.kit.ids import new_id
from app.people.models import NAME_LENGTH

TITLE_LENGTH = 200


class Guide(Base):
    """The book."""

    __tablename__ = "guides"

    id: Mapped[str] = mapped_column(PK, primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    subtitle: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    language: Mapped[str] = mapped_column(String(35))
    region: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    licence: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    accent: Mapped[str] = mapped_column(String(7))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    updated_by: Mapped[str | None] = mapped_column(PK)


class Member(Base):
    """A person's place in a guide. Removed members stay as rows: they are credited."""

    __tablename__ = "members"
    __table_args__ = (
        UniqueConstraint("guide_id", "name_key"),
        Index("ix_members_person_id", "person_id"),
    )

    guide_id: Mapped[str] = mapped_column(PK, ForeignKey("guides.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(PK, ForeignKey("persons.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20))
    name_key: Mapped[str] = mapped_column(String(NAME_LENGTH * 4))
    joined_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Part(Base):
    """A group of chapters with a title of its own."""

    __tablename__ = "parts"
    __table_args__ = (Index("ix_parts_guide_id", "guide_id"),)

    id: Mapped[str] = mapped_column(PK, primary_key=True, default=new_id)
    guide_id: Mapped[str] = mapped_column(PK, ForeignKey("guides.id"))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    position: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)


class Invitation(Base):
    """A link that lets anyone who has it join with one role. Only the secret's hash is kept."""

    __tablename__ = "invitations"
    __table_args__ = (Index("ix_invitations_guide_id", "guide_id"),)

    id: Mapped[str] = mapped_column(PK, primary_key=True, default=new_id)
    guide_id: Mapped[str] = mapped_column(PK, ForeignKey("guides.id"))
    role: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(80), default="")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_by: Mapped[str | None] = mapped_column(PK)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    uses: Mapped[int] = mapped_column(default=0)


class Claim(Base):
    """Someone on a new device says “I am Maria, who joined before”."""

    __tablename__ = "claims"
    __table_args__ = (Index("ix_claims_guide_id", "guide_id"),)

    id: Mapped[str] = mapped_column(PK, primary_key=True, default=new_id)
    guide_id: Mapped[str] = mapped_column(PK, ForeignKey("guides.id"))
    invitation_id: Mapped[str] = mapped_column(PK, ForeignKey("invitations.id"))
    person_id: Mapped[str] = mapped_column(PK, ForeignKey("persons.id"))
    browser_hash: Mapped[str] = mapped_column(String(64))
    device_label: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(12), default="waiting")
    decided_by: Mapped[str | None] = mapped_column(PK)
