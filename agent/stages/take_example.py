"""Take an example: in one message, or its fields one by one."""

from dataclasses import replace

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.context import Context
from agent.drafting import draft_answer, missing_in
from agent.permissions import Action
from agent.reading import Given, is_cancel, is_nothing, is_small_talk, read_example, wants_draft
from agent.replies import Say
from agent.rows import (
    LONGEST_MESSAGE,
    content_refusal,
    finished,
    has_answer_alone,
    new_row,
    offer,
    plain,
    show,
    unfinished_row,
)
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Origin, Row, RowStatus
from storage.errors import NotFound


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
        return await _offer_given(context, turn, new_row(turn, project_id, given))
    stage = state.get("stage")
    if stage == "confirm" and turn.word != "add" and given is None:
        row = await _waiting(context, state)
        if row is not None:
            return await _show_again(context, turn, row)
    begun = await _begun(context, state) if turn.word != "add" else None
    if begun and is_cancel(text):
        await context.store.rows.reject(begun.id)
        return {**_ask("examples", "examples.cancelled"), "row_id": None}
    if begun and stage == "input" and (has_answer_alone(begun) or begun.output):
        return await _take_request(context, turn, begun, given or Given(instruction=text))
    if begun and stage == "input" and given is None:
        return await _take_input(context, begun, text)
    if begun and stage == "output" and given is None:
        return await _take_output(context, turn, begun, text)
    if given is None and (is_small_talk(text) or is_cancel(text)):
        question = say("examples.ask_first")
        return {"replies": answered(Say(text=say("examples.not_an_example", question=question)))}
    return await _begin(context, turn, project_id, given or Given(instruction=text))


async def _waiting(context: Context, state: State) -> Row | None:
    """The example whose decision is waited for; None if somebody has decided it elsewhere, or deleted it."""
    try:
        row = await context.store.rows.get(state.get("row_id") or "")
    except NotFound:
        return None
    return row if row.status is RowStatus.PENDING and row.output else None


async def _show_again(context: Context, turn: Turn, row: Row) -> Position:
    """The example that waits, on a fresh card: the one shown before may be far above, or on another screen."""
    shown = await show(context, turn, row)
    return {**shown, "replies": [*answered(Say(text=say("examples.row_waits"))), *shown["replies"]]}


def _ask(stage: str, key: str) -> Position:
    return {"stage": stage, "replies": answered(Say(text=say(key)))}  # type: ignore[typeddict-item]  # a Stage by caller


async def _begun(context: Context, state: State) -> Row | None:
    """The row that is being given. One that was written or dropped already is it, too, as long as the conversation
    waits for what is missing: then this very turn was begun before, and broke off."""
    try:
        row = await context.store.rows.get(state.get("row_id") or "")
    except NotFound:
        return None
    waited_for = state.get("stage") in ("input", "output") or not row.output
    return row if waited_for and row.status is not RowStatus.APPROVED else None


async def _begin(context: Context, turn: Turn, project_id: str, given: Given) -> Position:
    row = replace(unfinished_row(turn, project_id, given.instruction), input=plain(given.input))
    refused = await content_refusal(context, row)
    if refused:
        return {"stage": "examples", "replies": answered(refused)}
    await context.store.rows.add([row])
    if given.input:
        question = say("examples.ask_output")
        reply = Say(text=say("examples.missing_output", question=question))
        return {"stage": "output", "row_id": row.id, "replies": answered(reply)}
    return {**_ask("input", "examples.ask_input"), "row_id": row.id}


async def _take_request(context: Context, turn: Turn, row: Row, given: Given) -> Position:
    """The request to an answer that was there first."""
    if is_small_talk(given.instruction) or wants_draft(given.instruction):
        return _ask("input", "examples.ask_request")
    whole = replace(row, instruction=plain(given.instruction), input=plain(given.input), output="")
    return await _offer_given(context, turn, finished(whole, row.output or row.input, Origin.GIVEN))


async def _take_input(context: Context, row: Row, text: str) -> Position:
    with_input = replace(row, input="" if is_nothing(text) else plain(text))
    refused = await content_refusal(context, with_input)
    if refused:
        return {"replies": answered(refused)}
    await context.store.rows.replace(with_input)
    return _ask("output", "examples.ask_output")


async def _take_output(context: Context, turn: Turn, row: Row, text: str) -> Position:
    if not wants_draft(text):
        return await _offer_given(context, turn, finished(row, text, Origin.GIVEN))
    draft = await draft_answer(context, row)
    if draft is None:
        reason = say(f"draft.reason_{context.model.unavailable_reason or 'empty'}")
        return {"stage": "output", "replies": answered(Say(text=say("draft.unavailable", reason=reason)))}
    return await offer(context, turn, finished(row, draft, Origin.DRAFTED))


async def _offer_given(context: Context, turn: Turn, row: Row) -> Position:
    """Show it for a decision. A clever model may put one question about it beside it, which nobody has to answer."""
    refused = await content_refusal(context, row)
    if refused:
        return {"replies": answered(refused)}
    return await offer(context, turn, row, question=await missing_in(context, row) or "")
