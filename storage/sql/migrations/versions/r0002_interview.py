"""The interview: what a row shows and where it was found, briefs, preferences with their rules, invites."""

import sqlalchemy as sa
from alembic import op

from storage.sql.tables import Code, FreeText, UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rows", sa.Column("category", FreeText(), nullable=False, server_default=""))
    op.add_column("rows", sa.Column("aspects", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("rows", sa.Column("passage", FreeText(), nullable=False, server_default=""))
    op.create_table(
        "invites",
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("project_id", FreeText(), nullable=False),
        sa.Column("role", Code(), nullable=False),
        sa.Column("created_by", FreeText(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("used_by", FreeText(), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_invites_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invites")),
    )
    op.create_table(
        "briefs",
        sa.Column("project_id", FreeText(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_briefs_project_id")),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_briefs")),
    )
    op.create_table(
        "preferences",
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("project_id", FreeText(), nullable=False),
        sa.Column("instruction", FreeText(), nullable=False),
        sa.Column("input", FreeText(), nullable=False),
        sa.Column("first", FreeText(), nullable=False),
        sa.Column("second", FreeText(), nullable=False),
        sa.Column("author_id", FreeText(), nullable=False),
        sa.Column("event_id", FreeText(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("picked", FreeText(), nullable=True),
        sa.Column("reason", FreeText(), nullable=False),
        sa.Column("row_id", FreeText(), nullable=True),
        sa.Column("consent_id", FreeText(), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_preferences_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preferences")),
    )
    op.create_table(
        "rubric_rules",
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("project_id", FreeText(), nullable=False),
        sa.Column("text", FreeText(), nullable=False),
        sa.Column("author_id", FreeText(), nullable=False),
        sa.Column("event_id", FreeText(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("preference_id", FreeText(), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_rubric_rules_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubric_rules")),
    )
    for table in ("preferences", "rubric_rules"):
        op.create_index(op.f(f"ix_{table}_project_id_author_id"), table, ["project_id", "author_id"])
        op.create_index(op.f(f"ix_{table}_project_id_created_at_id"), table, ["project_id", "created_at", "id"])
