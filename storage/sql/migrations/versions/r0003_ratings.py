"""People's blind votes on the answers of a run."""

import sqlalchemy as sa
from alembic import op

from storage.sql.tables import FreeText, UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ratings",
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("project_id", FreeText(), nullable=False),
        sa.Column("run_id", FreeText(), nullable=False),
        sa.Column("prompt_id", FreeText(), nullable=False),
        sa.Column("rater_id", FreeText(), nullable=False),
        sa.Column("first", FreeText(), nullable=False),
        sa.Column("picked", FreeText(), nullable=False),
        sa.Column("event_id", FreeText(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_ratings_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings")),
    )
    op.create_index(op.f("ix_ratings_run_id_created_at_id"), "ratings", ["run_id", "created_at", "id"])
    op.create_index(op.f("ix_ratings_project_id_rater_id"), "ratings", ["project_id", "rater_id"])
