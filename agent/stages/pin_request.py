"""Pin a request that every version has to answer well, list what is pinned, and take a pin away."""

import asyncio
import re
from dataclasses import replace

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.checking import sensitive_in
from agent.context import Context
from agent.evaluation.answers import joined
from agent.evaluation.pinned import has_rule
from agent.permissions import Action
from agent.pins import (
    PinDraft,
    as_given,
    format_to_keep,
    learned_from,
    pin_draft,
    pin_faults,
    pinned_of_run,
    pins_of,
    read_pin,
    same_request,
)
from agent.replies import Quote, Say, ShowCard
from agent.reports.pin_card import PIN, REMOVE, UNPIN, pins_card, unpin_card
from agent.reports.pin_notes import rule_in_words
from agent.state import Position, State, Turn, answered, turn_of
from agent.training import read_lines
from agent.words import say
from storage.domain import Brief, Pin, stable_id
from storage.errors import NotFound

_REMOVE = re.compile(r"(?:remove|unpin|delete)\s+#?([0-9]{1,3})\s*", re.IGNORECASE)
_NUMBER = re.compile(r"#?([0-9]{1,4})\s*")


async def pin_request(state: State, runtime: Runtime[Context]) -> Position:
    """``/tune pin``, ``/tune pin <request>`` with its rules, ``/tune pin #5`` for a test request of the latest comparison,
    ``/tune pin remove 2``; the buttons of the list with their forms; and Pin on an answer."""
    context, turn = runtime.context, turn_of(state)
    project_id = await _project(context, turn, state)
    if project_id is None:
        return {"replies": answered(Say(text=say("answer.gone"), private=True))}
    if turn.kind == "message" and not turn.rest.strip():
        refused = await refusal(context, project_id, turn.person_id, Action.VIEW)
        return {"replies": answered(refused or await _listed(context, turn, project_id))}
    if refused := await refusal(context, project_id, turn.person_id, Action.GIVE):
        return {"replies": answered(refused)}
    said = await _done(context, turn, project_id)
    return {"replies": answered(said if turn.kind == "message" else replace(said, private=True))}


async def _project(context: Context, turn: Turn, state: State) -> str | None:
    """That of the card's answer, of the card, or of the conversation; None where the answer was taken back."""
    subject = turn.card["subject"] if turn.card else {}
    if answer_id := subject.get("answer_id"):
        try:
            return (await context.store.answers.get(str(answer_id))).project_id
        except NotFound:
            return None
    return str(subject["project_id"]) if "project_id" in subject else state.get("project_id")


async def _done(context: Context, turn: Turn, project_id: str) -> Say | ShowCard:
    if turn.form == UNPIN:
        return await _removed(context, turn, project_id, turn.values.get("pin", ""))
    if turn.kind == "form":
        return await _pinned(context, turn, project_id, pin_draft(turn.values), await _asked_by(context, turn))
    if turn.kind == "press":
        return await _pressed(context, turn, project_id)
    if found := _REMOVE.fullmatch(turn.rest):
        return await _named(context, turn, project_id, int(found.group(1)))
    if found := _NUMBER.fullmatch(turn.rest):
        return await _from_comparison(context, turn, project_id, int(found.group(1)))
    return await _pinned(context, turn, project_id, read_pin(turn.rest), turn.person_id)


async def _asked_by(context: Context, turn: Turn) -> str:
    """Whose text the request is: a pin goes with whoever takes their texts back."""
    answer_id = turn.card["subject"].get("answer_id") if turn.card else None
    return (await context.store.answers.get(str(answer_id))).asked_by if answer_id else turn.person_id


async def _pressed(context: Context, turn: Turn, project_id: str) -> Say:
    """A button where there are no forms: an answer's request is pinned as it is, anything else is written."""
    assert turn.card is not None, "the router sends presses of known cards only"
    verb, _, pin_id = turn.action.partition(":")
    if verb == REMOVE:
        return await _removed(context, turn, project_id, pin_id)
    answer_id = turn.card["subject"].get("answer_id")
    if turn.action != PIN or answer_id is None:
        return Say(text=say("pin.how_to_remove" if turn.action == UNPIN else "pin.how"))
    answer = await context.store.answers.get(str(answer_id))
    return await _pinned(context, turn, project_id, PinDraft(instruction=answer.request), answer.asked_by)


