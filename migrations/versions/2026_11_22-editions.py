"""editions, public pages, readers' reports, addresses of pages"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.kit.db

revision = "20261122_editions"
down_revision = "20261122_designs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "editions",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("guide_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer()),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("formats", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=300), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("blocking", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(length=26)),
        sa.Column("created_at", app.kit.db.Moment(timezone=True), nullable=False),
        sa.Column("beat_at", app.kit.db.Moment(timezone=True), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.Column("published_at", app.kit.db.Moment(timezone=True)),
        sa.Column("published_by", sa.String(length=26)),
        sa.Column("withdrawn_at", app.kit.db.Moment(timezone=True)),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["guides.id"], name=op.f("fk_editions_guide_id_guides")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
    )
    with op.batch_alter_table("editions") as batch:
        batch.create_index("ix_editions_guide_id", ["guide_id"])
    op.create_table(
        "public_pages",
        sa.Column("guide_id", sa.String(length=26), nullable=False),
        sa.Column("order_url", sa.Text(), nullable=False),
        sa.Column("seller", sa.String(length=200), nullable=False),
        sa.Column("price", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["guides.id"], name=op.f("fk_public_pages_guide_id_guides")
        ),
        sa.PrimaryKeyConstraint("guide_id", name=op.f("pk_public_pages")),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("guide_id", sa.String(length=26), nullable=False),
        sa.Column("edition_id", sa.String(length=26), nullable=False),
        sa.Column("page", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("erratum", sa.Text(), nullable=False),
        sa.Column("task_id", sa.String(length=26)),
        sa.Column("created_at", app.kit.db.Moment(timezone=True), nullable=False),
        sa.Column("decided_at", app.kit.db.Moment(timezone=True)),
        sa.Column("decided_by", sa.String(length=26)),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["guides.id"], name=op.f("fk_reports_guide_id_guides")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_reports_edition_id_editions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    with op.batch_alter_table("reports") as batch:
        batch.create_index("ix_reports_guide_id", ["guide_id"])
    op.create_table(
        "page_addresses",
        sa.Column("chapter_id", sa.String(length=26), nullable=False),
        sa.Column("guide_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["chapter_id"], ["chapters.id"], name=op.f("fk_page_addresses_chapter_id_chapters")
        ),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["guides.id"], name=op.f("fk_page_addresses_guide_id_guides")
        ),
        sa.PrimaryKeyConstraint("chapter_id", name=op.f("pk_page_addresses")),
        sa.UniqueConstraint("guide_id", "name", name=op.f("uq_page_addresses_guide_id")),
    )


def downgrade() -> None:
    op.drop_table("page_addresses")
    with op.batch_alter_table("reports") as batch:
        batch.drop_index("ix_reports_guide_id")
    op.drop_table("reports")
    op.drop_table("public_pages")
    with op.batch_alter_table("editions") as batch:
        batch.drop_index("ix_editions_guide_id")
    op.drop_table("editions")
