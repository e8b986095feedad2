"""Take what a person thinks of an answer that a version gave: good, not good and why, or a better one."""

from dataclasses import replace
from typing import Any

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.answers import as_it_is, as_wished, linked, offer_beside, prefer
from agent.context import Context
from agent.evaluation.rubric import rubric_of
from agent.permissions import Action
from agent.reading import is_cancel
from agent.replies import Say, ShowCard
from agent.reports.answer_card import AGAINST, BAD, GOOD, IMPROVE, KEEP, good_card, not_good_card
from agent.reports.criteria import label_of
from agent.reports.forms import WHY
from agent.reports.rubric_card import reason_card, thanks_card
from agent.rows import content_refusal, plain
from agent.rules import keep_rule, worded
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Answer, AnswerFeedback, Feedback, RowStatus, stable_id
from storage.errors import NotFound

_VERDICTS = {GOOD: Feedback.GOOD, BAD: Feedback.NOT_GOOD}


async def take_feedback(state: State, runtime: Runtime[Context]) -> Position:
    """A button of an answer's card, its form filled in, or, where there are no forms, the better answer as a message.

    The card stays open: several people may judge the same answer, and each may think again. What is said to one of
    them is for them alone.
    """
    context, turn = runtime.context, turn_of(state)
    typed = turn.kind == "message"
    if typed and (turn.word or is_cancel(turn.text)):
        return {"stage": "examples", "answer_id": None, "replies": answered(Say(text=say("answer.left")))}
    answer = await _answer(context, _asked_for(state, turn))
    if answer is None:
        gone: Position = {"stage": "examples", "answer_id": None} if typed else {}
        return {**gone, "replies": answered(Say(text=say("answer.gone"), private=True))}
    judges = turn.kind == "press" and (turn.action in _VERDICTS or turn.action.startswith(AGAINST))
    refused = await refusal(context, answer.project_id, turn.person_id, Action.ASK if judges else Action.GIVE)
    if refused:
        return {"replies": answered(refused)}
    if judges and turn.action in _VERDICTS:
        return await _judged(context, turn, answer)
    if judges:
        return await _counted_against(context, turn, answer)
    if typed:
        return await _improved(context, turn, state, answer, answer.request, turn.text)
    if turn.kind == "form":
        request, better = (turn.values.get(name, "") for name in ("instruction", "output"))
        return await _improved(context, turn, state, answer, request, better)
    if turn.action == IMPROVE:
        return {"stage": "better", "answer_id": answer.id, "replies": answered(Say(text=say("answer.write_better")))}
    if turn.action == KEEP:
        return await _kept(context, turn, state, answer)
    return {"replies": answered(Say(text=say("card.gone"), private=True))}


def _asked_for(state: State, turn: Turn) -> str:
    return str(turn.card["subject"].get("answer_id", "")) if turn.card else state.get("answer_id") or ""


async def _answer(context: Context, answer_id: str) -> Answer | None:
    """None if somebody took it back."""
    try:
        return await context.store.answers.get(answer_id)
    except NotFound:
        return None


async def _record(context: Context, turn: Turn, answer: Answer, feedback: Feedback, criterion: str = "") -> None:
    """What was wrong stays known, also when a better answer comes, until the person finds the answer good after all."""
    if not criterion and feedback is not Feedback.GOOD:
        before = await context.store.answers.feedback(answer.project_id)
        mine = [one for one in before if one.answer_id == answer.id and turn.is_by(one.person_id)]
        criterion = mine[-1].criterion if mine else ""
    await context.store.answers.put_feedback(
        AnswerFeedback(
            answer_id=answer.id,
            person_id=turn.person_id,
            feedback=feedback,
            event_id=turn.id,
            given_at=turn.at,
            criterion=criterion,
        )
    )


