"""Who knows a task: whoever gave or approved examples of its kinds. They are asked to rate first, and rate those kinds first.

It knows nothing of what is rated, nor of how anybody is asked.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from agent.context import Context
from agent.permissions import Action, may
from agent.state import Turn
from storage.domain import Rating, Row, RowStatus, Score, stable_id
from storage.files import Files

Given = TypeVar("Given", Rating, Score)

MOST_ASKED = 3
"""People who are asked to rate a comparison."""
BETWEEN = timedelta(days=1)
"""Nobody is asked again sooner, whatever there is to rate."""


async def known_kinds(context: Context, project_id: str, person_id: str) -> frozenset[str]:
    """The categories of the approved examples that the person gave or approved; empty text is those of no category."""
    approved = await context.store.rows.of_project(project_id, [RowStatus.APPROVED])
    accounts = await context.store.links.accounts(person_id)
    return frozenset(row.category for row in approved if accounts & _people_of(row))


async def knowers(context: Context, project_id: str, kinds: Collection[str]) -> list[str]:
    """The people who may rate, and gave or approved examples of these kinds; whoever did most of them first. Of linked
    accounts it is the one with which most of them were given."""
    approved = await context.store.rows.of_project(project_id, [RowStatus.APPROVED])
    counted = Counter(person for row in approved if row.category in kinds for person in _people_of(row))
    firsts = await context.store.links.first_accounts(counted)
    together: Counter[str] = Counter()
    for account, count in counted.items():
        together[firsts[account]] += count
    busiest: dict[str, str] = {}
    for account in sorted(counted, key=lambda one: (-together[firsts[one]], firsts[one], -counted[one], one)):
        busiest.setdefault(firsts[account], account)
    found: list[str] = []
    for account in busiest.values():
        if len(found) < MOST_ASKED and may(await context.store.projects.role(project_id, account), Action.RATE):
            found.append(account)
    return found


async def as_people(context: Context, given: Sequence[Given], what: Callable[[Given], Hashable]) -> list[Given]:
    """Votes or scores as people gave them: with linked accounts as one rater, by the id of the first of them.

    ``what``: what one of them is about. Of two about the same that a person gave with two accounts, the later counts.
    """
    firsts = await context.store.links.first_accounts({one.rater_id for one in given})
    latest = {
        (firsts[one.rater_id], what(one)): one.id for one in sorted(given, key=lambda one: (one.created_at, one.id))
    }
    kept = set(latest.values())
    return [replace(one, rater_id=firsts[one.rater_id]) for one in given if one.id in kept]


async def authors_of(context: Context, rows: Collection[Row]) -> dict[str, str]:
    """Who gave the answer that is wanted, by row, as ``as_people`` knows them."""
    firsts = await context.store.links.first_accounts({row.author_id for row in rows})
    return {row.id: firsts[row.author_id] for row in rows}


async def rater_of(context: Context, person_id: str) -> str:
    """The id by which ``as_people`` knows a person."""
    return (await context.store.links.first_accounts([person_id]))[person_id]


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
