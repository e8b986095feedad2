"""Asking whether a person may do something, and the refusal in words that say who can."""

from agent.context import Context
from agent.permissions import Action, may, who_may
from agent.replies import Say
from agent.words import say
from storage.domain import Row


async def refusal(context: Context, project_id: str | None, person_id: str, action: Action) -> Say | None:
    """None if the person may do it; else the sentence that says so and names who can."""
    if project_id is None:
        return None
    role = await context.store.projects.role(project_id, person_id)
    if may(role, action):
        return None
    who = say("list.or").join(say(f"role.{other.value}") for other in who_may(action))
    return Say(text=say("refused.role", action=say(f"may.{action.value}"), who=who[:1].upper() + who[1:]))


async def row_refusal(context: Context, row: Row, person_id: str) -> Say | None:
    """As ``refusal``, for a change of a row: who gave it may change it as they may give; others have to be reviewers."""
    needed = Action.GIVE if row.author_id == person_id else Action.REVIEW
    return await refusal(context, row.project_id, person_id, needed)
