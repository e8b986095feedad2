"""Reminders, what people asked to be reminded of and how, which version is in use, and whether it helped."""

import sqlalchemy as sa
from alembic import op

from storage.sql.tables import Code, FreeText, UtcTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _reminders()
    _wishes()
    _promotions()
    _whether_it_helped()


def _reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("person_id", FreeText(), nullable=False),
        sa.Column("conversation_id", FreeText(), nullable=False),
        sa.Column("project_id", FreeText(), nullable=True),
        sa.Column("kind", Code(), nullable=False),
        sa.Column("slot", FreeText(), nullable=False),
        sa.Column("due_at", UtcTime(), nullable=False),
        sa.Column("stale_at", UtcTime(), nullable=False),
        sa.Column("state", Code(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("sent_at", UtcTime(), nullable=True),
        sa.Column("answered_at", UtcTime(), nullable=True),
        sa.Column("owner", FreeText(), nullable=True),
        sa.Column("until", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_reminders_conversation_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_reminders_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint("person_id", "slot", name=op.f("uq_reminders_person_id_slot")),
    )
    op.create_index(op.f("ix_reminders_project_id_due_at_id"), "reminders", ["project_id", "due_at", "id"])
    for name, column, state in (("ix_reminders_due", "due_at", "due"), ("ix_reminders_sent", "sent_at", "sent")):
        where = sa.text(f"state IN ('{state}')")
        op.create_index(name, "reminders", [column, "id"], sqlite_where=where, postgresql_where=where)


def _wishes() -> None:
    op.create_table(
        "schedules",
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("person_id", FreeText(), nullable=False),
        sa.Column("project_id", FreeText(), nullable=True),
        sa.Column("conversation_id", FreeText(), nullable=False),
        sa.Column("rule", FreeText(), nullable=False),
        sa.Column("zone", FreeText(), nullable=False),
        sa.Column("said", FreeText(), nullable=False),
        sa.Column("event_id", FreeText(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("next_at", UtcTime(), nullable=False),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_schedules_conversation_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_schedules_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedules")),
    )
    op.create_index(op.f("ix_schedules_person_id_created_at_id"), "schedules", ["person_id", "created_at", "id"])
    running = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_schedules_running", "schedules", ["next_at", "id"], sqlite_where=running, postgresql_where=running
    )
    op.create_table(
        "habits",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", FreeText(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=True),
        sa.Column("zone", FreeText(), nullable=True),
        sa.Column("quiet_from", FreeText(), nullable=False),
        sa.Column("quiet_until", FreeText(), nullable=False),
        sa.Column("hour", FreeText(), nullable=False),
        sa.Column("rhythm", FreeText(), nullable=False),
        sa.Column("snoozed_until", UtcTime(), nullable=True),
        sa.Column("ignored", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=True),
        sa.Column("event_id", FreeText(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_habits")),
        sa.UniqueConstraint("person_id", name=op.f("uq_habits_person_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_habits_wanted_person_id"), "habits", ["wanted", "person_id"])


def _promotions() -> None:
    op.create_table(
        "promotions",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("project_id", FreeText(), nullable=False),
        sa.Column("model_id", FreeText(), nullable=False),
        sa.Column("by", FreeText(), nullable=False),
        sa.Column("person_id", FreeText(), nullable=True),
        sa.Column("event_id", FreeText(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("why", FreeText(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_promotions_project_id")),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_promotions_model_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_promotions")),
        sa.UniqueConstraint("id", name=op.f("uq_promotions_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_promotions_project_id_seq"), "promotions", ["project_id", "seq"])


def _whether_it_helped() -> None:
    op.create_table(
        "survey_answers",
        sa.Column("model_id", FreeText(), nullable=False),
        sa.Column("person_id", FreeText(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("word", FreeText(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("event_id", FreeText(), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_survey_answers_model_id")),
        sa.PrimaryKeyConstraint("model_id", "person_id", name=op.f("pk_survey_answers")),
    )
    op.create_table(
        "exposures",
        sa.Column("flag", FreeText(), nullable=False),
        sa.Column("person_id", FreeText(), nullable=False),
        sa.Column("variant", FreeText(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("flag", "person_id", name=op.f("pk_exposures")),
    )
    op.create_index(op.f("ix_exposures_person_id"), "exposures", ["person_id"])
