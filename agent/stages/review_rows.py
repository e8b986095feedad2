"""Page through what waits for a decision, on one card: approve, edit, reject, draft anew, or approve the rest."""

import re
from dataclasses import replace

from langgraph.runtime import Runtime

from agent.access import refusal, row_refusal, rows_here
from agent.checking import is_sensitive, redacted
from agent.context import Context
from agent.deck import DRAFTED, approve_rows, deck_card, deck_id_of, is_empty_deck, rest_of, waiting_here
from agent.drafting import draft_answer
from agent.forgetting import blank_changed
from agent.pairs import redact_beside
from agent.permissions import Action
from agent.replies import Say
from agent.rows import finished, keep, numbered, waiting
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from dataset.quality.duplicates import similarity
from storage.domain import Row, RowStatus, stable_id
from storage.errors import NotFound

AGAIN = 0.9
"""Two answers that share so much are the same to a reader."""
WARMER = 0.9
"""The temperature of another draft: at 0 it would be the same one."""
_REST = re.compile(r"([^:]+):([^:]+):([0-9]{1,6})")


async def review_rows(state: State, runtime: Runtime[Context]) -> Position:
    """``/tune review`` opens the deck; its buttons act on the row that they were shown for, whatever is shown by now."""
    context, turn = runtime.context, turn_of(state)
    if turn.kind == "press":
        return await _press(context, turn, state)
    project_id = state["project_id"]
    assert project_id is not None, "the router sends no command here without a project"
    refused = await refusal(context, project_id, turn.person_id, Action.REVIEW)
    if refused:
        return {"replies": answered(refused)}
    if turn.rest:
        return await _reopened(context, turn, project_id)
    if not await waiting_here(context, turn, project_id):
        hidden = bool(await waiting(context, project_id))
        return {"replies": answered(Say(text=say("deck.none_here" if hidden else "deck.none")))}
    return {"replies": answered(await deck_card(context, turn, project_id, deck_id_of(turn), edit=False))}


async def _reopened(context: Context, turn: Turn, project_id: str) -> Position:
    """``/tune review 7``: the example of that number, open for a decision (again); the runs that used it have copies."""
    complete = [row for row in await context.store.rows.of_project(project_id) if row.output]
    row = next((row for row in complete if str(numbered(complete)[row.id]) == turn.rest.lstrip("#0")), None)
    if row is None:
        return {"replies": answered(Say(text=say("deck.no_number", count=len(complete))))}
    refused = await row_refusal(context, row, turn.person_id)
    if refused:
        return {"replies": answered(refused)}
    if not await rows_here(context, turn, [row]):
        return {"replies": answered(Say(text=say("row.needs_author"), private=True))}
    if not await context.store.rows.reopen(row.id):
        return {"replies": answered(Say(text=say("back.twin")))}
    said = say("deck.reopened", number=turn.rest)
    card = await deck_card(context, turn, project_id, deck_id_of(turn), row.id, said=said, edit=False)
    return {"replies": answered(card)}


async def _press(context: Context, turn: Turn, state: State) -> Position:
    assert turn.card is not None, "the router sends presses of known cards only"
    project_id = str(turn.card["subject"]["project_id"])
    verb, _, about = turn.action.partition(":")
    refused = await refusal(context, project_id, turn.person_id, Action.REVIEW)
    if refused:
        return {"replies": answered(refused)}
    if verb == "rest":
        return await _rest(context, turn, state, project_id, about)
    row = await _row(context, project_id, about)
    if row is None:
        return await _shown(context, turn, state, project_id, said=say("deck.gone"))
    if verb == "show":
        said = "" if _waits(row) else _decided(row)
        return await _shown(context, turn, state, project_id, row_id=row.id, after=row, said=said)
    decide = {"approve": _approve, "edit": _edit, "reject": _reject, "another": _another, "redact": _redact}.get(verb)
    if decide is None:
        return {"replies": answered(Say(text=say("card.gone"), private=True))}
    return await decide(context, turn, state, row)


async def _row(context: Context, project_id: str, row_id: str) -> Row | None:
    """The row of a button: a complete one of the deck's own project."""
    try:
        row = await context.store.rows.get(row_id)
    except NotFound:
        return None
    return row if row.project_id == project_id and row.output else None


def _waits(row: Row) -> bool:
    return row.status is RowStatus.PENDING


def _decided(row: Row) -> str:
    return say("deck.decided", status=say(f"state.{row.status.value}"))


async def _shown(
    context: Context,
    turn: Turn,
    state: State,
    project_id: str,
    row_id: str | None = None,
    *,
    after: Row | None = None,
    said: str = "",
    finishes: bool = False,
) -> Position:
    """The card's next face. What was being edited in this deck, or was just decided, is not waited for any longer."""
    assert turn.card is not None, "only after a press"
    card = await deck_card(context, turn, project_id, turn.card["id"], row_id, after=after, said=said)
    position: Position = {"replies": answered(card)}
    edits_here = state.get("stage") == "edit" and state.get("deck_id") == turn.card["id"]
    if edits_here or (after is not None and after.id == state.get("row_id") and state.get("stage") == "confirm"):
        position |= {"stage": "examples", "row_id": None, "deck_id": None}
    if finishes and is_empty_deck(card) and position.get("stage", state.get("stage")) == "examples":
        position["outcome"] = "finished"
    return position


