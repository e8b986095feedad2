"""Why an answer was not good: the criterion of the rubric that it fails by."""

import sqlalchemy as sa
from alembic import op

from storage.sql.tables import FreeText

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("answer_feedback", sa.Column("criterion", FreeText(), nullable=False, server_default=""))
