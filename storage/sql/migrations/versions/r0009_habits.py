"""How many suggestions were left unanswered is counted from the reminders themselves, and kept nowhere else."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("habits", "ignored")
