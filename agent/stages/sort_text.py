"""Ask what a long text is, and take it for that: a document, a request, an answer, or nothing."""

import asyncio
from dataclasses import replace

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.context import Context
from agent.permissions import Action
from agent.replies import Choice, Quote, Say, ShowCard
from agent.reports.cards import closed_card, decided_already, document_card
from agent.rows import character_refusal, content_refusal, in_a_list, unfinished_row, with_answer_alone
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from dataset.formats.passages import passages
from storage.domain import Row, stable_id
from storage.errors import NotFound


async def sort_text(state: State, runtime: Runtime[Context]) -> Position:
    """A text is kept as a row that was begun, so that it is not lost; the card's buttons say what becomes of it."""
    context, turn = runtime.context, turn_of(state)
    if turn.kind == "press":
        return await _decide(context, turn)
    project_id = state["project_id"]
    assert project_id is not None, "the router sends no text here without a project"
    refused = await refusal(context, project_id, turn.person_id, Action.GIVE)
    row = unfinished_row(turn, project_id, turn.text)
    refused = refused or character_refusal(row)
    if refused:
        return {"replies": answered(refused)}
    await context.store.rows.add([row])
    card = ShowCard(
        card_id=stable_id("card", turn.id, 0),
        card_kind="text",
        subject={"row_id": row.id},
        title=say("text.title"),
        fields=(Quote(name=say("text.length"), text=say("text.characters", count=f"{len(row.instruction):,}")),),
        quoted=(Quote(name=say("text.begins"), text=in_a_list(row)),),
        choices=tuple(Choice(label=say(f"text.{kind}"), action=kind) for kind in _KINDS),
    )
    return {"row_id": row.id, "replies": answered(card)}


_KINDS = ("document", "request", "answer", "leave")


async def _decide(context: Context, turn: Turn) -> Position:
    assert turn.card is not None, "the router sends presses of known cards only"
    card_id = turn.card["id"]
    try:
        row = await context.store.rows.get(turn.card["subject"]["row_id"])
    except NotFound:
        return {"stage": "examples", "row_id": None, "replies": answered(Say(text=say("row.gone"), private=True))}
    refused = await refusal(context, row.project_id, turn.person_id, Action.GIVE)
    if refused:
        return {"replies": answered(refused)}
    answer = await context.store.cards.answer(card_id, turn.action, turn.id)
    if not answer.accepted:
        return {"replies": answered(decided_already(answer.card, turn.card["labels"]))}
    face = closed_card(card_id, "text", turn.card["subject"], f"text.taken_as_{turn.action}")
    become = {"document": _as_document, "request": _as_request, "answer": _as_answer}.get(turn.action, _leave)
    taken = await become(context, turn, row)
    return {**taken, "replies": [*answered(face), *taken["replies"]]}


async def _as_document(context: Context, turn: Turn, row: Row) -> Position:
    """What is proposed from it is another stage's; the text stands in the row."""
    found = await asyncio.to_thread(passages, row.instruction)
    subject = {"project_id": row.project_id, "row_id": row.id}
    card = document_card(stable_id("card", turn.id, 0), subject, in_a_list(row), len(found.passages))
    return {"stage": "examples", "row_id": None, "replies": answered(card)}


async def _as_request(context: Context, turn: Turn, row: Row) -> Position:
    del turn
    refused = await content_refusal(context, row)
    if refused:
        return await _drop(context, row, refused)
    return {"stage": "input", "row_id": row.id, "replies": answered(Say(text=say("examples.ask_input")))}


async def _as_answer(context: Context, turn: Turn, row: Row) -> Position:
    """The request to it is asked for; a turn that is repeated finds it turned round already."""
    del turn
    turned = with_answer_alone(row, row.instruction or row.input)
    refused = await content_refusal(context, replace(turned, input="", output=turned.input))
    if refused:
        return await _drop(context, row, refused)
    await context.store.rows.replace(turned)
    return {"stage": "input", "row_id": row.id, "replies": answered(Say(text=say("examples.ask_request")))}


async def _leave(context: Context, turn: Turn, row: Row) -> Position:
    del turn
    return await _drop(context, row)


async def _drop(context: Context, row: Row, *said: Say) -> Position:
    await context.store.rows.reject(row.id)
    return {"stage": "examples", "row_id": None, "replies": answered(*said)}
