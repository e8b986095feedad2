"""Take what a person thinks of a new model: a number, and a word if they like."""

from langgraph.runtime import Runtime

from agent.after_saving import asked_after_saving
from agent.asides import going_on, turned_aside, went_on
from agent.cards import card_in_hand
from agent.context import Context
from agent.reading import is_cancel
from agent.replies import AnyReply, Say, ShowCard
from agent.reports.cards import closed_card
from agent.reports.survey_card import CARD, RATINGS, SKIP, WORD, rated_card
from agent.state import Position, State, Turn, answered, turn_of
from agent.survey import given, misworded, word_of
from agent.words import say
from storage.domain import Card, ModelVersion, SurveyAnswer


async def answer_survey(state: State, runtime: Runtime[Context]) -> Position:
    """A button of the card, its form, or one line after it. The person can think again; nobody else can answer."""
    context, turn = runtime.context, turn_of(state)
    card = await card_in_hand(context, turn, state)
    if card is None or card.kind != CARD:
        return {**went_on(state), "replies": answered(Say(text=say("card.gone"), private=True))}
    if not turn.is_by(card.subject["person_id"]):
        return {"replies": answered(Say(text=say("survey.not_yours"), private=True))}
    model = await _model(context, card)
    if model is None:
        return {**went_on(state), "replies": answered(Say(text=say("survey.gone"), private=True))}
    before = await given(context, model.id, str(card.subject["person_id"]))
    if turn.kind == "press" and turn.action == SKIP:
        return await _skipped(context, turn, card, model)
    if turn.kind == "press" and turn.action in RATINGS:
        word = before.word if before else ""
        face = await _noted(context, turn, card, model, RATINGS[turn.action], word)
        return {"replies": answered(face, *await _next(context, turn, model))}
    if before is None:
        return {**went_on(state), "replies": answered(Say(text=say("survey.number_first"), private=True))}
    if turn.kind == "press":
        asked = answered(Say(text=say("survey.ask_word"), private=True))
        return {**turned_aside(state, "survey"), "card_id": card.id, "replies": asked}
    return await _worded(context, turn, state, card, model, before)


async def _model(context: Context, card: Card) -> ModelVersion | None:
    models = await context.store.models.of_project(str(card.subject["project_id"]))
    return next((one for one in models if one.id == card.subject["model_id"]), None)


async def _skipped(context: Context, turn: Turn, card: Card, model: ModelVersion) -> Position:
    await context.store.cards.answer(card.id, SKIP, turn.id)
    closed = closed_card(card.id, CARD, card.subject, "survey.title_skipped")
    return {"replies": answered(closed, *await _next(context, turn, model))}


async def _next(context: Context, turn: Turn, model: ModelVersion) -> list[ShowCard]:
    """What waited for this answer."""
    return await asked_after_saving(context, turn, await context.store.runs.get(model.run_id), model)


async def _worded(
    context: Context, turn: Turn, state: State, card: Card, model: ModelVersion, before: SurveyAnswer
) -> Position:
    typed = turn.kind == "message"
    if typed and is_cancel(turn.text):
        return going_on(state, "", Say(text=say("survey.word_left"), private=True))
    text = turn.text if typed else turn.values.get(WORD, "")
    if wrong := misworded(context, text):
        return {"replies": answered(Say(text=wrong, private=True))}
    face = await _noted(context, turn, card, model, before.rating, word_of(context, text))
    return going_on(state, "", face, Say(text=say("survey.word_kept"), private=True))


async def _noted(context: Context, turn: Turn, card: Card, model: ModelVersion, rating: int, word: str) -> AnyReply:
    """Kept under the account that was asked, so that one person has one answer, whichever account they press with."""
    answer = SurveyAnswer(
        model_id=model.id,
        person_id=str(card.subject["person_id"]),
        rating=rating,
        word=word,
        at=turn.at,
        event_id=turn.id,
    )
    await context.store.surveys.put(answer)
    return rated_card(card.id, card.subject, model, answer)
