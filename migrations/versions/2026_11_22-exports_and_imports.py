"""exports and imports"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.kit.db

revision = "20261122_exports_and_imports"
down_revision = "20261122_first"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exports",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("guide_id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=True),
        sa.Column("formats", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=300), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("created_at", app.kit.db.Moment(timezone=True), nullable=False),
        sa.Column("beat_at", app.kit.db.Moment(timezone=True), nullable=False),
        sa.Column("finished_at", app.kit.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["guides.id"], name=op.f("fk_exports_guide_id_guides")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_index("ix_exports_guide_id", "exports", ["guide_id"])
    op.create_table(
        "imports",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("guide_id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=300), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("chapters", sa.JSON(), nullable=False),
        sa.Column("lost", sa.JSON(), nullable=False),
        sa.Column("created_at", app.kit.db.Moment(timezone=True), nullable=False),
        sa.Column("beat_at", app.kit.db.Moment(timezone=True), nullable=False),
        sa.Column("finished_at", app.kit.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["guides.id"], name=op.f("fk_imports_guide_id_guides")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index("ix_imports_guide_id", "imports", ["guide_id"])


def downgrade() -> None:
    op.drop_table("imports")
    op.drop_table("exports")
