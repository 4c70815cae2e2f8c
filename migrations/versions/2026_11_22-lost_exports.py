"""exports know how often their server was lost"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_lost_exports"
down_revision = "20261122_book_details"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "exports", sa.Column("lost", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )


def downgrade() -> None:
    with op.batch_alter_table("exports") as table:
        table.drop_column("lost")
