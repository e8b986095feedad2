"""Show the examples of the project."""

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.context import Context
from agent.permissions import Action
from agent.replies import Say, ShowTable
from agent.reports.cards import row_card
from agent.rows import in_a_list
from agent.state import Position, State, answered, turn_of
from agent.words import say
from storage.domain import Row, RowStatus, stable_id

SHOWN = 10


async def list_examples(state: State, runtime: Runtime[Context]) -> Position:
    """The latest rows as a table; the oldest one that waits for a decision is shown again as a card."""
    context, turn = runtime.context, turn_of(state)
    project_id = state["project_id"]
    assert project_id is not None, "the router asks for a goal first"
    refused = await refusal(context, project_id, turn.person_id, Action.VIEW)
    if refused:
        return {"replies": answered(refused)}
    project = await context.store.projects.get(project_id)
    rows = await context.store.rows.of_project(project_id)
    if not rows:
        return {"replies": answered(Say(text=say("list.none")))}
    complete = [row for row in rows if row.output]
    counts = {status: sum(1 for row in complete if row.status is status) for status in RowStatus}
    shown = [row for row in complete if row.status is not RowStatus.REJECTED][-SHOWN:]
    table = ShowTable(
        title=say("list.title", name=project.name),
        text=say("list.text", shown=len(shown), **{status.value: count for status, count in counts.items()}),
        header=(say("list.header_request"), say("list.header_state"), say("list.header_origin")),
        rows=tuple(_cells(row) for row in shown),
    )
    waiting = [row for row in rows if row.status is RowStatus.PENDING and row.output]
    if not waiting:
        return {"replies": answered(table)}
    card = row_card(waiting[0], stable_id("card", turn.id, 0))
    return {
        "stage": "confirm",
        "row_id": waiting[0].id,
        "card_id": card.card_id,
        "replies": answered(table, card),
    }


def _cells(row: Row) -> tuple[str, str, str]:
    return in_a_list(row), say(f"state.{row.status.value}"), say(f"origin.{row.origin.value}")
