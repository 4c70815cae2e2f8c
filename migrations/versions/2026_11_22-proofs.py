"""proofs"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_proofs"
down_revision = "20261122_covers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("exports") as table:
        table.add_column(
            sa.Column("proof", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("exports") as table:
        table.drop_column("proof")
