"""covers of their own"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.kit.db

revision = "20261122_covers"
down_revision = "20261122_editions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "covers",
        sa.Column("guide_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("printer", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("width_mm", sa.Double(), nullable=False),
        sa.Column("height_mm", sa.Double(), nullable=False),
        sa.Column("spine_mm", sa.Double(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=26)),
        sa.Column("created_at", app.kit.db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["guides.id"], name=op.f("fk_covers_guide_id_guides")
        ),
        sa.PrimaryKeyConstraint("guide_id", name=op.f("pk_covers")),
    )


def downgrade() -> None:
    op.drop_table("covers")
