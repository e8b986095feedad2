"""Ask what the goal leaves open: at most three questions, one card at a time."""

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.context import Context
from agent.permissions import Action
from agent.questions import (
    KIND,
    begin_brief,
    choose_pack,
    keep_answer,
    leave_to_us,
    open_questions,
    prepare,
    question_card,
)
from agent.replies import AnyReply, Quote, Say
from agent.state import Position, State, answered, turn_of
from agent.words import say


async def ask_brief(state: State, runtime: Runtime[Context]) -> Position:
    """The next question that is open. What a clever model finds in the goal is noted, and said, in its place."""
    context, turn = runtime.context, turn_of(state)
    before = state.get("replies", [])
    project_id = state["project_id"]
    assert project_id is not None, "nothing leads here without a project"
    refused = await refusal(context, project_id, turn.person_id, Action.GIVE)
    if refused:
        return {"stage": "examples", "question_id": None, "replies": [*before, *answered(refused)]}
    project = await context.store.projects.get(project_id)
    brief = await begin_brief(context, project)
    left = open_questions(context, brief)
    if left and not await context.flags.is_on(context.store, "interview", turn.person_id, turn.at):
        brief = await leave_to_us(context, project, left)
    found: list[Quote] = []
    for question_id in open_questions(context, brief):
        question = await prepare(context, project, brief, question_id)
        pack = context.packs.get(question.pack)
        if question.found:
            found.append(Quote(name=say(f"goal.{question_id}"), text=question.found))
            brief = await keep_answer(context, project, question_id, question.found, pack)
            continue
        if pack and question_id == KIND:  # not sure enough to pass over the question, yet better than a guess by words
            brief = await choose_pack(context, project, pack)
        card = question_card(context, turn, project, brief, question)
        return {
            "stage": "question",
            "question_id": question_id,
            "came_from": None,
            "replies": [*before, *answered(*_said(found), card)],
        }
    return {
        "stage": "examples",
        "question_id": None,
        "came_from": None,
        "replies": [*before, *answered(*_said(found))],
    }


def _said(found: list[Quote]) -> list[AnyReply]:
    return [Say(text=say("goal.found"), quoted=tuple(found))] if found else []
