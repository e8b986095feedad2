"""Do, with one press, what the diagnosis of a run suggests."""

import json
from dataclasses import replace

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.asides import going_on, went_on
from agent.context import Context
from agent.deck import deck_card, deck_id_of
from agent.failures import words_of
from agent.permissions import Action
from agent.proposals import allow_judging
from agent.remedies import Deed, Remedy
from agent.replies import AnyReply, Say, ShowTable
from agent.reports.cards import closed_card, decided_already
from agent.reports.run_card import run_card
from agent.rows import in_a_list, numbered
from agent.state import CardFacts, Position, State, Turn, answered, turn_of
from agent.training import Plan, begun, make_plan, run_id_of, start, started
from agent.words import say
from dataset.quality.repeats import Repeat, repeats
from storage.domain import Row, RowStatus
from storage.domain.recipes import Recipe
from trainer.recipes import BOUNDS, change

REPEATS_SHOWN = 10
_NEEDS = {
    Deed.TRAIN_AGAIN: Action.TRAIN,
    Deed.LOOK_AT_ROWS: Action.REVIEW,
    Deed.LOOK_AT_REPEATS: Action.VIEW,
    Deed.GIVE_EXAMPLES: Action.GIVE,
}


async def follow_remedy(state: State, runtime: Runtime[Context]) -> Position:
    """The button of a remedy's card, however late: a run with another setting, the rows to look at, or the next example.
    Where a run cannot start now the card stays open, to be pressed again."""
    context, turn = runtime.context, turn_of(state)
    card = turn.card
    assert card is not None, "the router sends presses of known cards only"
    project_id = str(card["subject"]["project_id"])
    remedy = Remedy.from_json(json.loads(card["subject"]["remedy"]))
    refused = await refusal(context, project_id, turn.person_id, _NEEDS[remedy.deed])
    if refused:
        return {"replies": answered(refused)}
    if remedy.recipe is not None:
        plan = await make_plan(context, project_id, turn)
        recipe = _long_enough(remedy.recipe, plan.recipe())
        obstacle = await _obstacle(context, turn, card, plan, recipe)
        if obstacle:
            return {**went_on(state), "replies": answered(Say(text=obstacle))}
    answer = await context.store.cards.answer(card["id"], turn.action, turn.id)
    if not answer.accepted:
        return {"replies": answered(decided_already(answer.card, card["labels"]))}
    closed = closed_card(card["id"], "remedy", card["subject"], "remedy.title_done")
    match remedy.deed:
        case Deed.TRAIN_AGAIN:
            return {
                **went_on(state),
                "replies": answered(closed, *await _train(context, turn, project_id, plan, recipe)),
            }
        case Deed.LOOK_AT_ROWS:
            return {"replies": answered(closed, await _opened(context, turn, project_id, remedy.row_ids))}
        case Deed.LOOK_AT_REPEATS:
            return {"replies": answered(closed, await _repeats(context, project_id))}
        case Deed.GIVE_EXAMPLES:
            return await _next_example(context, state, project_id, remedy, closed)


def _long_enough(recipe: Recipe, recommended: Recipe) -> Recipe:
    """Rows that came since the run may be longer than its context; and that may be longer than is allowed by now."""
    longest = int(BOUNDS["context"][1])
    return change(recipe, "context", min(max(recipe.context, recommended.context), longest))


async def _obstacle(context: Context, turn: Turn, card: CardFacts, plan: Plan, recipe: Recipe) -> str | None:
    """The sentence that says why no run can start now; None if it can, or if this very event has begun it already.

    The run whose remedy this is does not stand in the way: its training is over, and while it is compared and saved
    the next one may begin.
    """
    if await begun(context, turn.id):
        return None
    runs = await context.store.runs.of_project(card["subject"]["project_id"])
    if any(not run.state.ended and run.id != card["subject"]["run_id"] for run in runs):
        return say("train.running")
    refused = plan.refused(recipe)
    return say("train.not_yet", reason=words_of(*refused, base=context.base)) if refused else None


async def _train(context: Context, turn: Turn, project_id: str, plan: Plan, recipe: Recipe) -> list[AnyReply]:
    judging = await allow_judging(context, run_id_of(turn.id), project_id, plan, None)
    run = await start(context, project_id, turn, plan, recipe)
    job = (await context.store.jobs.of_run(run.id))[0]
    return [started(run, plan, judging), run_card(job, run, edit=False)]


async def _opened(context: Context, turn: Turn, project_id: str, row_ids: tuple[str, ...]) -> AnyReply:
    """The rows, open for a new decision, on the card on which rows are decided; their part stays what it was."""
    found = [row for row in await context.store.rows.of_project(project_id) if row.id in row_ids and row.output]
    kept = [row for row in found if row.status is not RowStatus.REJECTED]
    waiting = [row for row in kept if await context.store.rows.reopen(row.id)]
    if not waiting:
        return Say(text=say("remedy.rows_gone"))
    said = say("remedy.rows_open")
    return await deck_card(context, turn, project_id, deck_id_of(turn), waiting[0].id, said=said, edit=False)


async def _repeats(context: Context, project_id: str) -> AnyReply:
    """Nothing is changed by looking."""
    rows = await context.store.rows.of_project(project_id)
    complete = [row for row in rows if row.output]
    approved = [row for row in complete if row.status is RowStatus.APPROVED]
    found = repeats(approved)
    if not found:
        return Say(text=say("remedy.repeats_none"))
    numbers, by_id = numbered(complete), {row.id: row for row in approved}
    return ShowTable(
        title=say("remedy.repeats_title"),
        header=(say("list.header_number"), say("list.header_request"), say("remedy.repeats_header_what")),
        rows=tuple(_told(repeat, by_id[repeat.row_id], numbers) for repeat in found[:REPEATS_SHOWN]),
        text=say("remedy.repeats_text", count=len(found), all=len(approved)),
    )


def _told(repeat: Repeat, row: Row, numbers: dict[str, int]) -> tuple[str, ...]:
    what = say("remedy.repeats_copied")
    if repeat.twin is not None:
        what = say("remedy.repeats_same", number=numbers[repeat.twin])
    return str(numbers[row.id]), in_a_list(row), what


async def _asked_for(context: Context, project_id: str, remedy: Remedy) -> Say:
    """The question for one of that kind, and what its answer should look like; what follows is taken for one of it."""
    pack = context.packs.get((await context.store.briefs.get(project_id)).pack)
    category = pack.category(remedy.kind) if pack else None
    if category:
        cell = f"{category.id}/"
        await context.store.briefs.change(project_id, lambda brief: replace(brief, asked_cell=cell))
    like = say(f"remedy.look_{remedy.fault}", words=remedy.words)
    ask = category.ask if category else say("examples.ask_first")
    return Say(text=say("remedy.give_next", ask=ask, like=like))


async def _next_example(context: Context, state: State, project_id: str, remedy: Remedy, closed: AnyReply) -> Position:
    """Against a fault of answers one is asked for of the very kind that lacks them; what is in hand comes first. In another
    project than the one that one is in now, nothing can be given: it is said where to go."""
    if state.get("project_id") == project_id:
        position = going_on(state, "answered", closed)
        if not remedy.fault or position.get("outcome") != "answered":
            return position
        return {**went_on(state), "replies": answered(closed, await _asked_for(context, project_id, remedy))}
    name = (await context.store.projects.get(project_id)).name
    return {"replies": answered(closed, Say(text=say("remedy.elsewhere", name=name)))}