async def _from_comparison(context: Context, turn: Turn, project_id: str, number: int) -> Say:
    """A test request, by the number that it has beside its answers; what is wanted of it is what its example says."""
    runs = [run for run in await context.store.runs.of_project(project_id) if "generate" in run.results]
    found = await asyncio.to_thread(_request, context, f"runs/{runs[-1].id}", number) if runs else None
    if found is None:
        return Say(text=say("pin.no_such_request", number=number))
    prompt_id, draft = found
    try:
        author = (await context.store.rows.get(prompt_id)).author_id
    except NotFound:  # of a pack, or of a row that was taken back since
        author = turn.person_id
    return await _pinned(context, turn, project_id, draft, author)


def _request(context: Context, folder: str, number: int) -> tuple[str, PinDraft] | None:
    """The id and the texts of a request, by its number among those that were answered. It blocks."""
    prompts = read_lines(context.files, f"{folder}/prompts.jsonl")
    shown = joined(prompts, read_lines(context.files, f"{folder}/answers.jsonl"))
    if not 0 < number <= len(shown):
        return None
    one = next(prompt for prompt in prompts if str(prompt.get("id")) == shown[number - 1].id)
    instruction, input, reference = (str(one.get(name) or "") for name in ("instruction", "input", "reference"))
    return shown[number - 1].id, PinDraft(instruction=instruction, input=input, reference=reference)


async def _pinned(context: Context, turn: Turn, project_id: str, draft: PinDraft, author_id: str) -> Say:
    brief = await context.store.briefs.get(project_id)
    pins = await pins_of(context, project_id)
    pin = _pin(turn, project_id, draft, brief, author_id)
    if pin.id not in {one.id for one in pins}:  # else this turn has pinned it before it was interrupted
        if faults := pin_faults(draft, brief, len(pins)):
            return Say(text="\n".join(say(f"pin.fault_{one.code}", **one.numbers) for one in faults))
        if number := await same_request(context, project_id, draft):
            return Say(text=say("pin.there_already", number=number))
        await context.store.pins.add(pin)
    number = [one.id for one in await pins_of(context, project_id)].index(pin.id) + 1
    told = [say("pin.done", number=number)]
    if not has_rule(pin):
        told.append(say("pin.done_no_rule"))
    if await learned_from(context, project_id, draft):
        told.append(say("pin.done_learned"))
    if sensitive_in(as_given(draft)):
        told.append(say("pin.done_sensitive", number=number))
    return Say(text=" ".join(told), quoted=(Quote(name=say("pin.rule"), text=rule_in_words(pin)),))


def _pin(turn: Turn, project_id: str, draft: PinDraft, brief: Brief, author_id: str) -> Pin:
    return Pin(
        id=stable_id("pin", turn.id),
        project_id=project_id,
        instruction=draft.instruction,
        input=draft.input,
        reference=draft.reference,
        must=draft.must,
        must_not=draft.must_not,
        expected=format_to_keep(brief) if draft.keeps_format else None,
        author_id=author_id,
        event_id=turn.id,
        created_at=turn.at,
    )


async def _named(context: Context, turn: Turn, project_id: str, number: int) -> Say | ShowCard:
    """A card with the pin of that number: numbers move up when one goes, and a turn that is repeated must not take the next."""
    pins = await pins_of(context, project_id)
    if not 0 < number <= len(pins):
        return Say(text=say("pin.no_such_pin"))
    return unpin_card(stable_id("card", turn.id, 0), project_id, pins[number - 1], number)


async def _removed(context: Context, turn: Turn, project_id: str, pin_id: str) -> Say:
    """Whoever may give takes their own away, whoever may review anybody's. Repeating it takes nothing else."""
    pin = next((one for one in await pins_of(context, project_id) if one.id == pin_id), None)
    if pin is not None:
        others = not turn.is_by(pin.author_id)
        if others and (refused := await refusal(context, project_id, turn.person_id, Action.REVIEW)):
            return refused
        await context.store.pins.remove(pin.id)
    return Say(text=say("pin.removed"))


async def _listed(context: Context, turn: Turn, project_id: str) -> ShowCard:
    pins = await pins_of(context, project_id)
    runs = [run for run in await context.store.runs.of_project(project_id) if "generate" in run.results]
    latest = await pinned_of_run(context, runs[-1]) if runs else None
    keeps = format_to_keep(await context.store.briefs.get(project_id)) is not None
    return pins_card(stable_id("card", turn.id, 0), project_id, pins, latest, can_keep_format=keeps)
