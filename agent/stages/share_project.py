"""Invite a colleague by a code that works once, and take the code that a colleague was given."""

from datetime import timedelta

from langgraph.runtime import Runtime

from agent.access import projects_here, refusal
from agent.codes import id_of, new_code
from agent.context import Context
from agent.permissions import Action, may
from agent.replies import Say
from agent.rows import progress
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Invite, Role

VALID = timedelta(days=7)

_ROLES = {
    "": Role.CONTRIBUTOR,
    "contributor": Role.CONTRIBUTOR,
    "reviewer": Role.REVIEWER,
    "viewer": Role.VIEWER,
}


async def share_project(state: State, runtime: Runtime[Context]) -> Position:
    """``/tune share`` gives a code, ``/tune join`` with it makes its bearer a member, here and now."""
    context, turn = runtime.context, turn_of(state)
    if turn.word == "join":
        return await _join(context, turn, state)
    project_id = state["project_id"]
    assert project_id is not None, "the router asks for a goal first"
    role = _ROLES.get(turn.rest.casefold().strip(" .!"))
    if role is None:
        return {"replies": answered(Say(text=say("share.which")))}
    needed = Action.SHARE if role is Role.VIEWER else Action.APPOINT
    refused = await refusal(context, project_id, turn.person_id, needed)
    if refused:
        return {"replies": answered(refused)}
    return await _invite(context, turn, project_id, role)


async def _invite(context: Context, turn: Turn, project_id: str, role: Role) -> Position:
    """A turn that is repeated after a crash makes a second code. Nobody has seen the first, and only its hash is kept:
    it opens nothing and runs out. A code that followed from the event would have to follow from a secret as well.
    """
    code = new_code()
    until = turn.at + VALID
    invite = Invite(id=id_of(code), project_id=project_id, role=role, created_by=turn.person_id, expires_at=until)
    await context.store.projects.invite(invite)
    project = await context.store.projects.get(project_id)
    text = say("share.code", code=code, name=project.name, role=say(f"role.{role.value}"), until=f"{until:%Y-%m-%d}")
    return {"replies": answered(Say(text=text, private=True))}


async def _join(context: Context, turn: Turn, state: State) -> Position:
    if not turn.rest:
        return {"replies": answered(Say(text=say("share.no_code"), private=True))}
    stranger = await refusal(context, state.get("project_id"), turn.person_id, Action.VIEW) is not None
    if stranger and not turn.shared:
        return {"replies": answered(Say(text=say("share.elsewhere"), private=True))}
    invite = await context.store.projects.join(id_of(turn.rest), turn.person_id, turn.at)
    if invite is None:
        return {"replies": answered(Say(text=say("share.bad_code"), private=True))}
    role = await context.store.projects.role(invite.project_id, turn.person_id) or invite.role
    here = invite.project_id == state.get("project_id")
    if turn.shared and not here and (stranger or not await _may_bring(context, turn, invite.project_id, role)):
        text = say("share.joined_directly", role=say(f"role.{role.value}"))
        return {"replies": answered(Say(text=text, private=True))}
    await context.store.conversations.set_project(turn.conversation_id, invite.project_id)
    project = await context.store.projects.get(invite.project_id)
    where = await progress(context, invite.project_id)
    text = say("share.joined", name=project.name, role=say(f"role.{role.value}"), progress=where)
    if may(role, Action.GIVE):
        text += " " + say("share.consent")
    if here:  # what the others are in the middle of goes on
        return {"replies": answered(Say(text=text))}
    return {
        "stage": "examples",
        "project_id": invite.project_id,
        "row_id": None,
        "card_id": None,
        "question_id": None,
        "came_from": None,
        "preference_id": None,
        "deck_id": None,
        "outcome": "answered",
        "replies": answered(Say(text=text)),
    }


async def _may_bring(context: Context, turn: Turn, project_id: str, role: Role) -> bool:
    """Whether the project may be named from now on where others read along: only if it is worked on in that place
    already, or an owner brings it. Whoever was given a code was not asked to show the project around."""
    return role is Role.OWNER or any(one.id == project_id for one in await projects_here(context, turn))
