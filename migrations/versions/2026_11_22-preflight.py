"""preflight"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import app.kit.db

revision = "20261122_preflight"
down_revision = "20261122_lost_exports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chapter_checks",
        sa.Column("chapter_id", sa.String(length=26), nullable=False),
        sa.Column("guide_id", sa.String(length=26), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("at", app.kit.db.Moment(timezone=True), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chapter_id"], ["chapters.id"], name=op.f("fk_chapter_checks_chapter_id_chapters")
        ),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["guides.id"], name=op.f("fk_chapter_checks_guide_id_guides")
        ),
        sa.PrimaryKeyConstraint("chapter_id", name=op.f("pk_chapter_checks")),
    )
    op.create_index("ix_chapter_checks_guide_id", "chapter_checks", ["guide_id"])
    op.create_table(
        "check_runs",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("guide_id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=True),
        sa.Column("files", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=300), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("must", sa.Integer(), nullable=False),
        sa.Column("should", sa.Integer(), nullable=False),
        sa.Column("waved", sa.Integer(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("not_checked", sa.JSON(), nullable=False),
        sa.Column("created_at", app.kit.db.Moment(timezone=True), nullable=False),
        sa.Column("beat_at", app.kit.db.Moment(timezone=True), nullable=False),
        sa.Column("finished_at", app.kit.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["guides.id"], name=op.f("fk_check_runs_guide_id_guides")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_runs")),
    )
    op.create_index("ix_check_runs_guide_id", "check_runs", ["guide_id"])
    op.create_table(
        "waivers",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("guide_id", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("at", app.kit.db.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", app.kit.db.Moment(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=26), nullable=True),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["guides.id"], name=op.f("fk_waivers_guide_id_guides")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_waivers_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waivers")),
    )
    op.create_index("ix_waivers_guide_id", "waivers", ["guide_id"])
    op.create_table(
        "finding_tasks",
        sa.Column("task_id", sa.String(length=26), nullable=False),
        sa.Column("guide_id", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["guide_id"], ["guides.id"], name=op.f("fk_finding_tasks_guide_id_guides")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_finding_tasks_task_id_tasks")
        ),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_finding_tasks")),
    )
    op.create_index("ix_finding_tasks_guide_id", "finding_tasks", ["guide_id"])


def downgrade() -> None:
    for table in ("finding_tasks", "waivers", "check_runs", "chapter_checks"):
        op.drop_table(table)
