"""Who knows a task: whoever gave or approved examples of its kinds. They are asked to rate first, and rate those kinds first.

It knows nothing of what is rated, nor of how anybody is asked.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta

from agent.context import Context
from agent.permissions import Action, may
from agent.state import Turn
from storage.domain import Row, RowStatus, stable_id
from storage.files import Files

MOST_ASKED = 3
"""People who are asked to rate a comparison."""
BETWEEN = timedelta(days=1)
"""Nobody is asked again sooner, whatever there is to rate."""


async def known_kinds(context: Context, project_id: str, person_id: str) -> frozenset[str]:
    """The categories of the approved examples that the person gave or approved; empty text is those of no category."""
    approved = await context.store.rows.of_project(project_id, [RowStatus.APPROVED])
    return frozenset(row.category for row in approved if person_id in _people_of(row))


async def knowers(context: Context, project_id: str, kinds: Collection[str]) -> list[str]:
    """The people who may rate, and gave or approved examples of these kinds; whoever did most of them first."""
    approved = await context.store.rows.of_project(project_id, [RowStatus.APPROVED])
    counted = Counter(person for row in approved if row.category in kinds for person in _people_of(row))
    members = await context.store.projects.members(project_id)
    able = {member.person_id for member in members if may(member.role, Action.RATE)}
    return sorted(able & counted.keys(), key=lambda person: (-counted[person], person))[:MOST_ASKED]


async def to_ask(context: Context, turn: Turn, people: Collection[str]) -> list[str]:
    """Those who may be asked now, and are from now on counted as asked. Repeating a turn finds the same people."""
    return [person for person in people if await asyncio.to_thread(_ask, context.files, person, turn.id, turn.at)]


def _people_of(row: Row) -> set[str]:
    return {row.author_id, *([row.approved_by] if row.approved_by else [])}


def asked_file(person_id: str) -> str:
    """Where it is kept when a person was asked last."""
    return f"asked/{stable_id('person', person_id)}.json"


def _ask(files: Files, person_id: str, event_id: str, at: datetime) -> bool:
    """Whether the person has not been asked lately by another event. It blocks."""
    name = asked_file(person_id)
    with files.alone(name.rpartition("/")[0]):  # another conversation may ask at the same time
        last = _read(files, name)
        if last and last[0] != event_id and at - last[1] < BETWEEN:
            return False
        files.write_text(name, json.dumps({"event": event_id, "at": at.isoformat()}))
    return True


def _read(files: Files, name: str) -> tuple[str, datetime] | None:
    """The event by which a person was asked last, and when; None where that cannot be read."""
    try:
        last = json.loads(files.read_bytes(name)) if files.exists(name) else {}
        return str(last["event"]), datetime.fromisoformat(last["at"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
