"""Ask for the next example: the one that the dataset misses most."""

from collections.abc import Sequence
from dataclasses import replace

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.asides import went_on
from agent.context import GOOD_START, ROWS_NEEDED, Context
from agent.coverage import Cell, Pack, question, thinnest
from agent.permissions import Action
from agent.planning import counted
from agent.questions import what_waits
from agent.reading import reads_as_document
from agent.reminding.offering import offer_after_examples
from agent.replies import Quote, Say
from agent.rows import progress, waiting
from agent.state import Position, Stage, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Brief, Row, RowStatus

_CAME = ("decided", "added", "finished", "agreed")
"""Outcomes of a turn in which examples came; in others somebody wants to be asked for one."""


async def ask_example(state: State, runtime: Runtime[Context]) -> Position:
    """How far it is, and one question. Before the first example also how one can be given; where reminders are offered, that
    is the question."""
    context, turn = runtime.context, turn_of(state)
    project_id = state["project_id"]
    assert project_id is not None, "nothing leads here without a project"
    brief = await context.store.briefs.get(project_id)
    pack = context.packs.get(brief.pack)
    rows = await counted(context, project_id)
    begun = _left_open(rows, turn)
    if begun and went_on(state).get("stage") == "examples":
        return _back_to(state, begun)
    offered = await offer_after_examples(context, turn, project_id) if state.get("outcome") in _CAME else []
    if offered and not turn.shared:  # one question at a time: the example is asked for once that is answered
        await _remember(context, brief, None)
        return {**went_on(state), "replies": [*state.get("replies", []), *answered(*offered)]}
    cell = thinnest(pack, brief.plan, rows) if pack else None
    await _remember(context, brief, cell)
    if not rows and state.get("outcome") == "planned" and turn.word != "plan":
        first = cell.category.ask if cell else say("examples.ask_first")
        texts = [say("examples.how", needed=ROWS_NEEDED, good=GOOD_START), first]
    elif pack is None or cell is None or await refusal(context, project_id, turn.person_id, Action.GIVE):
        texts = [await progress(context, project_id)]
    else:
        texts = [await _asking(context, brief, pack, cell)]
    said = answered(*offered, *(Say(text=text) for text in texts))
    position: Position = {"replies": [*state.get("replies", []), *said]}
    if state.get("outcome") != "skipped":
        position["skipped_cell"] = None
    return {**position, **went_on(state)}


def _left_open(rows: Sequence[Row], turn: Turn) -> Row | None:
    """The example that the person began last and left for something else; a long text may be none."""
    return next(
        (
            row
            for row in reversed(rows)
            if not row.output
            and row.instruction
            and turn.is_by(row.author_id)
            and not reads_as_document(row.instruction)
        ),
        None,
    )


def _back_to(state: State, row: Row) -> Position:
    """What was begun is finished before another one is asked for."""
    stage: Stage = "output" if row.input else "input"
    texts = (("row.instruction", row.instruction), ("row.input", row.input))
    quoted = tuple(Quote(name=say(key), text=text) for key, text in texts if text)
    said = Say(text=what_waits(stage), quoted=quoted)
    return {"stage": stage, "row_id": row.id, "replies": [*state.get("replies", []), *answered(said)]}


async def _asking(context: Context, brief: Brief, pack: Pack, cell: Cell) -> str:
    """The question, with what else there is to do."""
    parts = [question(cell, brief.plan, await counted(context, brief.project_id), pack)]
    if pending := len(await waiting(context, brief.project_id)):
        parts.append(say("progress.in_review", pending=pending))
    if await context.store.rows.count(brief.project_id, RowStatus.APPROVED) >= ROWS_NEEDED:
        parts.append(say("progress.can_train"))
    return " ".join(parts)


async def _remember(context: Context, brief: Brief, cell: Cell | None) -> None:
    """What is asked for, so that the example that follows can be taken for one of it."""
    key = cell.key if cell else ""
    if brief.asked_cell != key:
        await context.store.briefs.change(brief.project_id, lambda current: replace(current, asked_cell=key))
