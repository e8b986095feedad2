"""Take a person's word about the format: that is it, it is otherwise, or there is none."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.agreement import corrected, described, filled_in, misfilled, subject_of, written
from agent.asides import going_on, turned_aside, went_on
from agent.cards import card_in_hand
from agent.context import Context
from agent.permissions import Action
from agent.reading import leaves
from agent.replies import Choice, Say, ShowCard
from agent.reports.cards import closed_card, decided_already
from agent.reports.forms import format_form
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import AgreedFormat, Brief, Card, stable_id


async def agree_format(state: State, runtime: Runtime[Context]) -> Position:
    """A button of the card, or the corrected format in words; what is agreed is checked from then on."""
    context, turn = runtime.context, turn_of(state)
    card = await card_in_hand(context, turn, state)
    if card is None:
        return {**went_on(state), "replies": answered(Say(text=say("card.gone"), private=True))}
    project_id = str(card.subject["project_id"])
    refused = await refusal(context, project_id, turn.person_id, Action.GIVE)
    if refused:
        return {**went_on(state), "replies": answered(refused)}
    if turn.kind == "form":
        return await _filled_in(context, turn, state, card)
    if turn.card is not None:
        return await _pressed(context, turn, state, card)
    if leaves(turn.text):
        return going_on(state, "agreed", Say(text=say("format.left")))
    return await _corrected(context, turn, state, card)


async def _pressed(context: Context, turn: Turn, state: State, card: Card) -> Position:
    project_id, category = str(card.subject["project_id"]), str(card.subject["category"])
    found = (await context.store.briefs.get(project_id)).formats.get(category, AgreedFormat())
    if turn.action == "yes" and card.subject != subject_of(project_id, category, found):
        return {"replies": answered(Say(text=say("format.other_now"), private=True))}
    answer = await context.store.cards.answer(card.id, turn.action, turn.id)
    if not answer.accepted:
        label = next((label for label, action in card.actions.items() if action == answer.card.answered_with), "")
        return {"replies": answered(Say(text=say("card.answered", label=label), private=True))}
    if turn.action == "change":
        face = closed_card(card.id, "format", card.subject, "format.title_changing")
        asked = answered(face, Say(text=say("format.ask_change")))
        return {**turned_aside(state, "format"), "card_id": card.id, "replies": asked}
    if turn.action == "none":
        await _agree(context, card, category, AgreedFormat(agreed=True))
        face = closed_card(card.id, "format", card.subject, "format.title_none")
    else:
        await _agree(context, card, category, replace(found, agreed=True))
        face = closed_card(card.id, "format", card.subject, "format.title_done")
    return going_on(state, "agreed", face)


async def _corrected(context: Context, turn: Turn, state: State, card: Card) -> Position:
    category, project_id = str(card.subject["category"]), str(card.subject["project_id"])
    brief = await context.store.briefs.get(project_id)
    before = brief.formats.get(category, AgreedFormat())
    again = brief.answers.get(_corrected_key(category)) == turn.id  # this very turn, before it broke off
    better = before if again else corrected(before, turn.text)
    if better is None:
        return {"replies": answered(Say(text=say("format.not_understood")))}
    await _agree(context, card, category, better, {_corrected_key(category): turn.id})
    return {**went_on(state), "replies": answered(_corrected_card(turn, project_id, category, better))}


async def _filled_in(context: Context, turn: Turn, state: State, card: Card) -> Position:
    """The format as the form behind Change has it; whatever else the conversation waits for stays."""
    category, project_id = str(card.subject["category"]), str(card.subject["project_id"])
    brief = await context.store.briefs.get(project_id)
    before = brief.formats.get(category, AgreedFormat())
    if brief.answers.get(_corrected_key(category)) != turn.id:  # else this very turn has changed it before it broke off
        if card.subject != subject_of(project_id, category, before):
            return {"replies": answered(Say(text=say("format.other_now"), private=True))}
        if wrong := misfilled(before, turn.values):
            return {"replies": answered(Say(text=" ".join(wrong.values()), private=True))}
    answer = await context.store.cards.answer(card.id, turn.action, turn.id)
    if not answer.accepted:
        labels = {action: label for label, action in card.actions.items()}
        return {"replies": answered(decided_already(answer.card, labels))}
    better = filled_in(before, turn.values)
    await _agree(context, card, category, better, {_corrected_key(category): turn.id})
    face = closed_card(card.id, "format", card.subject, "format.title_changed")
    in_hand = state.get("stage") == "format" and state.get("card_id") == card.id
    fresh = _corrected_card(turn, project_id, category, better)
    return {**(went_on(state) if in_hand else {}), "replies": answered(face, fresh)}


def _corrected_card(turn: Turn, project_id: str, category: str, better: AgreedFormat) -> ShowCard:
    subject = subject_of(project_id, category, better)
    return ShowCard(
        card_id=stable_id("card", turn.id, "format"),
        card_kind="format",
        subject=subject,
        title=say("format.title_corrected"),
        quoted=described(better),
        choices=(
            Choice(label=say("format.yes"), action="yes", style="primary"),
            Choice(label=say("format.change"), action="change", form=format_form(subject, written(better))),
            Choice(label=say("format.none"), action="none"),
        ),
        note=say("format.note"),
    )


def _corrected_key(category: str) -> str:
    """The answer of a brief under which stands which turn corrected the format of a category."""
    return f"format_corrected:{category}"


async def _agree(
    context: Context, card: Card, category: str, agreed: AgreedFormat, trace: Mapping[str, str] = MappingProxyType({})
) -> None:
    def with_format(brief: Brief) -> Brief:
        return replace(brief, formats={**brief.formats, category: agreed}, answers={**brief.answers, **trace})

    await context.store.briefs.change(str(card.subject["project_id"]), with_format)
