"""Take the answer to a question about the goal: a button, or any words; and ask a question again to correct it."""

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.context import Context
from agent.goals import GOAL
from agent.permissions import Action
from agent.questions import (
    CHANGE,
    DECIDE,
    DECIDE_REST,
    ELSE,
    KIND,
    LONGEST_ANSWER,
    PACK,
    PICK,
    WRITTEN,
    answer_in_words,
    answered_face,
    goal_refusal,
    keep_answer,
    leave_question,
    leave_to_us,
    open_card,
    open_questions,
    pack_for,
    plain_words,
    prepare,
    question_card,
    where_one_was,
)
from agent.reading import is_small_talk, read_decision
from agent.replies import AnyReply, Say
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Card, Project

_DECIDE = frozenset(
    {"you decide", "decide for me", "your choice", "i do not know", "i don't know", "no idea", "default"}
)
_DECIDE_REST = frozenset({"you decide the rest", "decide the rest", "you decide everything", "you decide all"})


async def take_answer(state: State, runtime: Runtime[Context]) -> Position:
    """An answer goes on to the next question, or back to where one was when it was asked again."""
    context, turn = runtime.context, turn_of(state)
    project_id = turn.card["subject"]["project_id"] if turn.card else state.get("project_id")
    question_id = turn.card["subject"].get("question_id") if turn.card else state.get("question_id")
    if project_id is None or (turn.card is None and question_id is None):
        return {**leave_question(state), "replies": answered(Say(text=say("card.gone"), private=True))}
    refused = await refusal(context, project_id, turn.person_id, Action.GIVE)
    if refused:
        return {"replies": answered(refused)}
    project = await context.store.projects.get(project_id)
    if turn.kind == "form":
        return await _filled_in(context, turn, state, project, str(question_id))
    if turn.card is not None and turn.card["kind"] == "goal":
        return await _ask_again(context, turn, state, project, turn.action.removeprefix(CHANGE))
    if turn.card is not None:
        return await _pressed(context, turn, state, project, str(question_id))
    if question_id == GOAL:
        return await _new_goal(context, turn, state, project, turn.text)
    card = await open_card(context, turn, project.id, str(question_id))
    return await _written(context, turn, state, project, str(question_id), turn.text, card)


async def _ask_again(context: Context, turn: Turn, state: State, project: Project, question_id: str) -> Position:
    if state.get("project_id") != project.id:
        return {"replies": answered(Say(text=say("question.other_project"), private=True))}
    waiting = _in_words(state, question_id)
    if question_id == GOAL:
        return {**waiting, "outcome": "asked", "replies": answered(Say(text=say("question.goal")))}
    brief = await context.store.briefs.get(project.id)
    question = await prepare(context, project, brief, question_id)
    card = question_card(context, turn, project, brief, question, again=True)
    return {**waiting, "outcome": "asked", "replies": answered(card)}


def _in_words(state: State, question_id: str) -> Position:
    """The conversation waits for this answer; and afterwards for what it has waited for before."""
    stage = state.get("stage")
    came_from = state.get("came_from") if stage == "question" else stage
    return {"stage": "question", "question_id": question_id, "came_from": came_from}


async def _pressed(context: Context, turn: Turn, state: State, project: Project, question_id: str) -> Position:
    assert turn.card is not None
    card = await context.store.cards.get(turn.card["id"])
    if turn.action == ELSE and card.answered_by_event is None:
        if state.get("project_id") != project.id:
            return {"replies": answered(Say(text=say("question.other_project"), private=True))}
        return {**_in_words(state, question_id), "replies": answered(Say(text=say("question.own_words")))}
    answer = await context.store.cards.answer(card.id, turn.action, turn.id)
    if not answer.accepted:
        return await _late(context, turn, project, question_id, answer.card)
    return await _decided(context, turn, state, project, answer.card, turn.action)


async def _filled_in(context: Context, turn: Turn, state: State, project: Project, question_id: str) -> Position:
    """What was written in the form behind a button, as if it had been asked for and sent."""
    assert turn.card is not None, "the router sends forms of known cards only"
    if turn.card["kind"] == "goal":
        return await _new_goal(context, turn, state, project, turn.values.get("goal", "").strip())
    card = await context.store.cards.get(turn.card["id"])
    if card.answered_by_event not in (None, turn.id):
        return await _late(context, turn, project, question_id, card)
    return await _written(context, turn, state, project, question_id, turn.values.get("answer", "").strip(), card)


async def _late(context: Context, turn: Turn, project: Project, question_id: str, card: Card) -> Position:
    assert turn.card is not None, "only after a press"
    label = turn.card["labels"].get(card.answered_with or "") or await _now(context, project, question_id)
    return {"replies": answered(Say(text=say("card.answered", label=label), private=True))}


