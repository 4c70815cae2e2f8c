"""frozen chapters"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.kit.db

revision = "20261122_frozen_chapters"
down_revision = "20261122_rescued_words"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chapters", sa.Column("frozen_at", app.kit.db.Moment(timezone=True)))
    op.add_column("chapters", sa.Column("frozen_by", sa.String(length=26)))


def downgrade() -> None:
    op.drop_column("chapters", "frozen_by")
    op.drop_column("chapters", "frozen_at")
