"""Delete what a person gave to the project, after they said so once more."""

import asyncio
from collections.abc import Sequence

from langgraph.runtime import Runtime

from agent.agreement import formats_of
from agent.context import Context
from agent.forgetting import forget_files, forget_formats, forget_questions
from agent.replies import Choice, Quote, Say, ShowCard
from agent.reports.cards import closed_card, decided_already
from agent.rows import in_a_list
from agent.state import Position, State, Turn, answered, turn_of
from agent.training import running
from agent.words import say
from storage.domain import ModelVersion, Preference, Rating, Row, RubricRule, Run, stable_id


async def forget_rows(state: State, runtime: Runtime[Context]) -> Position:
    """``/tune forget`` shows what would go; the card's button deletes it. Everybody may delete their own."""
    context, turn = runtime.context, turn_of(state)
    if turn.kind == "press":
        return await _decide(context, turn)
    project_id = state["project_id"]
    assert project_id is not None, "the router asks for a goal first"
    project = await context.store.projects.get(project_id)
    mine = await _mine(context, project_id, turn.person_id)
    picks = await _picks(context, project_id, turn.person_id)
    votes = await _votes(context, project_id, turn.person_id)
    if not mine and not picks and not votes and not await _files(context, project_id, turn.person_id):
        return {"replies": answered(Say(text=say("forget.nothing"), private=True))}
    body = say("forget.body", count=len(mine))
    if picks:
        body += " " + say("forget.body_picks", count=len(picks))
    if votes:
        body += " " + say("forget.body_votes", count=len(votes))
    card = ShowCard(
        card_id=stable_id("card", turn.id, 0),
        card_kind="forget",
        subject={
            "project_id": project_id,
            "person_id": turn.person_id,
            "count": str(len(mine)),
            "votes": str(len(votes)),
        },
        title=say("forget.title", name=project.name),
        fields=(Quote(name=say("recipe.examples"), text=body),),
        choices=(
            Choice(label=say("forget.delete"), action="delete", style="danger"),
            Choice(label=say("forget.keep"), action="keep"),
        ),
        note=say("forget.note"),
        private=True,
    )
    return {"replies": answered(card)}


async def _mine(context: Context, project_id: str, person_id: str) -> list[Row]:
    return [row for row in await context.store.rows.of_project(project_id) if row.author_id == person_id]


async def _picks(context: Context, project_id: str, person_id: str) -> list[Preference | RubricRule]:
    """The person's pairs of drafts, and the rules that were learned from them."""
    preferences = context.store.preferences
    kept: list[Preference | RubricRule] = [
        *await preferences.of_project(project_id),
        *await preferences.rules(project_id),
    ]
    return [one for one in kept if one.author_id == person_id]


async def _votes(context: Context, project_id: str, person_id: str) -> list[Rating]:
    """The person's votes on the answers of the project's runs."""
    runs = await context.store.runs.of_project(project_id)
    ratings = [rating for run in runs for rating in await context.store.ratings.of_run(run.id)]
    return [rating for rating in ratings if rating.rater_id == person_id]


async def _brought(context: Context, project_id: str, person_id: str) -> Sequence[str]:
    """The ids of the events with which the person sent files, also of those that no row came of."""
    return await context.store.conversations.forget(project_id, person_id, (), (), "")


async def _files(context: Context, project_id: str, person_id: str) -> bool:
    """Whether a file that the person sent is still there."""
    folders = [f"uploads/{stable_id('upload', one)}" for one in await _brought(context, project_id, person_id)]
    return await asyncio.to_thread(lambda: any(context.files.exists(folder) for folder in folders))


async def _decide(context: Context, turn: Turn) -> Position:
    assert turn.card is not None, "the router sends presses of known cards only"
    subject = turn.card["subject"]
    project_id, person_id = subject["project_id"], subject["person_id"]
    if person_id != turn.person_id or turn.action not in ("delete", "keep"):
        return {"replies": answered(Say(text=say("card.gone"), private=True))}
    ours = (await context.store.cards.get(turn.card["id"])).answered_by_event == turn.id  # a turn that is repeated
    if turn.action == "delete" and not ours and await running(context, project_id):
        return {"replies": answered(Say(text=say("forget.running"), private=True))}
    answer = await context.store.cards.answer(turn.card["id"], turn.action, turn.id)
    if not answer.accepted:
        return {"replies": answered(decided_already(answer.card, turn.card["labels"]))}
    if turn.action != "delete":
        face = closed_card(turn.card["id"], "forget", subject, "forget.kept", private=True)
        return {"replies": answered(face)}
    mine = await _mine(context, project_id, person_id)
    runs = await context.store.runs.of_project(project_id)
    models = await context.store.models.of_project(project_id)
    slug = (await context.store.projects.get(project_id)).slug
    picks = await _picks(context, project_id, person_id)
    events = {one.event_id for one in (*mine, *picks)}
    quoted = {text for one in (*mine, *picks) for text in _quoted(one)}
    blank = say("forget.blank")
    brought = await _brought(context, project_id, person_id)
    about = {*(one.id for one in (*mine, *picks)), *brought, formats_of(project_id)}
    uploads = await context.store.conversations.forget(project_id, person_id, events, quoted, blank, about)
    votes = await _votes(context, project_id, person_id)
    voted = {vote.run_id for vote in votes}
    gone = await asyncio.to_thread(forget_files, context.files, slug, mine, runs, models, uploads, voted)
    left = [*gone.left, *await forget_questions(context)]
    await context.store.ratings.forget_rater(person_id, project_id)
    await context.store.people.withdraw_consent(person_id, project_id, turn.at)
    await context.store.preferences.forget_author(person_id, project_id)
    await forget_formats(context, project_id, person_id)
    await context.store.rows.forget_author(person_id, project_id)
    texts = [say("forget.done", count=len(mine) or subject["count"])]  # a repeated turn finds none any more
    if count := len(votes) or int(subject.get("votes", 0)):
        texts.append(say("forget.done_votes", count=count))
    if gone.models:
        texts.append(say("forget.models", models=", ".join(f"{model.name} v{model.version}" for model in gone.models)))
    if commands := _in_ollama(runs, gone.models):
        texts.append(say("forget.published", commands=", ".join(f"`{command}`" for command in commands)))
    if left:
        texts.append(say("forget.left", files=", ".join(f"`{name}`" for name in left)))
    face = closed_card(turn.card["id"], "forget", subject, "forget.title_done", private=True)
    nothing_open: Position = {"stage": "examples", "row_id": None, "preference_id": None, "deck_id": None}
    return {**nothing_open, "replies": answered(face, Say(text=" ".join(texts), private=True))}


def _in_ollama(runs: Sequence[Run], models: Sequence[ModelVersion]) -> list[str]:
    """The commands that remove what was published of these versions: they stand on a server that is not ours."""
    published = {run.id: (run.results.get("publish") or {}).get("model") for run in runs}
    return [f"ollama rm {published[model.run_id]}" for model in models if published.get(model.run_id)]


def _quoted(one: Row | Preference | RubricRule) -> set[str]:
    """The texts by which posts quote what was given: a row's fields, and its request as a comparison and a list show it."""
    match one:
        case Row():
            whole = "\n\n".join(text for text in (one.instruction, one.input) if text)
            texts = [one.instruction, one.input, one.output, one.passage, whole, in_a_list(one)]
        case Preference():
            texts = [one.instruction, one.input, one.first, one.second, one.reason]
        case RubricRule():
            texts = [one.text]
    return {text.strip() for text in texts}