async def _approve(context: Context, turn: Turn, state: State, row: Row) -> Position:
    if row.status is RowStatus.REJECTED:
        return await _shown(context, turn, state, row.project_id, after=row, said=_decided(row), finishes=True)
    if row.status is RowStatus.PENDING and (await approve_rows(context, turn, [row])).without_consent:
        said = say("row.needs_author")
        return await _shown(context, turn, state, row.project_id, row_id=row.id, said=said)
    said = await _counted(context, row.project_id, "deck.approved")
    return await _shown(context, turn, state, row.project_id, after=row, said=said, finishes=True)


async def _reject(context: Context, turn: Turn, state: State, row: Row) -> Position:
    if row.status is RowStatus.APPROVED:
        return await _shown(context, turn, state, row.project_id, after=row, said=_decided(row), finishes=True)
    await context.store.rows.reject(row.id)
    return await _shown(context, turn, state, row.project_id, after=row, said=say("deck.rejected"), finishes=True)


async def _edit(context: Context, turn: Turn, state: State, row: Row) -> Position:
    assert turn.card is not None, "only after a press"
    if not _waits(row):
        return await _shown(context, turn, state, row.project_id, after=row, said=_decided(row))
    card = await deck_card(context, turn, row.project_id, turn.card["id"], row.id)
    replies = answered(card, Say(text=say("row.ask_edit")))
    return {"stage": "edit", "row_id": row.id, "deck_id": turn.card["id"], "replies": replies}


async def _redact(context: Context, turn: Turn, state: State, row: Row) -> Position:
    if not _waits(row):
        return await _shown(context, turn, state, row.project_id, after=row, said=_decided(row))
    mended = _with_passage_redacted(row, await redacted(context, row))
    await blank_changed(context, row, mended)
    await redact_beside(context, mended)
    if not await keep(context, mended):  # without it, it is one that we have
        return await _shown(context, turn, state, row.project_id, after=row, said=say("examples.duplicate"))
    said = f"{say('row.redacted')} {say('row.unseen')}"
    return await _shown(context, turn, state, row.project_id, row_id=row.id, said=said)


def _with_passage_redacted(row: Row, mended: Row) -> Row:
    """The passage that an answer quotes holds what the answer held; it is kept only as far as it was redacted too."""
    if (row.instruction, row.input, row.output) == (mended.instruction, mended.input, mended.output):
        return mended
    return replace(mended, passage=mended.output if row.passage == row.output else "")


async def _another(context: Context, turn: Turn, state: State, row: Row) -> Position:
    """A new draft takes the place of the old one. One that was made before a crash is found by its id, and kept."""
    fresh_id = stable_id("row", turn.id, 0)
    if await _row(context, row.project_id, fresh_id) is None:
        if not _waits(row) or row.origin not in DRAFTED:
            return await _shown(context, turn, state, row.project_id, after=row, said=_decided(row))
        text = await _other_answer(context, row)
        if text is None:
            reason = say(f"draft.reason_{context.model.unavailable_reason or 'empty'}")
            said = say("deck.no_other", reason=reason)
            return await _shown(context, turn, state, row.project_id, row_id=row.id, said=said)
        fresh = finished(replace(row, id=fresh_id, event_id=turn.id, near_duplicate_of=None), text, row.origin)
        if similarity(text, row.output) >= AGAIN or not (await context.store.rows.add([fresh]))[0]:
            said = say("deck.same_again")
            return await _shown(context, turn, state, row.project_id, row_id=row.id, said=said)
    await context.store.rows.reject(row.id)
    return await _shown(context, turn, state, row.project_id, row_id=fresh_id, said=say("deck.replaced"))


async def _other_answer(context: Context, row: Row) -> str | None:
    """Another draft that can become a row; one that comes out the same is asked for once more."""
    text = None
    for temperature in (WARMER, 1.2):
        text = await draft_answer(context, row, avoid=[row.output], temperature=temperature)
        if text is None or similarity(text, row.output) < AGAIN:
            break
    return text


async def _rest(context: Context, turn: Turn, state: State, project_id: str, about: str) -> Position:
    named = _REST.fullmatch(about)
    rows = await rest_of(context, turn, project_id, named[1], named[2], int(named[3])) if named else None
    if rows is None:
        return await _shown(context, turn, state, project_id, said=say("deck.changed"))
    kept = [row for row in rows if await is_sensitive(context, row)]
    approval = await approve_rows(context, turn, [row for row in rows if row not in kept])
    said = [await _counted(context, project_id, "deck.rest_approved")]
    if kept:
        said.append(say("deck.rest_kept", count=len(kept)))
    if approval.without_consent:
        said.append(say("deck.rest_unconsented", count=len(approval.without_consent)))
    return await _shown(context, turn, state, project_id, said=" ".join(said), finishes=True)


async def _counted(context: Context, project_id: str, key: str) -> str:
    approved = await context.store.rows.count(project_id, RowStatus.APPROVED)
    total = (await context.store.briefs.get(project_id)).plan.total
    return say(key, approved=approved, total=total)
