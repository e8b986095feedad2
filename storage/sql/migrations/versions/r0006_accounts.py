"""One person with several accounts, and roles for the groups that a person is in."""

import sqlalchemy as sa
from alembic import op

from storage.sql.tables import Code, FreeText, UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "links",
        sa.Column("account_id", FreeText(), nullable=False),
        sa.Column("person_id", FreeText(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_links")),
    )
    op.create_index(op.f("ix_links_person_id"), "links", ["person_id"])
    op.create_table(
        "link_codes",
        sa.Column("id", FreeText(), nullable=False),
        sa.Column("created_by", FreeText(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("used_by", FreeText(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_codes")),
    )
    op.create_table(
        "person_groups",
        sa.Column("person_id", FreeText(), nullable=False),
        sa.Column("group_id", FreeText(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "group_id", name=op.f("pk_person_groups")),
    )
    op.create_index(op.f("ix_person_groups_group_id"), "person_groups", ["group_id"])
    op.create_table(
        "group_roles",
        sa.Column("project_id", FreeText(), nullable=False),
        sa.Column("group_id", FreeText(), nullable=False),
        sa.Column("name", FreeText(), nullable=False),
        sa.Column("role", Code(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_group_roles_project_id")),
        sa.PrimaryKeyConstraint("project_id", "group_id", name=op.f("pk_group_roles")),
    )
    op.create_index(op.f("ix_group_roles_group_id"), "group_roles", ["group_id"])
