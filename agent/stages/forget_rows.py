"""Delete what a person gave to the project, after they said so once more."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langgraph.runtime import Runtime

from agent.agreement import formats_of
from agent.belongings import Belongings, belongings, offer_to_forget
from agent.context import Context
from agent.forgetting import compare_anew, forget_asked, forget_exports, forget_files, forget_formats, forget_questions
from agent.replies import Say
from agent.reports.cards import closed_card, decided_already
from agent.reports.pin_card import pins_mark
from agent.state import Position, State, Turn, answered, turn_of
from agent.training import running
from agent.words import say
from storage.domain import EventKind, InboxEvent, ModelVersion, Run


async def forget_rows(state: State, runtime: Runtime[Context]) -> Position:
    """``/tune forget`` shows what would go; the card's button deletes it. Everybody may delete their own."""
    context, turn = runtime.context, turn_of(state)
    if turn.kind == "press":
        return await _decide(context, turn, state)
    project_id = state["project_id"]
    assert project_id is not None, "the router asks for a goal first"
    return {"replies": answered(await offer_to_forget(context, turn, project_id))}


async def _in_use(context: Context, project_id: str) -> bool:
    """Whether a run, or the jobs of an evaluation, read what would go, and would write it anew."""
    evaluations = await context.store.evaluations.of_project(project_id)
    return await running(context, project_id) or any(not one.state.ended for one in evaluations)


async def _decide(context: Context, turn: Turn, state: State) -> Position:
    assert turn.card is not None, "the router sends presses of known cards only"
    subject = turn.card["subject"]
    project_id = subject["project_id"]
    if not turn.is_by(subject["person_id"]) or turn.action not in ("delete", "keep"):
        return {"replies": answered(Say(text=say("card.gone"), private=True))}
    ours = (await context.store.cards.get(turn.card["id"])).answered_by_event == turn.id  # a turn that is repeated
    if turn.action == "delete" and not ours and await _in_use(context, project_id):
        return {"replies": answered(Say(text=say("forget.running"), private=True))}
    answer = await context.store.cards.answer(turn.card["id"], turn.action, turn.id)
    if not answer.accepted:
        return {"replies": answered(decided_already(answer.card, turn.card["labels"]))}
    if turn.action != "delete":
        face = closed_card(turn.card["id"], "forget", subject, "forget.kept", private=True)
        return {"replies": answered(face)}
    gone = await _deleted(context, turn, project_id, _accounts(turn, subject))
    face = closed_card(turn.card["id"], "forget", subject, "forget.title_done", private=True)
    nothing_open: Position = {"row_id": None, "preference_id": None, "answer_id": None, "deck_id": None}
    if state.get("project_id"):
        nothing_open["stage"] = "examples"
    return {**nothing_open, "replies": answered(face, Say(text=" ".join(_told(gone, subject)), private=True))}


def _accounts(turn: Turn, subject: Mapping[str, Any]) -> list[str]:
    """Those that the card counted, as far as they are the person's still; a card of an earlier version knows one."""
    return sorted(turn.person_ids & set(json.loads(subject.get("accounts", "[]")) or [subject["person_id"]]))


@dataclass(frozen=True, kw_only=True)
class _Gone:
    """What was deleted, and what could not be."""

    mine: Belongings
    models: Sequence[ModelVersion]
    """Saved ones, which have learned of it."""
    commands: Sequence[str]
    """That remove what was published of these."""
    evaluations: Sequence[int]
    """Numbers of those of which too little is left."""
    left: Sequence[str]
    """Files that the disk did not let go."""


async def _deleted(context: Context, turn: Turn, project_id: str, accounts: Sequence[str]) -> _Gone:
    """Texts and files go first, rows last: what is named by them is found again if the process dies in between."""
    store = context.store
    mine = await belongings(context, project_id, accounts)
    runs = await store.runs.of_project(project_id)
    slug = (await store.projects.get(project_id)).slug
    about = {*mine.ids, formats_of(project_id), *([pins_mark(project_id)] if mine.pins else [])}
    blank = say("forget.blank")
    uploads: list[str] = []
    for one in accounts:
        uploads += await store.conversations.forget(project_id, one, mine.events, mine.texts, blank, about)
    gone = await asyncio.to_thread(
        forget_files,
        context.files,
        slug,
        mine.rows,
        runs,
        await store.models.of_project(project_id),
        uploads,
        mine.voted,
        mine.pins,
        [one.id for one in await store.evaluations.of_project(project_id)],
        mine.taught,
    )
    left = [*gone.left, *await forget_questions(context)]
    for one in await store.conversations.concerned(project_id, turn.person_id, mine.events, about):
        await _forget_replies(context, turn, one)
    await store.rows.forget([one.id for one in mine.rows if one.author_id not in accounts])  # before what names them
    for one in accounts:
        await store.ratings.forget_rater(one, project_id)
        await store.scores.forget_rater(one, project_id)
        await store.pins.forget_author(one, project_id)
        await store.answers.forget_person(one, project_id)
        await store.people.withdraw_consent(one, project_id, turn.at)
        await store.preferences.forget_author(one, project_id)
        await store.reminders.forget_person(one, project_id)
        await store.schedules.forget_person(one, project_id)
        await store.habits.forget_person(one)
        await store.surveys.forget_person(one, project_id)
        await store.exposures.forget_person(one)
    await forget_formats(context, project_id, accounts)
    for one in accounts:
        await store.rows.forget_author(one, project_id)
    left += await asyncio.to_thread(forget_exports, context.files, slug)
    for one in accounts:
        left += await asyncio.to_thread(forget_asked, context.files, one)
    return _Gone(
        mine=mine,
        models=gone.models,
        commands=_in_ollama(runs, gone.models),
        evaluations=await compare_anew(context, project_id),
        left=left,
    )


async def _forget_replies(context: Context, turn: Turn, conversation_id: str) -> None:
    """The replies of a conversation's latest turn stand in its checkpoint, beside what was posted: a turn that says nothing
    takes their place."""
    if conversation_id == turn.conversation_id:
        return
    event = InboxEvent(
        id=f"forgotten:{turn.id}:{conversation_id}",
        conversation_id=conversation_id,
        person_id=None,
        kind=EventKind.FORGOTTEN,
        payload={},
        received_at=turn.at,
    )
    await context.store.inbox.put(event, await context.store.conversations.get(conversation_id), None)


def _told(gone: _Gone, subject: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each sort of thing. A turn that is repeated finds fewer, or none: then what its card said counts."""
    mine = gone.mine
    yield say("forget.done", count=max(len(mine.rows), int(subject["count"])))
    for what, found in mine.counts.items():
        if count := max(found, int(subject.get(what, 0))):
            yield say(f"forget.done_{what}", count=count)
    if gone.models:
        yield say("forget.models", models=", ".join(f"{model.name} v{model.version}" for model in gone.models))
    if gone.commands:
        yield say("forget.published", commands=", ".join(f"`{command}`" for command in gone.commands))
    if gone.evaluations:
        yield say("forget.evaluations", numbers=", ".join(map(str, gone.evaluations)))
    if gone.left:
        yield say("forget.left", files=", ".join(f"`{name}`" for name in gone.left))


def _in_ollama(runs: Sequence[Run], models: Sequence[ModelVersion]) -> list[str]:
    """The commands that remove what was published of these versions: they stand on a server that is not ours."""
    published = {run.id: (run.results.get("publish") or {}).get("model") for run in runs}
    return [f"ollama rm {published[model.run_id]}" for model in models if published.get(model.run_id)]
