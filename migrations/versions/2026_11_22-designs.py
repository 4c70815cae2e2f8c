"""how guides look as books"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_designs"
down_revision = "20261122_preflight"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "designs",
        sa.Column("guide_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("trim", sa.String(length=20), nullable=False),
        sa.Column("typeface", sa.String(length=20), nullable=False),
        sa.Column("colour", sa.Boolean(), nullable=False),
        sa.Column("accent", sa.String(length=7), nullable=False),
        sa.Column("paper", sa.String(length=10), nullable=False),
        sa.Column("qr", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_by", sa.String(length=26)),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["guides.id"], name=op.f("fk_designs_guide_id_guides")
        ),
        sa.PrimaryKeyConstraint("guide_id", name=op.f("pk_designs")),
    )


def downgrade() -> None:
    op.drop_table("designs")
