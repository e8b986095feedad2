"""Skip what was asked: a question, an example that was begun, or a kind of example."""

from dataclasses import replace

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.asides import going_on
from agent.context import Context
from agent.permissions import Action
from agent.questions import answered_face, leave_question, leave_to_us, open_card, where_one_was
from agent.replies import AnyReply, Quote, Say
from agent.rows import in_a_list, in_hand
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Brief


async def skip_question(state: State, runtime: Runtime[Context]) -> Position:
    """What it means follows from what the conversation waits for; nothing complete is lost by it."""
    context, turn = runtime.context, turn_of(state)
    project_id = state["project_id"]
    assert project_id is not None, "the router asks for a goal first"
    needed = Action.REVIEW if state.get("stage") in ("confirm", "edit") else Action.GIVE
    refused = await refusal(context, project_id, turn.person_id, needed)
    if refused:
        return {"replies": answered(refused)}
    match state.get("stage"):
        case "question":
            return await _question(context, turn, state, project_id)
        case "input" | "output":
            return await _begun(context, state)
        case "confirm" | "edit":
            kept = answered(Say(text=say("skip.kept")))
            return {"stage": "examples", "row_id": None, "deck_id": None, "outcome": "skipped", "replies": kept}
        case "format" | "plan":
            return going_on(state, "skipped", Say(text=say("skip.left")))
        case "change":
            return going_on(state, "", Say(text=say("recipe.left")))
        case "rubric":
            return going_on(state, "", Say(text=say("rubric.left")))
        case "zone":
            return going_on(state, "", Say(text=say("reminders.zone_left")))
        case "why":
            return going_on(state, "", Say(text=say("rule.left")))
        case _:
            return await _cell(context, project_id)


async def _question(context: Context, turn: Turn, state: State, project_id: str) -> Position:
    """Left to us; one that was asked again keeps the answer it has."""
    question_id = state.get("question_id")
    if state.get("came_from") is not None or question_id is None:
        return {**leave_question(state), "replies": answered(*_said("goal.same", where_one_was(state)))}
    replies: list[AnyReply] = []
    card = await open_card(context, turn, project_id, question_id)
    if card:
        await context.store.cards.answer(card.id, "skip", turn.id)
        replies.append(answered_face(card, ""))
    brief = await context.store.briefs.get(project_id)
    if question_id not in brief.answers:
        await leave_to_us(context, await context.store.projects.get(project_id), [question_id])
    return {"question_id": None, "outcome": "answered", "replies": answered(*replies)}


def _said(key: str, more: str) -> list[Say]:
    return [Say(text=" ".join(part for part in (say(key), more) if part))]


async def _begun(context: Context, state: State) -> Position:
    """What was begun is of no use to anybody without its answer."""
    position: Position = {"stage": "examples", "row_id": None, "outcome": "skipped"}
    row = await in_hand(context, state.get("row_id"))
    if row is None:
        return {**position, "replies": []}
    await context.store.rows.reject(row.id)
    quote = Quote(name=say("row.instruction"), text=in_a_list(row))
    return {**position, "replies": answered(Say(text=say("skip.dropped"), quoted=(quote,)))}


async def _cell(context: Context, project_id: str) -> Position:
    """The kind of example that was asked for last is not asked for any more."""
    brief = await context.store.briefs.get(project_id)
    pack = context.packs.get(brief.pack)
    name, _, aspect_id = brief.asked_cell.partition("/")
    category = pack.category(name) if pack else None
    if pack is None or category is None:
        return {"replies": answered(Say(text=say("skip.nothing")))}

    def without_cell(current: Brief) -> Brief:
        skipped = dict.fromkeys((*current.plan.skipped, brief.asked_cell))
        return replace(current, plan=replace(current.plan, skipped=tuple(skipped)))

    await context.store.briefs.change(project_id, without_cell)
    aspect = next((one.ask for one in pack.aspects if one.id == aspect_id), "")
    what = f"{category.plural} {aspect}".strip()
    said = answered(Say(text=say("skip.cell", what=what)))
    return {"stage": "examples", "outcome": "skipped", "skipped_cell": brief.asked_cell, "replies": said}
