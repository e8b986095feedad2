"""Begin another project, or go back to one: each stays as it is."""

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.asides import going_on
from agent.context import Context
from agent.permissions import Action
from agent.replies import Choice, Quote, Say, ShowCard
from agent.reports.cards import closed_card, decided_already
from agent.rows import progress
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import stable_id

SHOWN = 5
"""Other projects on the card, the latest first."""
OPEN = "open:"
"""What the action that goes to a project begins with; its id follows."""


async def begin_project(state: State, runtime: Runtime[Context]) -> Position:
    """``/tune new`` with a goal begins at once; without one it shows where one could go. A press goes there."""
    context, turn = runtime.context, turn_of(state)
    project_id = state.get("project_id")
    if turn.kind == "press":
        return await _go(context, turn, state)
    if project_id is None:
        return {"stage": "goal", "replies": []}
    refused = await refusal(context, project_id, turn.person_id, Action.VIEW)
    if refused:
        return {"replies": answered(refused)}
    if turn.rest:
        return await _leave(context, turn)
    return {"replies": answered(await _card(context, turn, project_id))}


async def _card(context: Context, turn: Turn, project_id: str) -> ShowCard:
    here = await context.store.projects.get(project_id)
    others = [project for project in await context.store.projects.of_person(turn.person_id) if project.id != project_id]
    return ShowCard(
        card_id=stable_id("card", turn.id, 0),
        card_kind="projects",
        subject={"project_id": project_id},
        title=say("projects.title"),
        fields=(Quote(name=say("projects.label"), text=say("projects.body", name=here.name)),),
        choices=(
            Choice(label=say("projects.begin"), action="begin", style="primary"),
            *(Choice(label=f"{project.name} ({project.slug})", action=OPEN + project.id) for project in others[:SHOWN]),
            Choice(label=say("projects.stay"), action="stay"),
        ),
    )


async def _go(context: Context, turn: Turn, state: State) -> Position:
    assert turn.card is not None, "the router sends presses of known cards only"
    conversation = await context.store.conversations.get(turn.conversation_id)
    target = turn.action.removeprefix(OPEN) if turn.action.startswith(OPEN) else None
    for project_id in filter(None, (conversation.project_id, target)):
        refused = await refusal(context, project_id, turn.person_id, Action.VIEW)
        if refused:
            return {"replies": answered(refused)}
    answer = await context.store.cards.answer(turn.card["id"], turn.action, turn.id)
    if not answer.accepted:
        return {"replies": answered(decided_already(answer.card, turn.card["labels"]))}
    face = closed_card(turn.card["id"], "projects", turn.card["subject"], "projects.title_done")
    if turn.action == "begin":
        return {**await _leave(context, turn), "replies": answered(face)}
    chosen = target or turn.card["subject"]["project_id"]
    if chosen == state.get("project_id") == conversation.project_id:
        return going_on(state, "", face)
    await context.store.conversations.set_project(turn.conversation_id, chosen)
    project = await context.store.projects.get(chosen)
    text = say("projects.opened", name=project.name, progress=await progress(context, chosen))
    return {"stage": "examples", "project_id": chosen, "row_id": None, "replies": answered(face, Say(text=text))}


async def _leave(context: Context, turn: Turn) -> Position:
    await context.store.conversations.set_project(turn.conversation_id, None)
    return {"stage": "goal", "project_id": None, "row_id": None, "card_id": None, "replies": []}
