"""Asking whether a person may do something, the refusal in words that say who can, and what may be named where.

In a conversation that others read along, only what belongs there is named: the projects that are worked on in the same
place, and of examples those that were given there or whose authors have agreed to their use.
"""

from collections.abc import Sequence

from agent.context import Context
from agent.permissions import Action, may, who_may
from agent.replies import Say
from agent.roles import holders
from agent.state import Turn
from agent.words import say
from storage.domain import Project, Row, RowStatus
from storage.errors import NotFound
from storage.ports import Store

NAMED = 3
"""People and groups whom a refusal names; of the others it says how many."""


async def refusal(
    context: Context, project_id: str | None, person_id: str, action: Action, doing: str = ""
) -> Say | None:
    """None if the person may do it; else the sentence, for them alone, that says so and names who can. ``doing``: what they
    wanted, where that is not what the action is named for."""
    if project_id is None:
        return None
    role = await context.store.projects.role(project_id, person_id)
    if may(role, action):
        return None
    *others, last = [say(f"role.{other.value}") for other in who_may(action)]
    who = say("list.or").join(filter(None, [", ".join(others), last]))
    values = {"action": doing or say(f"may.{action.value}"), "who": who}
    names = await _names(context, project_id, action)
    return Say(text=say("refused.role_named" if names else "refused.role", **values, names=names), private=True)


async def _names(context: Context, project_id: str, action: Action) -> str:
    """``Ana, Bo, Cyd and 2 more``: people and then groups who may do it, the strongest role first; empty where no name is
    known."""
    able = [one for one in await holders(context, project_id) if may(one.role, action)]
    shown = [one.called for one in able if one.name][:NAMED]
    more = len(able) - len(shown)
    if not shown or not more:
        return say("list.and").join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))
    return say("list.and").join([", ".join(shown), say("list.more", count=more)])


async def projects_open_to(store: Store, person_id: str, action: Action) -> list[Project]:
    """The projects in which the person may do it, the latest first."""
    projects = await store.projects.of_person(person_id)
    return [one for one in projects if may(await store.projects.role(one.id, person_id), action)]


async def row_refusal(context: Context, row: Row, person_id: str) -> Say | None:
    """As ``refusal``, for a change of a row: who gave it may change it as they may give; others have to be reviewers."""
    theirs = row.author_id in await context.store.links.accounts(person_id)
    needed = Action.GIVE if theirs else Action.REVIEW
    return await refusal(context, row.project_id, person_id, needed)


async def projects_here(context: Context, turn: Turn) -> Sequence[Project]:
    """The person's projects that may be named in this conversation, the latest first.

    Where others read along, those that have a shared conversation in the same place: the threads of one channel, whose
    ids are alike up to the last colon. The others are in direct conversations or elsewhere, and stay there.
    """
    theirs = await context.store.projects.of_person(turn.person_id)
    if not turn.shared:
        return theirs
    place = turn.conversation_id.rpartition(":")[0] + ":"
    here = {one.project_id for one, _ in await context.store.conversations.within(place) if one.shared}
    return [project for project in theirs if project.id in here]


async def rows_here(context: Context, turn: Turn, rows: Sequence[Row]) -> list[Row]:
    """The rows that may be shown in this conversation: where others read along, what is approved, what its author has
    agreed to have used, and what was given here. Anything else may come from a direct conversation, and stays there."""
    if not turn.shared:
        return list(rows)
    return [row for row in rows if row.status is RowStatus.APPROVED or await _is_open(context, turn, row)]


async def _is_open(context: Context, turn: Turn, row: Row) -> bool:
    if await context.store.people.consent(row.author_id, row.project_id, row.id) is not None:
        return True
    try:
        return (await context.store.inbox.get(row.event_id)).conversation_id == turn.conversation_id
    except NotFound:
        return False