async def _judged(context: Context, turn: Turn, answer: Answer) -> Position:
    """Nothing becomes an example by a thumb alone: whoever may give examples is offered that. Whoever finds an answer not good
    is asked why."""
    assert turn.card is not None, "only after a press"
    await _record(context, turn, answer, _VERDICTS[turn.action])
    may_give = await _may_give(context, turn, answer)
    card_id, subject = stable_id("card", turn.id, "noted"), linked(turn, turn.card["subject"])
    if turn.action == GOOD:
        return {"replies": answered(good_card(card_id, subject, may_give=may_give))}
    criteria = rubric_of(await context.store.briefs.get(answer.project_id))
    return {"replies": answered(not_good_card(card_id, subject, answer, criteria, may_give=may_give))}


async def _counted_against(context: Context, turn: Turn, answer: Answer) -> Position:
    """The reason: a criterion of the rubric, and in words of one's own for whoever may give the project a rule."""
    criteria = rubric_of(await context.store.briefs.get(answer.project_id))
    criterion = next((one for one in criteria if AGAINST + one.name == turn.action), None)
    if criterion is None:
        return {"replies": answered(Say(text=say("answer.no_criterion"), private=True))}
    await _record(context, turn, answer, Feedback.NOT_GOOD, criterion.name)
    label = label_of(criterion)
    if not await _may_give(context, turn, answer):
        return {"replies": answered(Say(text=say("rule.against", criterion=label), private=True))}
    card_id = stable_id("card", turn.id, "rule")
    return {"replies": answered(reason_card(card_id, answer.project_id, turn.person_id, label))}


async def _may_give(context: Context, turn: Turn, answer: Answer) -> bool:
    return await refusal(context, answer.project_id, turn.person_id, Action.GIVE) is None


async def _kept(context: Context, turn: Turn, state: State, answer: Answer) -> Position:
    row = as_it_is(turn, answer)
    if refused := await content_refusal(context, row, "answer.not_kept"):
        return {"replies": answered(replace(refused, private=True))}
    try:
        known = await context.store.rows.get(row.id)
    except NotFound:
        return _alone(await offer_beside(context, turn, state, row))
    if known.status is not RowStatus.PENDING:
        text = say("answer.decided", status=say(f"state.{known.status.value}"))
        return {"replies": answered(Say(text=text, private=True))}
    return _alone(await offer_beside(context, turn, state, known))


async def _improved(context: Context, turn: Turn, state: State, answer: Answer, request: str, better: str) -> Position:
    """The better answer as an example to approve, and which of the two is better. What cannot be kept changes nothing."""
    wrong = _wrong(answer, request, better)
    row = as_wished(turn, answer, request, better)
    refused = Say(text=say(wrong), private=True) if wrong else await content_refusal(context, row)
    if refused:
        return {"replies": answered(refused)}
    await _record(context, turn, answer, Feedback.IMPROVED)
    why = worded(context, turn.values.get(WHY, ""))
    offered = _alone(await offer_beside(context, turn, state, row))
    pair_id = await prefer(context, turn, answer, row, why)
    thanks = answered(*await _thanks(context, turn, answer, pair_id, why))
    return {"answer_id": None, **offered, "replies": [*thanks, *offered["replies"]]}


async def _thanks(context: Context, turn: Turn, answer: Answer, pair_id: str, why: str) -> list[Say | ShowCard]:
    """Who filled in the form has said why it is better, or has left that open; who typed may say it by a button."""
    if turn.kind != "form":
        return [thanks_card(stable_id("card", turn.id, "rule"), answer.project_id, turn.person_id, pair_id)]
    learned = await keep_rule(context, turn, answer.project_id, why, preference_id=pair_id)
    alone = [replace(learned, private=True)] if learned else []
    return [*alone, Say(text=say("answer.improved"), private=True)]


def _wrong(answer: Answer, request: str, better: str) -> str:
    """The key of the sentence that says what is missing; empty if nothing is."""
    if not plain(request) or not plain(better):
        return "answer.incomplete"
    return "answer.same" if plain(better) == plain(answer.text) and plain(request) == plain(answer.request) else ""


def _alone(position: Position) -> Position:
    """What was asked may have been asked privately: in a shared conversation the card is for the person alone."""
    replies: list[dict[str, Any]] = [{**reply, "private": True} for reply in position["replies"]]
    return {**position, "replies": replies}
