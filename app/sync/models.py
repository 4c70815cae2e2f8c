"""Tables of sync: documents, the log of their updates, snapshots, and who owns which client id."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import PK, Base

NO_CHAIN = bytes(32)
"""What the first row of a document is chained to."""


class Document(Base):
    """The words of one chapter: a Yjs document whose log is the truth.

    `seq` and `chain` are those of the last row of the log. `epoch` names the lineage: it changes
    when a restore makes a new one that must not be merged with the old.
    """

    __tablename__ = "documents"
    __table_args__ = (Index("ix_documents_guide_id", "guide_id"),)

    id: Mapped[str] = mapped_column(PK, primary_key=True)
    guide_id: Mapped[str] = mapped_column(PK, ForeignKey("guides.id"))
    chapter_id: Mapped[str] = mapped_column(PK, ForeignKey("chapters.id"), unique=True)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    chain: Mapped[bytes] = mapped_column(LargeBinary(32), default=NO_CHAIN)
    epoch: Mapped[str] = mapped_column(PK)
    schema: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    quarantined_at: Mapped[datetime | None]
    quarantine_reason: Mapped[str | None] = mapped_column(String(400))


class Update(Base):
    """One accepted update, byte for byte as it came. `chain` is sha256(previous chain ‖ bytes)."""

    __tablename__ = "updates"

    document_id: Mapped[str] = mapped_column(PK, ForeignKey("documents.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    epoch: Mapped[str] = mapped_column(PK)
    person_id: Mapped[str | None] = mapped_column(PK)
    """Who wrote it; None is the server itself."""
    client_ids: Mapped[str] = mapped_column(String(1600), default="")
    """The Yjs client ids it has structs of, with spaces between."""
    at: Mapped[datetime]
    bytes: Mapped[bytes] = mapped_column(LargeBinary)
    chain: Mapped[bytes] = mapped_column(LargeBinary(32))
    quarantined_at: Mapped[datetime | None]
    """Set when loading this row ended the engine: it is kept, but no longer loaded."""


class Snapshot(Base):
    """A cached state that saves replaying the log up to `upto`; checked before it is used."""

    __tablename__ = "snapshots"

    document_id: Mapped[str] = mapped_column(PK, ForeignKey("documents.id"), primary_key=True)
    upto: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    epoch: Mapped[str] = mapped_column(PK)
    at: Mapped[datetime]
    bytes: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    """sha256 of `bytes`."""
    state_vector: Mapped[bytes] = mapped_column(LargeBinary)
    chain: Mapped[bytes] = mapped_column(LargeBinary(32))
    """The chain of the log row `upto`, to go on from when older rows are gone."""


class ClientId(Base):
    """Who may write under a Yjs client id: the person who used it first."""

    __tablename__ = "client_ids"

    document_id: Mapped[str] = mapped_column(PK, ForeignKey("documents.id"), primary_key=True)
    client_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person_id: Mapped[str | None] = mapped_column(PK)
    """None is the server itself."""


class RescuedWords(Base):
    """Words written into an element that somebody else had deleted, or deleted without seeing them:
    for the person who wrote them, until they have them in hand."""

    __tablename__ = "rescued_words"
    __table_args__ = (Index("ix_rescued_words_person_id", "person_id"),)

    id: Mapped[str] = mapped_column(PK, primary_key=True)
    document_id: Mapped[str] = mapped_column(PK, ForeignKey("documents.id"))
    chapter_id: Mapped[str] = mapped_column(PK, ForeignKey("chapters.id"))
    person_id: Mapped[str] = mapped_column(PK)
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)


class QuarantinedUpdate(Base):
    """An update that ended the engine before it was stored: kept for looking at, never applied."""

    __tablename__ = "quarantined_updates"
    __table_args__ = (Index("ix_quarantined_updates_document_id", "document_id"),)

    id: Mapped[str] = mapped_column(PK, primary_key=True)
    document_id: Mapped[str] = mapped_column(PK, ForeignKey("documents.id"))
    person_id: Mapped[str | None] = mapped_column(PK)
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(400))
    bytes: Mapped[bytes] = mapped_column(LargeBinary)
