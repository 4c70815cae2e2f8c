"""rescued words"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.kit.db

revision = "20261122_rescued_words"
down_revision = "20261122_exports_and_imports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rescued_words",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("document_id", sa.String(length=26), nullable=False),
        sa.Column("chapter_id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("at", app.kit.db.Moment(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chapter_id"], ["chapters.id"], name=op.f("fk_rescued_words_chapter_id_chapters")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_rescued_words_document_id_documents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescued_words")),
    )
    op.create_index("ix_rescued_words_person_id", "rescued_words", ["person_id"])


def downgrade() -> None:
    op.drop_table("rescued_words")
