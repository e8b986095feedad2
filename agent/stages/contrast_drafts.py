"""Show two drafts for one request, of which a person picks one: ``/tune contrast [request]``."""

from collections.abc import Sequence

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.context import Context
from agent.coverage import thinnest
from agent.drafting import EXAMPLES_NEEDED, Manner, draft_answer, draft_given
from agent.goals import project_now
from agent.permissions import Action
from agent.planning import counted
from agent.reading import Given, read_example
from agent.replies import Choice, Quote, Say, ShowCard
from agent.rows import content_refusal, finished, new_row, offer
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from dataset.quality.duplicates import similarity
from storage.domain import Origin, Preference, Row, RowStatus, stable_id
from storage.errors import NotFound

ALIKE = 0.85
"""Drafts that share more than this are no choice."""


async def contrast_drafts(state: State, runtime: Runtime[Context]) -> Position:
    """The pair is stored before it is shown: what a person picks from is what is kept, whatever crashes."""
    context, turn = runtime.context, turn_of(state)
    project_id = state["project_id"]
    assert project_id is not None, "the router sends no command here without a project"
    refused = await refusal(context, project_id, turn.person_id, Action.GIVE)
    if refused:
        return {"replies": answered(refused)}
    pair = await _stored(context, turn)
    if pair is not None:  # drafted before a crash
        return {"replies": answered(_card(turn, pair))}
    kept = await _offered(context, turn)
    if kept is not None:
        return await _offer_one(context, turn, kept)
    given = await _request(context, turn, project_id)
    if given is None:
        return {"replies": answered(Say(text=say("contrast.ask_request")))}
    row = new_row(turn, project_id, given)
    unusable = await content_refusal(context, row)
    if unusable:
        return {"replies": answered(unusable)}
    drafts = await _two(context, turn, project_id, given)
    if not drafts:
        reason = say(f"draft.reason_{context.model.unavailable_reason or 'empty'}")
        return {"replies": answered(Say(text=say("draft.unavailable", reason=reason)))}
    if len(drafts) == 1:
        return await _offer_one(context, turn, finished(row, drafts[0], Origin.DRAFTED))
    pair = Preference(
        id=_id(turn),
        project_id=project_id,
        instruction=row.instruction,
        input=row.input,
        first=drafts[0],
        second=drafts[1],
        author_id=turn.person_id,
        event_id=turn.id,
        created_at=turn.at,
    )
    await context.store.preferences.add(pair)
    return {"replies": answered(_card(turn, pair))}


def _id(turn: Turn) -> str:
    return stable_id("preference", turn.id)


async def _stored(context: Context, turn: Turn) -> Preference | None:
    try:
        return await context.store.preferences.get(_id(turn))
    except NotFound:
        return None


async def _offered(context: Context, turn: Turn) -> Row | None:
    """The one draft that was offered before a crash, where two had come out alike."""
    try:
        return await context.store.rows.get(stable_id("row", turn.id, 0))
    except NotFound:
        return None


async def _offer_one(context: Context, turn: Turn, row: Row) -> Position:
    offered = await offer(context, turn, row)
    if offered.get("stage") != "confirm":  # it cannot be used, or is there already: that is all there is to say
        return offered
    return {**offered, "replies": [*answered(Say(text=say("contrast.alike"))), *offered["replies"]]}


async def _request(context: Context, turn: Turn, project_id: str) -> Given | None:
    """What the person wrote behind the command; else a drafted one of the thinnest kind, where there is an example."""
    if turn.rest:
        return read_example(turn.rest) or Given(instruction=turn.rest)
    if await context.store.rows.count(project_id, RowStatus.APPROVED) < EXAMPLES_NEEDED:
        return None
    brief = await context.store.briefs.get(project_id)
    pack = context.packs.get(brief.pack)
    rows = await counted(context, project_id)
    cell = thinnest(pack, brief.plan, rows) if pack else None
    project = await project_now(context, project_id)
    return await draft_given(context, project, cell, avoid=[f"{row.instruction} {row.input}".strip() for row in rows])


async def _two(context: Context, turn: Turn, project_id: str, given: Given) -> Sequence[str]:
    """Two answers that differ, one if they would not, none if the model is away. Which stands first is left to chance."""
    row = new_row(turn, project_id, given)
    manners: tuple[Manner, Manner] = ("brief", "thorough")
    one = await draft_answer(context, row, manner=manners[0])
    if one is None:
        return []
    for temperature in (0.7, 1.1):
        other = await draft_answer(context, row, avoid=[one], temperature=temperature, manner=manners[1])
        if other is not None and similarity(one, other) < ALIKE:
            return (one, other) if int(_id(turn)[-1], 16) % 2 else (other, one)
    return [one]


def _card(turn: Turn, pair: Preference) -> ShowCard:
    texts = (
        ("row.instruction", pair.instruction),
        ("row.input", pair.input),
        ("contrast.first", pair.first),
        ("contrast.second", pair.second),
    )
    return ShowCard(
        card_id=stable_id("card", turn.id, 0),
        card_kind="contrast",
        subject={"preference_id": pair.id},
        title=say("contrast.title"),
        quoted=tuple(Quote(name=say(key), text=text) for key, text in texts if text),
        choices=tuple(
            Choice(label=say(f"contrast.{action}"), action=action) for action in ("first", "second", "neither")
        ),
        note=say("contrast.note"),
    )
