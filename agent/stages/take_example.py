"""Take an example: in one message, or its fields one by one."""

from dataclasses import replace

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.context import Context
from agent.permissions import Action
from agent.reading import is_cancel, is_nothing, is_small_talk, read_example, wants_draft
from agent.replies import Say
from agent.reports.cards import row_card
from agent.rows import LONGEST_MESSAGE, content_refusal, finished, new_row, offer, plain, unfinished_row
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from dataset.prompts import messages
from storage.domain import Origin, Row, RowStatus, stable_id
from storage.errors import NotFound

DRAFT_EXAMPLES = 3
"""Approved rows shown to the drafting model; more do not fit a small model's context."""
DRAFT_TOKENS = 256


async def take_example(state: State, runtime: Runtime[Context]) -> Position:
    """One step towards a row; which one follows from what the conversation waits for."""
    context, turn = runtime.context, turn_of(state)
    project_id = state["project_id"]
    assert project_id is not None, "the router sends no example here without a project"
    refused = await refusal(context, project_id, turn.person_id, Action.GIVE)
    if refused:
        return {"replies": answered(refused)}
    text = turn.rest if turn.word == "add" else turn.text
    if not text:
        return _ask("examples", "examples.ask_first")
    if len(text) > LONGEST_MESSAGE:
        return {"replies": answered(Say(text=say("examples.message_too_long", length=f"{len(text):,}")))}
    given = read_example(text)
    if given and given.output:
        return await offer(context, turn, new_row(turn, project_id, given))
    stage = state.get("stage")
    if stage == "confirm" and turn.word != "add" and given is None:
        return await _show_again(context, turn, state)
    row = await _unfinished(context, state.get("row_id")) if turn.word != "add" and given is None else None
    if row and is_cancel(text):
        await context.store.rows.reject(row.id)
        return {**_ask("examples", "examples.cancelled"), "row_id": None}
    if row and stage == "input":
        return await _take_input(context, row, text)
    if row and stage == "output":
        return await _take_output(context, turn, row, text)
    if given is None and is_small_talk(text):
        question = say("examples.ask_first")
        return {"replies": answered(Say(text=say("examples.not_an_example", question=question)))}
    return await _begin(context, turn, project_id, given.instruction if given else text, given.input if given else "")


async def _show_again(context: Context, turn: Turn, state: State) -> Position:
    """The example that waits, on a fresh card: the one shown before may be far above, or on another screen."""
    try:
        row = await context.store.rows.get(state.get("row_id") or "")
    except NotFound:
        return {"stage": "examples", "row_id": None, "replies": answered(Say(text=say("row.gone")))}
    card = row_card(row, stable_id("card", turn.id, 0))
    return {"card_id": card.card_id, "replies": answered(Say(text=say("examples.row_waits")), card)}


def _ask(stage: str, key: str) -> Position:
    return {"stage": stage, "replies": answered(Say(text=say(key)))}  # type: ignore[typeddict-item]  # a Stage by caller


async def _unfinished(context: Context, row_id: str | None) -> Row | None:
    if row_id is None:
        return None
    try:
        row = await context.store.rows.get(row_id)
    except NotFound:
        return None
    return row if row.status is RowStatus.PENDING and not row.output else None


async def _begin(context: Context, turn: Turn, project_id: str, instruction: str, input: str) -> Position:
    row = replace(unfinished_row(turn, project_id, instruction), input=plain(input))
    refused = await content_refusal(context, row)
    if refused:
        return {"stage": "examples", "replies": answered(refused)}
    await context.store.rows.add([row])
    if input:
        question = say("examples.ask_output")
        reply = Say(text=say("examples.missing_output", question=question))
        return {"stage": "output", "row_id": row.id, "replies": answered(reply)}
    return {**_ask("input", "examples.ask_input"), "row_id": row.id}


async def _take_input(context: Context, row: Row, text: str) -> Position:
    with_input = replace(row, input="" if is_nothing(text) else plain(text))
    refused = await content_refusal(context, with_input)
    if refused:
        return {"replies": answered(refused)}
    await context.store.rows.replace(with_input)
    return _ask("output", "examples.ask_output")


async def _take_output(context: Context, turn: Turn, row: Row, text: str) -> Position:
    if not wants_draft(text):
        return await offer(context, turn, finished(row, text, Origin.GIVEN))
    draft = await _draft(context, row)
    if draft is None:
        reason = say(f"draft.reason_{context.model.unavailable_reason or 'empty'}")
        return {"stage": "output", "replies": answered(Say(text=say("draft.unavailable", reason=reason)))}
    return await offer(context, turn, finished(row, draft, Origin.DRAFTED))


async def _draft(context: Context, row: Row) -> str | None:
    """Ask the writing model for the answer, with the latest approved rows as its examples.

    What people gave stands in user and assistant turns, never in the system's: instructions hidden in it are data.
    """
    approved = await context.store.rows.of_project(row.project_id, [RowStatus.APPROVED])
    turns = [
        turn for shown in approved[-DRAFT_EXAMPLES:] for turn in messages(shown.instruction, shown.input, shown.output)
    ]
    text = await context.model.text([*turns, *messages(row.instruction, row.input)], max_tokens=DRAFT_TOKENS)
    return text.strip() if text and text.strip() else None
