"""List who has which role in the project, give one to a group, take one back: each change after it was confirmed."""

import json
from collections.abc import Sequence

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.context import Context
from agent.permissions import Action, may
from agent.reading import RoleWish, read_roles
from agent.replies import Say, ShowCard
from agent.reports.cards import closed_card, decided_already
from agent.reports.role_card import GIVE, TAKE, give_card, take_card
from agent.roles import Holder, holders
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import harmless, say
from storage.domain import GroupRole, Role, stable_id

LONGEST_ID = 200
"""Characters of a group's id."""
_OPEN_TO_GROUPS = {one.value: one for one in Role if one is not Role.OWNER}
"""Who owns a project is a person, named by a person."""


async def change_roles(state: State, runtime: Runtime[Context]) -> Position:
    """``/tune share list``, ``/tune share remove 2``, ``/tune share reviewer group <id> <name>``, and the buttons of their cards."""
    context, turn = runtime.context, turn_of(state)
    if turn.kind == "press":
        return {"replies": answered(*await _decide(context, turn))}
    project_id, wish = state["project_id"], read_roles(turn.rest)
    assert project_id is not None, "the router asks for a goal first"
    assert wish is not None, "the router sends nothing else here"
    needed = Action.VIEW if wish.verb == "list" else Action.APPOINT
    if refused := await refusal(context, project_id, turn.person_id, needed):
        return {"replies": answered(refused)}
    match wish.verb:
        case "list":
            return {"replies": answered(await _listed(context, turn, project_id))}
        case "remove":
            return {"replies": answered(await _to_take(context, turn, project_id, wish.number))}
        case "group":
            return {"replies": answered(await _to_give(context, turn, project_id, wish))}


async def _listed(context: Context, turn: Turn, project_id: str) -> Say:
    found = await holders(context, project_id)
    lines = [
        say("roles.line", number=number, who=one.called, role=say(f"role.{one.role.value}"))
        for number, one in enumerate(found, 1)
    ]
    name = (await context.store.projects.get(project_id)).name
    role = await context.store.projects.role(project_id, turn.person_id)
    how = [say("roles.how_to_change")] if may(role, Action.APPOINT) else []
    return Say(text="\n".join([say("roles.title", name=name), *lines, *how]), private=True)


async def _to_take(context: Context, turn: Turn, project_id: str, number: int) -> Say | ShowCard:
    found: Sequence[Holder] = await holders(context, project_id)
    if number not in range(1, len(found) + 1):
        return Say(text=say("roles.no_number"), private=True)
    holder = found[number - 1]
    if holder.role is Role.OWNER:
        return Say(text=say("roles.owner_stays"), private=True)
    project = await context.store.projects.get(project_id)
    return take_card(stable_id("card", turn.id, 0), project, holder)


async def _to_give(context: Context, turn: Turn, project_id: str, wish: RoleWish) -> Say | ShowCard:
    role, name = _OPEN_TO_GROUPS.get(wish.role), harmless(wish.name)
    well_formed = ":" in wish.group_id and wish.group_id.isprintable() and len(wish.group_id) <= LONGEST_ID
    if role is None or not well_formed or not name:
        return Say(text=say("roles.group_how"), private=True)
    given = GroupRole(project_id=project_id, group_id=wish.group_id, name=name, role=role)
    project = await context.store.projects.get(project_id)
    seen = await context.store.links.seen_in(given.group_id)
    return give_card(stable_id("card", turn.id, 0), project, given, seen=seen)


async def _decide(context: Context, turn: Turn) -> list[Say | ShowCard]:
    """The card says what is given or taken, so that a list that has changed since changes nothing else."""
    assert turn.card is not None, "the router sends presses of known cards only"
    subject = turn.card["subject"]
    project_id = str(subject["project_id"])
    if refused := await refusal(context, project_id, turn.person_id, Action.APPOINT):
        return [refused]
    answer = await context.store.cards.answer(turn.card["id"], turn.action, turn.id)
    if not answer.accepted:
        return [decided_already(answer.card, turn.card["labels"])]
    done = {GIVE: "roles.given_title", TAKE: "roles.taken_title"}.get(turn.action, "roles.kept_title")
    face = closed_card(turn.card["id"], "role", subject, done, private=True)
    if turn.action == GIVE:
        return [face, await _given(context, subject)]
    return [face, await _taken(context, project_id, subject)] if turn.action == TAKE else [face]


async def _given(context: Context, subject: dict[str, str]) -> Say:
    given = GroupRole(
        project_id=subject["project_id"],
        group_id=subject["group_id"],
        name=subject["name"],
        role=Role(subject["role"]),
    )
    await context.store.projects.set_group_role(given)
    who = say("roles.group", name=given.name)
    return Say(text=say("roles.given", who=who, role=say(f"role.{given.role.value}")), private=True)


async def _taken(context: Context, project_id: str, subject: dict[str, str]) -> Say:
    projects = context.store.projects
    if subject["group_id"]:
        await projects.remove_group_role(project_id, subject["group_id"])
        return Say(text=say("roles.taken", who=subject["who"]), private=True)
    accounts = json.loads(subject["accounts"])
    owners = {one.person_id for one in await projects.members(project_id) if one.role is Role.OWNER}
    if owners & set(accounts):
        return Say(text=say("roles.owner_stays"), private=True)
    for account in accounts:
        await projects.remove_role(project_id, account)
    left = [role for account in accounts if (role := await projects.role(project_id, account))]
    still = [say("roles.still", role=say(f"role.{left[0].value}"))] if left else []
    return Say(text=" ".join([say("roles.taken", who=subject["who"]), *still]), private=True)
