"""Evaluation: people's scores by criterion, pinned requests, evaluations of any contenders."""

import sqlalchemy as sa
from alembic import op

from storage.sql.tables import Code, FreeText, UtcTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scores",
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("project_id", FreeText(), nullable=False),
        sa.Column("run_id", FreeText(), nullable=False),
        sa.Column("prompt_id", FreeText(), nullable=False),
        sa.Column("side", FreeText(), nullable=False),
        sa.Column("criterion", FreeText(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("note", FreeText(), nullable=False),
        sa.Column("rater_id", FreeText(), nullable=False),
        sa.Column("event_id", FreeText(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_scores_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scores")),
    )
    op.create_index(op.f("ix_scores_run_id_created_at_id"), "scores", ["run_id", "created_at", "id"])
    op.create_index(op.f("ix_scores_project_id_created_at_id"), "scores", ["project_id", "created_at", "id"])
    op.create_index(op.f("ix_scores_project_id_rater_id"), "scores", ["project_id", "rater_id"])
    op.create_table(
        "pins",
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("project_id", FreeText(), nullable=False),
        sa.Column("instruction", FreeText(), nullable=False),
        sa.Column("input", FreeText(), nullable=False),
        sa.Column("reference", FreeText(), nullable=False),
        sa.Column("must", sa.JSON(), nullable=False),
        sa.Column("must_not", sa.JSON(), nullable=False),
        sa.Column("expected", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("author_id", FreeText(), nullable=False),
        sa.Column("event_id", FreeText(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_pins_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pins")),
    )
    op.create_index(op.f("ix_pins_project_id_created_at_id"), "pins", ["project_id", "created_at", "id"])
    op.create_index(op.f("ix_pins_project_id_author_id"), "pins", ["project_id", "author_id"])
    op.create_table(
        "evaluations",
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("project_id", FreeText(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("contenders", sa.JSON(), nullable=False),
        sa.Column("conversation_id", FreeText(), nullable=False),
        sa.Column("asked_by", FreeText(), nullable=False),
        sa.Column("event_id", FreeText(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("state", Code(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_evaluations_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_evaluations_project_id_number")),
    )
