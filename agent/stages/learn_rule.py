"""Keep why an answer is better, or not good, as a rule, if the person says it: nobody has to, and nobody is asked twice."""

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.asides import going_on, turned_aside, went_on
from agent.cards import card_in_hand
from agent.context import Context
from agent.lessons import lesson_of_card
from agent.permissions import Action
from agent.replies import Say
from agent.reports.cards import closed_card, decided_already
from agent.reports.rubric_card import KEEP_RULE, WRONG
from agent.rules import keep_rule, misworded, worded
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Card


async def learn_rule(state: State, runtime: Runtime[Context]) -> Position:
    """The button of the thanks for a better answer, or of what was wrong with one, its form, or one line after it; the button
    of words beside a low score."""
    context, turn = runtime.context, turn_of(state)
    card = await card_in_hand(context, turn, state)
    if card is None:
        return {**went_on(state), "replies": answered(Say(text=say("card.gone"), private=True))}
    refused = await refusal(context, str(card.subject["project_id"]), turn.person_id, Action.GIVE)
    if refused:
        return {"replies": answered(refused)}
    if not turn.is_by(card.subject.get("person_id")):
        return {"replies": answered(Say(text=say("contrast.not_yours"), private=True))}
    if turn.kind == "press" and turn.action == KEEP_RULE:
        lesson = await lesson_of_card(context, str(card.subject["project_id"]), card.id)
        gone: Position = {"replies": answered(Say(text=say("judge.gone"), private=True))}
        return await _kept(context, turn, state, card, lesson.note) if lesson else gone
    if turn.kind == "press":
        key = "rule.ask_wrong" if turn.action == WRONG else "rule.ask"
        asked = answered(Say(text=say(key), private=True))
        return {**turned_aside(state, "why"), "card_id": card.id, "replies": asked}
    text = turn.values.get("rule", "") if turn.kind == "form" else turn.text
    if turn.kind == "message" and not worded(context, text):
        return going_on(state, "", Say(text=say("rule.left"), private=True))
    if wrong := misworded(context, text):
        return {"replies": answered(Say(text=wrong, private=True))}
    return await _kept(context, turn, state, card, text)


async def _kept(context: Context, turn: Turn, state: State, card: Card, text: str) -> Position:
    answer = await context.store.cards.answer(card.id, turn.action or "why", turn.id)
    left: Position = went_on(state) if state.get("stage") == "why" and state.get("card_id") == card.id else {}
    if not answer.accepted:
        labels = {action: label for label, action in card.actions.items()}
        return {**left, "replies": answered(decided_already(answer.card, labels))}
    project_id, preference_id = str(card.subject["project_id"]), card.subject.get("preference_id")
    kept = await keep_rule(context, turn, project_id, text, preference_id=preference_id)
    face = closed_card(card.id, "rule", card.subject, "rule.title_done", private=True)
    return {**left, "replies": answered(face, *([kept] if kept else []))}