async def _now(context: Context, project: Project, question_id: str) -> str:
    return answer_in_words(context, project, await context.store.briefs.get(project.id), question_id)


async def _decided(context: Context, turn: Turn, state: State, project: Project, card: Card, action: str) -> Position:
    """A button's answer, pressed or written as its label."""
    question_id = str(card.subject["question_id"])
    label = next((label for label, one in card.actions.items() if one == action), "")
    chosen = "" if action in (DECIDE, DECIDE_REST) else label
    if action == DECIDE_REST:
        brief = await context.store.briefs.get(project.id)
        await leave_to_us(context, project, open_questions(context, brief))
    pack = context.packs.get(action.removeprefix(PACK)) if action.startswith(PACK) else None
    await keep_answer(context, project, question_id, chosen, pack)
    return _go_on(state, project, question_id, [answered_face(card, chosen)])


def _go_on(state: State, project: Project, question_id: str, faces: list[AnyReply], said: str = "") -> Position:
    """To the next question if this one was open; a correction says so, and one goes on where one was."""
    noted = said or say("goal.changed_plan" if question_id == KIND else "goal.changed")
    here = state.get("stage") == "question" and state.get("project_id") == project.id
    if not here or state.get("question_id") != question_id:
        return {"replies": answered(*faces, Say(text=noted))}
    if state.get("came_from") is None:
        more = [Say(text=said)] if said else []
        return {"question_id": None, "outcome": "answered", "replies": answered(*faces, *more)}
    return {**leave_question(state), "replies": answered(*faces, Say(text=f"{noted} {where_one_was(state)}".strip()))}


async def _written(
    context: Context, turn: Turn, state: State, project: Project, question_id: str, text: str, card: Card | None
) -> Position:
    action = _action_of(text, card)
    if card and action:
        answer = await context.store.cards.answer(card.id, action, turn.id)
        return await _decided(context, turn, state, project, answer.card, action)
    if len(text) > LONGEST_ANSWER:
        too_long = say("question.too_long", length=f"{len(text):,}", limit=f"{LONGEST_ANSWER:,}")
        return {"replies": answered(Say(text=too_long))}
    left = text.casefold().strip(" .!") in _DECIDE | _DECIDE_REST or read_decision(text) == "approve"
    words = "" if left else plain_words(context, text)
    if not left and (not words or is_small_talk(text)):
        return {"replies": answered(Say(text=say("question.open", question=say(f"question.{question_id}"))))}
    return await _own_words(context, turn, state, project, question_id, words, card)


async def _own_words(
    context: Context, turn: Turn, state: State, project: Project, question_id: str, words: str, card: Card | None
) -> Position:
    faces: list[AnyReply] = []
    if card:
        await context.store.cards.answer(card.id, WRITTEN, turn.id)
        faces.append(answered_face(card, words))
    if question_id != KIND or not words or not context.packs:
        await keep_answer(context, project, question_id, words)
        return _go_on(state, project, question_id, faces)
    pack = await pack_for(context, words)
    brief = await keep_answer(context, project, question_id, words, pack)
    title = context.packs[brief.pack].title if brief.pack in context.packs else brief.pack
    said = say("question.kind_taken" if pack else "question.kind_unclear", title=title)
    return _go_on(state, project, question_id, faces, said)


async def _new_goal(context: Context, turn: Turn, state: State, project: Project, text: str) -> Position:
    refused = goal_refusal(text)
    if refused:
        return {"replies": answered(refused)}
    await keep_answer(context, project, GOAL, text)
    if state.get("stage") != "question" or state.get("question_id") != GOAL:  # a form: nothing was asked here
        return {"replies": answered(Say(text=say("goal.changed_plan")))}
    position = leave_question(state)
    if state.get("came_from") is None:  # the first questions were open: they go on
        position["outcome"] = "answered"
    noted = f"{say('goal.changed_plan')} {where_one_was(state)}".strip()
    return {**position, "replies": answered(Say(text=noted))}


def _action_of(text: str, card: Card | None) -> str:
    """The button that somebody wrote instead of pressing it: its label, or the number of an option."""
    if card is None:
        return ""
    word = " ".join(text.casefold().split()).strip(" .!")
    by_label = {label.casefold(): action for label, action in card.actions.items() if action != ELSE}
    options = [action for action in card.actions.values() if action.startswith((PICK, PACK))]
    if word.isdecimal() and word.isascii() and 0 < int(word[:3]) <= len(options):
        return options[int(word[:3]) - 1]
    if word in _DECIDE_REST and DECIDE_REST in card.actions.values():
        return DECIDE_REST
    if word in _DECIDE:
        return DECIDE
    return by_label.get(word, "")
