"""Which criteria were before somebody who scored an answer, so that one that came to the rubric later is offered to them too.

Of scores from before this was kept, it is told from what there is: whoever gave them is taken to have had the project's criteria
of today before them, so nobody is asked for what they may have left out on purpose. Where the latest scores of an answer are by
a criterion that is no longer there, the rubric was changed since: then they are taken to have had before them what they scored.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.sql.tables import FreeText, UtcTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_GUIDES = ("accuracy", "format", "relevance", "completeness", "tone")
"""The criteria of a project that has none of its own."""
_WHOLE = "overall"
"""The criterion of a score for the answer as a whole: no rubric has it."""

_SCORES = sa.table(
    "scores",
    sa.column("id", FreeText()),
    sa.column("project_id", FreeText()),
    sa.column("run_id", FreeText()),
    sa.column("prompt_id", FreeText()),
    sa.column("side", FreeText()),
    sa.column("rater_id", FreeText()),
    sa.column("criterion", FreeText()),
    sa.column("event_id", FreeText()),
    sa.column("created_at", UtcTime()),
    sa.column("asked", sa.JSON()),
)
_BRIEFS = sa.table("briefs", sa.column("project_id", FreeText()), sa.column("document", sa.JSON()))


def upgrade() -> None:
    op.add_column("scores", sa.Column("asked", sa.JSON(), nullable=False, server_default="[]"))
    connection = op.get_bind()
    criteria = {project: _criteria_in(document) for project, document in connection.execute(sa.select(_BRIEFS)).all()}
    answers: dict[tuple[str, ...], list[Any]] = defaultdict(list)
    for one in connection.execute(sa.select(_SCORES).order_by(_SCORES.c.created_at, _SCORES.c.id)).all():
        answers[(one.project_id, one.run_id, one.prompt_id, one.side, one.rater_id)].append(one)
    for (project, *_), given in answers.items():
        asked = _asked(given, criteria.get(project) or _GUIDES)
        theirs = _SCORES.c.id.in_([one.id for one in given])
        connection.execute(sa.update(_SCORES).where(theirs).values(asked=asked))


def _criteria_in(document: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(one["name"] for one in document.get("criteria") or ())


def _asked(given: Sequence[Any], criteria: Sequence[str]) -> list[str]:
    """``given``: one person's scores of one answer, the latest last."""
    last = {one.criterion for one in given if one.event_id == given[-1].event_id}
    is_changed = bool(last - {*criteria, _WHOLE})
    return sorted({one.criterion for one in given}) if is_changed else list(criteria)
