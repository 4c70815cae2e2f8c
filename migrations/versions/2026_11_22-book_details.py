"""book details"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_book_details"
down_revision = "20261122_frozen_chapters"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "book_details",
        sa.Column("guide_id", sa.String(length=26), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("publisher", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("edition", sa.String(length=200), nullable=False),
        sa.Column("print_isbn", sa.String(length=13), nullable=False),
        sa.Column("ebook_isbn", sa.String(length=13), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("bisac", sa.JSON(), nullable=False),
        sa.Column("thema", sa.JSON(), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("price", sa.String(length=12), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_by", sa.String(length=26)),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["guides.id"], name=op.f("fk_book_details_guide_id_guides")
        ),
        sa.PrimaryKeyConstraint("guide_id", name=op.f("pk_book_details")),
    )


def downgrade() -> None:
    op.drop_table("book_details")
