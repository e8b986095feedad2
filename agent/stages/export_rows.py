"""Hand the examples out as a file: the approved ones of the project, pairs of answers, or what the person gave."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.belongings import belongings
from agent.context import Context
from agent.exporting import besides_rows, exported, folder_of, preferred
from agent.pairs import usable_pairs
from agent.permissions import Action
from agent.replies import AnyReply, Say, ShowFile
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import harmless, say
from storage.domain import Project, Row, RowStatus, stable_id

MINE, PAIRS = "mine", "pairs"


async def export_rows(state: State, runtime: Runtime[Context]) -> Position:
    """``/tune export`` and ``/tune export pairs`` take whoever may look; ``/tune export mine`` everybody, for what one gave is
    one's own."""
    context, turn = runtime.context, turn_of(state)
    project_id = state["project_id"]
    assert project_id is not None, "the router sends no command here without a project"
    rest = turn.rest.casefold().rstrip(".!")
    if rest not in ("", MINE, PAIRS):
        return {"replies": answered(Say(text=say("export.how")))}
    refused = None if rest == MINE else await refusal(context, project_id, turn.person_id, Action.VIEW)
    if refused:
        return {"replies": answered(refused)}
    project = await context.store.projects.get(project_id)
    if rest == PAIRS:
        return {"replies": answered(await _pairs(context, turn, project))}
    path = f"{folder_of(project.slug)}/{stable_id('export', turn.id)}.jsonl"
    rows = await _written(context, turn, project_id, rest == MINE, path)
    also = await _said(context, turn, project) if rest == MINE else None
    if also and not rows:
        return {"replies": answered(also)}
    accounts = len(turn.person_ids) if rest == MINE else 1
    return {"replies": answered(_reply(project, rows, rest == MINE, path, accounts), *([also] if also else []))}


async def _written(context: Context, turn: Turn, project_id: str, mine: bool, path: str) -> Sequence[Row]:
    """The rows as the file has them. They are read again once it is there, so that what was taken back meanwhile is not left
    in it: whoever forgets deletes the rows first, and these files then."""
    written: Sequence[Row] = []
    while (rows := await _rows(context, turn, project_id, mine)) != written:
        text = exported(rows, await _names(context, rows), turn.person_ids)
        await asyncio.to_thread(context.files.write_text, path, text)
        written = rows
    if not written:
        await asyncio.to_thread(context.files.delete, path)
    return written


async def _rows(context: Context, turn: Turn, project_id: str, mine: bool) -> Sequence[Row]:
    """Those that have an answer; of one's own also those that wait for a decision."""
    statuses = [RowStatus.APPROVED, *([RowStatus.PENDING] if mine else [])]
    rows = await context.store.rows.of_project(project_id, statuses)
    return [row for row in rows if row.output and (not mine or turn.is_by(row.author_id))]


async def _said(context: Context, turn: Turn, project: Project) -> ShowFile | None:
    """All else that the person gave, and what is known of them; None where there is nothing."""

    async def now() -> str:
        return besides_rows((await belongings(context, project.id, turn.person_ids)).besides_rows)

    path = f"{folder_of(project.slug)}/{stable_id('export', turn.id, MINE)}.jsonl"
    if not await _kept(context, path, now):
        return None
    name = f"{project.slug}-{MINE}-besides.jsonl"
    return ShowFile(path=path, name=name, text=say("export.mine_said", name=harmless(project.name)), private=True)


async def _pairs(context: Context, turn: Turn, project: Project) -> AnyReply:
    """Those that their authors let be used."""

    async def now() -> str:
        return preferred(await usable_pairs(context, project.id))

    path = f"{folder_of(project.slug)}/{stable_id('export', turn.id, PAIRS)}.jsonl"
    text = await _kept(context, path, now)
    if not text:
        return Say(text=say("export.none_pairs"))
    told = say("export.pairs", name=harmless(project.name), count=text.count("\n"))
    return ShowFile(path=path, name=f"{project.slug}-{PAIRS}.jsonl", text=told, private=True)


async def _kept(context: Context, path: str, now: Callable[[], Awaitable[str]]) -> str:
    """What the file has by now, read again once it is there, as the rows are; without anything there is no file."""
    written = ""
    while (text := await now()) != written:
        await asyncio.to_thread(context.files.write_text, path, text)
        written = text
    if not written:
        await asyncio.to_thread(context.files.delete, path)
    return written


async def _names(context: Context, rows: Sequence[Row]) -> dict[str, str]:
    people = [await context.store.people.get(person_id) for person_id in dict.fromkeys(row.author_id for row in rows)]
    return {person.id: harmless(person.display_name) for person in people if person}


def _reply(project: Project, rows: Sequence[Row], mine: bool, path: str, accounts: int) -> AnyReply:
    """Wherever it was asked for, the file is for that person alone."""
    if not rows:
        return Say(text=say("export.none_mine" if mine else "export.none"), private=mine)
    pending = sum(row.status is RowStatus.PENDING for row in rows)
    key = "export.mine" if mine else "export.approved"
    text = say(key, name=harmless(project.name), count=len(rows), pending=pending)
    covers = [say("export.accounts", count=accounts)] if accounts > 1 else []
    name = f"{project.slug}-{MINE}.jsonl" if mine else f"{project.slug}.jsonl"
    return ShowFile(path=path, name=name, text=" ".join([text, *covers, say("export.format")]), private=True)
