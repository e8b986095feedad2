"""Chat platforms: who reads along, consent for one row, answers with feedback, installations with their states."""

import sqlalchemy as sa
from alembic import op

from storage.sql.tables import Code, FreeText, UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("consents", sa.Column("row_id", FreeText(), nullable=True))
    op.add_column("outbox", sa.Column("address", sa.JSON(none_as_null=True), nullable=True))
    op.create_index(
        "ix_inbox_events_heard",
        "inbox_events",
        ["conversation_id", "received_at"],
        sqlite_where=sa.text("person_id IS NOT NULL"),
        postgresql_where=sa.text("person_id IS NOT NULL"),
    )
    op.create_table(
        "answers",
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("project_id", FreeText(), nullable=False),
        sa.Column("model_id", FreeText(), nullable=True),
        sa.Column("asked_by", FreeText(), nullable=False),
        sa.Column("request", FreeText(), nullable=False),
        sa.Column("text", FreeText(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_answers_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
    )
    op.create_index(op.f("ix_answers_project_id_asked_by"), "answers", ["project_id", "asked_by"])
    op.create_table(
        "answer_feedback",
        sa.Column("answer_id", FreeText(), nullable=False),
        sa.Column("person_id", FreeText(), nullable=False),
        sa.Column("feedback", Code(), nullable=False),
        sa.Column("event_id", FreeText(), nullable=False),
        sa.Column("given_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_answer_feedback_answer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("answer_id", "person_id", name=op.f("pk_answer_feedback")),
    )
    op.create_table(
        "installations",
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("platform", FreeText(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("installed_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installations")),
    )
    op.create_index(op.f("ix_installations_platform_id"), "installations", ["platform", "id"])
    op.create_table(
        "install_states",
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("until", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_install_states")),
    )
    op.create_index(op.f("ix_install_states_until"), "install_states", ["until"])
