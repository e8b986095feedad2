"""Show the examples of the project, page by page, and where several people gave them, who gave which."""

from collections.abc import Mapping, Sequence

from langgraph.runtime import Runtime

from agent.access import refusal, rows_here
from agent.context import Context
from agent.coverage import Pack
from agent.permissions import Action
from agent.replies import AnyReply, Say, ShowTable
from agent.retraining import names_of
from agent.rows import in_a_list, numbered, show
from agent.state import Position, State, answered, turn_of
from agent.words import say
from storage.domain import Project, Row, RowStatus

SHOWN = 10


async def list_examples(state: State, runtime: Runtime[Context]) -> Position:
    """The latest rows as a table, or an earlier page, or those of one state. On the first page the oldest one that
    waits for a decision is shown again as a card."""
    context, turn = runtime.context, turn_of(state)
    project_id = state["project_id"]
    assert project_id is not None, "the router asks for a goal first"
    refused = await refusal(context, project_id, turn.person_id, Action.VIEW)
    if refused:
        return {"replies": answered(refused)}
    asked = _asked(turn.rest)
    if asked is None:
        return {"replies": answered(Say(text=say("list.how")))}
    status, page = asked
    project = await context.store.projects.get(project_id)
    complete = [row for row in await context.store.rows.of_project(project_id) if row.output]
    if not complete:
        return {"replies": answered(Say(text=say("list.none")))}
    pack = context.packs.get((await context.store.briefs.get(project_id)).pack)
    listed = [row for row in complete if row.status is status or (status is None and _kept(row))]
    listed = await rows_here(context, turn, listed)
    table = _table(project, pack, complete, listed, status, page, await _givers(context, complete))
    waiting = [row for row in listed if row.status is RowStatus.PENDING]
    if not waiting or page > 1 or status not in (None, RowStatus.PENDING):
        return {"replies": answered(table)}
    shown = await show(context, turn, waiting[0])
    return {**shown, "replies": [*answered(table), *shown["replies"]]}


async def _givers(context: Context, complete: Sequence[Row]) -> Mapping[str, str]:
    """Who gave it, by row; empty where all are of one person, whichever of their linked accounts it was."""
    owners = await context.store.links.first_accounts({row.author_id for row in complete})
    people = sorted(set(owners.values()))
    if len(people) < 2:
        return {}
    names = await names_of(context, people)
    return {row.id: names[owners[row.author_id]] for row in complete}


def _asked(rest: str) -> tuple[RowStatus | None, int] | None:
    """The state and the page that ``pending 2`` asks for; None for what is neither."""
    status: RowStatus | None = None
    page = 1
    for word in rest.casefold().split():
        if word in list(RowStatus):
            status = RowStatus(word)
        elif word.isdecimal() and len(word) < 6 and int(word) > 0:
            page = int(word)
        else:
            return None
    return status, page


def _kept(row: Row) -> bool:
    return row.status is not RowStatus.REJECTED


def _table(
    project: Project,
    pack: Pack | None,
    complete: Sequence[Row],
    listed: Sequence[Row],
    status: RowStatus | None,
    page: int,
    givers: Mapping[str, str],
) -> AnyReply:
    """One page; pages count from the latest row backwards, and each reads from the earlier to the later."""
    counts = {state.value: sum(1 for row in complete if row.status is state) for state in RowStatus}
    pages = max(1, -(-len(listed) // SHOWN))
    page = min(page, pages)
    end = len(listed) - (page - 1) * SHOWN
    shown = listed[max(0, end - SHOWN) : end]
    if not shown:
        return Say(text=say("list.text", **counts) + " " + say("list.none_of_them"))
    parts = [say("list.text", **counts)]
    if pages == 1:
        parts.append(say("list.all"))
    else:
        command = f"{status.value} {page % pages + 1}" if status else str(page % pages + 1)
        parts.append(say("list.page", page=page, pages=pages, command=command))
    parts.append(say("list.reopen"))
    named = any(row.category for row in shown) and pack is not None
    numbers = numbered(complete)
    header = [
        "list.header_number",
        "list.header_request",
        *(["list.header_who"] if givers else []),
        *(["list.header_kind"] if named else []),
        "list.header_state",
        "list.header_origin",
    ]
    return ShowTable(
        title=say("list.title", name=project.name),
        text=" ".join(parts),
        header=tuple(say(key) for key in header),
        rows=tuple((str(numbers[row.id]), *_cells(row, pack if named else None, givers.get(row.id))) for row in shown),
    )


def _cells(row: Row, pack: Pack | None, giver: str | None) -> tuple[str, ...]:
    state = say(f"state.{row.status.value}")
    if row.near_duplicate_of:
        state = say("list.near", state=state)
    category = pack.category(row.category) if pack else None
    kind = (category.title if category else "",) if pack else ()
    who = (giver,) if giver is not None else ()
    return in_a_list(row), *who, *kind, state, say(f"origin.{row.origin.value}")
