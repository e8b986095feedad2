"""The skeleton: conversations with their inbox and outbox, projects with their rows, jobs, runs and models."""

import sqlalchemy as sa
from alembic import op

from storage.sql.tables import Code, FreeText, UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Sequence = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("person_id", FreeText(), nullable=False),
        sa.Column("project_id", FreeText(), nullable=False),
        sa.Column("event_id", FreeText(), nullable=False),
        sa.Column("given_at", UtcTime(), nullable=False),
        sa.Column("withdrawn_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_person_id_project_id"), "consents", ["person_id", "project_id"], unique=False)
    op.create_table(
        "conversations",
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("platform", FreeText(), nullable=False),
        sa.Column("address", sa.JSON(), nullable=False),
        sa.Column("project_id", FreeText(), nullable=True),
        sa.Column("inbox_owner", FreeText(), nullable=True),
        sa.Column("inbox_event_id", FreeText(), nullable=True),
        sa.Column("inbox_until", UtcTime(), nullable=True),
        sa.Column("inbox_not_before", UtcTime(), nullable=True),
        sa.Column("outbox_owner", FreeText(), nullable=True),
        sa.Column("outbox_item_id", sa.BigInteger(), nullable=True),
        sa.Column("outbox_until", UtcTime(), nullable=True),
        sa.Column("outbox_not_before", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
    )
    op.create_table(
        "machines",
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machines")),
    )
    op.create_table(
        "people",
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("platform", FreeText(), nullable=False),
        sa.Column("display_name", FreeText(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_table(
        "projects",
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("name", FreeText(), nullable=False),
        sa.Column("slug", FreeText(), nullable=False),
        sa.Column("goal", FreeText(), nullable=False),
        sa.Column("owner_id", FreeText(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.UniqueConstraint("slug", name=op.f("uq_projects_slug")),
    )
    op.create_table(
        "transcript",
        sa.Column("id", Sequence, nullable=False),
        sa.Column("conversation_id", FreeText(), nullable=False),
        sa.Column("speaker", FreeText(), nullable=False),
        sa.Column("message", sa.JSON(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("outbox_id", sa.BigInteger(), nullable=True),
        sa.Column("card_id", FreeText(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript")),
        sa.UniqueConstraint("outbox_id", name=op.f("uq_transcript_outbox_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_transcript_card",
        "transcript",
        ["card_id", "id"],
        unique=False,
        sqlite_where=sa.text("card_id IS NOT NULL"),
        postgresql_where=sa.text("card_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_transcript_conversation_id_id"), "transcript", ["conversation_id", "id"], unique=False)
    op.create_table(
        "cards",
        sa.Column("seq", Sequence, nullable=False),
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("conversation_id", FreeText(), nullable=False),
        sa.Column("kind", FreeText(), nullable=False),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("actions", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("answered_with", FreeText(), nullable=True),
        sa.Column("answered_by_event", FreeText(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_cards_conversation_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_cards")),
        sa.UniqueConstraint("id", name=op.f("uq_cards_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_cards_conversation_id_seq"), "cards", ["conversation_id", "seq"], unique=False)
    op.create_table(
        "inbox_events",
        sa.Column("seq", Sequence, nullable=False),
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("conversation_id", FreeText(), nullable=False),
        sa.Column("person_id", FreeText(), nullable=True),
        sa.Column("kind", Code(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("received_at", UtcTime(), nullable=False),
        sa.Column("express", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("finished_at", UtcTime(), nullable=True),
        sa.Column("finished_by", FreeText(), nullable=True),
        sa.Column("owner", FreeText(), nullable=True),
        sa.Column("until", UtcTime(), nullable=True),
        sa.Column("not_before", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_inbox_events_conversation_id")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_inbox_events")),
        sa.UniqueConstraint("id", name=op.f("uq_inbox_events_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_inbox_events_unfinished",
        "inbox_events",
        ["seq"],
        unique=False,
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_index(
        "ix_inbox_events_unfinished_of",
        "inbox_events",
        ["conversation_id", "seq"],
        unique=False,
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_table(
        "jobs",
        sa.Column("seq", Sequence, nullable=False),
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("request_id", FreeText(), nullable=False),
        sa.Column("kind", Code(), nullable=False),
        sa.Column("run_id", FreeText(), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("state", Code(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("conversation_id", FreeText(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_owner", FreeText(), nullable=True),
        sa.Column("lease_until", UtcTime(), nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("progress_version", sa.Integer(), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("failure", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("started_at", UtcTime(), nullable=True),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_jobs_conversation_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_jobs")),
        sa.UniqueConstraint("id", name=op.f("uq_jobs_id")),
        sa.UniqueConstraint("request_id", name=op.f("uq_jobs_request_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_jobs_active",
        "jobs",
        ["seq"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'running')"),
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    op.create_index(op.f("ix_jobs_run_id_seq"), "jobs", ["run_id", "seq"], unique=False)
    op.create_table(
        "members",
        sa.Column("project_id", FreeText(), nullable=False),
        sa.Column("person_id", FreeText(), nullable=False),
        sa.Column("role", Code(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_members_project_id")),
        sa.PrimaryKeyConstraint("project_id", "person_id", name=op.f("pk_members")),
    )
    op.create_index(op.f("ix_members_person_id"), "members", ["person_id"], unique=False)
    op.create_table(
        "models",
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("project_id", FreeText(), nullable=False),
        sa.Column("run_id", FreeText(), nullable=False),
        sa.Column("name", FreeText(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_models_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_models")),
        sa.UniqueConstraint("project_id", "version", name=op.f("uq_models_project_id_version")),
    )
    op.create_index(op.f("ix_models_run_id"), "models", ["run_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", Sequence, nullable=False),
        sa.Column("conversation_id", FreeText(), nullable=False),
        sa.Column("cause", FreeText(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", Code(), nullable=False),
        sa.Column("message", sa.JSON(), nullable=False),
        sa.Column("card_id", FreeText(), nullable=True),
        sa.Column("state", Code(), nullable=False),
        sa.Column("receipt", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("error", FreeText(), nullable=True),
        sa.Column("queued_at", UtcTime(), nullable=False),
        sa.Column("posted_by", FreeText(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_outbox_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint(
            "conversation_id", "cause", "position", name=op.f("uq_outbox_conversation_id_cause_position")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_card",
        "outbox",
        ["card_id", "id"],
        unique=False,
        sqlite_where=sa.text("card_id IS NOT NULL"),
        postgresql_where=sa.text("card_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_outbox_cause_position"), "outbox", ["cause", "position"], unique=False)
    op.create_index(
        "ix_outbox_unfinished",
        "outbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'posting')"),
        postgresql_where=sa.text("state IN ('waiting', 'posting')"),
    )
    op.create_index(
        "ix_outbox_unfinished_of",
        "outbox",
        ["conversation_id", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'posting')"),
        postgresql_where=sa.text("state IN ('waiting', 'posting')"),
    )
    op.create_table(
        "rows",
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("project_id", FreeText(), nullable=False),
        sa.Column("instruction", FreeText(), nullable=False),
        sa.Column("input", FreeText(), nullable=False),
        sa.Column("output", FreeText(), nullable=False),
        sa.Column("status", Code(), nullable=False),
        sa.Column("origin", Code(), nullable=False),
        sa.Column("author_id", FreeText(), nullable=False),
        sa.Column("event_id", FreeText(), nullable=False),
        sa.Column("source", FreeText(), nullable=False),
        sa.Column("content_hash", FreeText(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("consent_id", FreeText(), nullable=True),
        sa.Column("approved_by", FreeText(), nullable=True),
        sa.Column("part", Code(), nullable=True),
        sa.Column("near_duplicate_of", FreeText(), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_rows_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rows")),
    )
    op.create_index(op.f("ix_rows_project_id_author_id"), "rows", ["project_id", "author_id"], unique=False)
    op.create_index(op.f("ix_rows_project_id_created_at_id"), "rows", ["project_id", "created_at", "id"], unique=False)
    op.create_index(op.f("ix_rows_project_id_status"), "rows", ["project_id", "status"], unique=False)
    op.create_index(
        "uq_rows_content",
        "rows",
        ["project_id", "content_hash"],
        unique=True,
        sqlite_where=sa.text("status IN ('pending', 'approved')"),
        postgresql_where=sa.text("status IN ('pending', 'approved')"),
    )
    op.create_table(
        "runs",
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("project_id", FreeText(), nullable=False),
        sa.Column("conversation_id", FreeText(), nullable=False),
        sa.Column("started_by", FreeText(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("recipe", sa.JSON(), nullable=False),
        sa.Column("state", Code(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_runs_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_runs_project_id_number")),
    )
