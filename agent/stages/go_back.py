"""Go one step back: to the question before, to what was begun, or to the decision that was taken last."""

from dataclasses import replace

from langgraph.runtime import Runtime

from agent.access import refusal, row_refusal, rows_here
from agent.asides import going_on
from agent.context import Context
from agent.permissions import Action
from agent.questions import asked_here, leave_question, prepare, question_card, where_one_was
from agent.replies import Quote, Say
from agent.rows import has_answer_alone, in_hand, show
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Brief, Row, RowStatus

_TRACE = "back"
"""Where the brief keeps which turn opened which row again: a turn that is repeated opens the same one."""


async def go_back(state: State, runtime: Runtime[Context]) -> Position:
    """What it means follows from what the conversation waits for. What is dropped is said."""
    context, turn = runtime.context, turn_of(state)
    project_id = state["project_id"]
    assert project_id is not None, "the router asks for a goal first"
    needed = Action.REVIEW if state.get("stage") in ("confirm", "edit") else Action.GIVE
    refused = await refusal(context, project_id, turn.person_id, needed)
    if refused:
        return {"replies": answered(refused)}
    match state.get("stage"):
        case "question":
            return await _question_before(context, turn, state, project_id)
        case "input" | "output" as stage:
            return await _begun(context, state, stage)
        case "confirm":
            return {"stage": "edit", "replies": answered(Say(text=say("back.edit")))}
        case "edit":
            kept = answered(Say(text=say("skip.kept")))
            return {"stage": "examples", "row_id": None, "deck_id": None, "replies": kept}
        case "reason":
            return {"stage": "examples", "preference_id": None, "replies": answered(Say(text=say("back.reason")))}
        case "format" | "plan" | "change" | "rubric" | "why" | "zone":
            return going_on(state, "", Say(text=say("skip.left")))
        case _ if cell := state.get("skipped_cell"):
            return await _unskipped(context, project_id, cell)
        case _:
            return await _last_decision(context, turn, state, project_id)


async def _question_before(context: Context, turn: Turn, state: State, project_id: str) -> Position:
    if state.get("came_from") is not None:
        text = f"{say('goal.same')} {where_one_was(state)}".strip()
        return {**leave_question(state), "replies": answered(Say(text=text))}
    ids = asked_here(context)
    here = ids.index(question_id) if (question_id := state.get("question_id")) in ids else 0
    said = [] if here else [Say(text=say("back.first"))]
    return await _ask(context, turn, project_id, ids[max(0, here - 1)], said)


async def _ask(context: Context, turn: Turn, project_id: str, question_id: str, said: list[Say]) -> Position:
    project = await context.store.projects.get(project_id)
    brief = await context.store.briefs.get(project_id)
    question = await prepare(context, project, brief, question_id)
    card = question_card(context, turn, project, brief, question)
    return {"stage": "question", "question_id": question_id, "replies": answered(*said, card)}


async def _begun(context: Context, state: State, stage: str) -> Position:
    """From the answer to the input; from the input to another request, the one that was given is told."""
    row = await in_hand(context, state.get("row_id"))
    if row is None:
        return {"stage": "examples", "row_id": None, "replies": answered(Say(text=say("examples.ask_first")))}
    if stage == "output" and not has_answer_alone(row):
        quote = Quote(name=say("row.input"), text=row.input or say("back.input_none"))
        return {"stage": "input", "replies": answered(Say(text=say("back.input"), quoted=(quote,)))}
    await context.store.rows.reject(row.id)
    texts = (("row.instruction", row.instruction), ("row.input", row.input))
    quoted = tuple(Quote(name=say(key), text=text) for key, text in texts if text)
    return {
        "stage": "examples",
        "row_id": None,
        "replies": answered(Say(text=say("back.dropped"), quoted=quoted)),
    }


async def _unskipped(context: Context, project_id: str, cell: str) -> Position:
    """What was skipped just now is asked for again."""

    def with_cell(brief: Brief) -> Brief:
        skipped = tuple(other for other in brief.plan.skipped if other != cell)
        return replace(brief, plan=replace(brief.plan, skipped=skipped))

    await context.store.briefs.change(project_id, with_cell)
    said = answered(Say(text=say("back.skip")))
    return {"stage": "examples", "outcome": "skipped", "skipped_cell": None, "replies": said}


async def _last_decision(context: Context, turn: Turn, state: State, project_id: str) -> Position:
    row = await _decided_last(context, turn, state, project_id)
    if row is None:
        return await _last_question(context, turn, project_id)
    refused = await row_refusal(context, row, turn.person_id)
    if refused:
        return {"replies": answered(refused)}
    if row.part is not None:
        return {"replies": answered(Say(text=say("back.trained")))}
    was = await _remember(context, turn, row)
    if not await context.store.rows.reopen(row.id):
        return {"replies": answered(Say(text=say("back.twin")))}
    shown = await show(context, turn, await context.store.rows.get(row.id))
    opened = Say(text=say("back.reopened", was=say(f"state.{was}")))
    return {**shown, "replies": [*answered(opened), *shown["replies"]]}


async def _decided_last(context: Context, turn: Turn, state: State, project_id: str) -> Row | None:
    """The row that this very turn has opened already; else the one in hand, else the latest that the person decided.

    Rows do not keep when they were decided, nor who rejected them: the latest given stands for the latest decided.
    """
    rows = [row for row in await context.store.rows.of_project(project_id) if row.output]
    trace = (await context.store.briefs.get(project_id)).answers.get(_TRACE, "").split("\n")
    if trace[0] == turn.id:
        return next((row for row in rows if row.id == trace[1]), None)
    decided = await rows_here(context, turn, [row for row in rows if _is_theirs(turn, row)])
    in_hand = [row for row in decided if row.id == state.get("row_id")]
    return next(iter(in_hand or decided[-1:]), None)


def _is_theirs(turn: Turn, row: Row) -> bool:
    if row.status is RowStatus.APPROVED:
        return turn.is_by(row.approved_by)
    return row.status is RowStatus.REJECTED and turn.is_by(row.author_id)


async def _remember(context: Context, turn: Turn, row: Row) -> str:
    """How the row was decided; noted before it is opened, so that a turn that is repeated still knows."""

    def with_trace(brief: Brief) -> Brief:
        if brief.answers.get(_TRACE, "").startswith(f"{turn.id}\n"):
            return brief
        trace = f"{turn.id}\n{row.id}\n{row.status.value}"
        return replace(brief, answers={**brief.answers, _TRACE: trace})

    brief = await context.store.briefs.change(row.project_id, with_trace)
    return brief.answers[_TRACE].split("\n")[2]


async def _last_question(context: Context, turn: Turn, project_id: str) -> Position:
    """Before anything was decided, the step before are the questions about the goal."""
    brief = await context.store.briefs.get(project_id)
    answered_ids = [question_id for question_id in asked_here(context) if question_id in brief.answers]
    if not answered_ids:
        return {"replies": answered(Say(text=say("back.nothing")))}
    return {**await _ask(context, turn, project_id, answered_ids[-1], []), "came_from": "examples"}
