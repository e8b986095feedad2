"""Take the pick between two drafts, and ask why: one line teaches more than the pick alone."""

from dataclasses import replace

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.context import Context
from agent.permissions import Action
from agent.replies import Quote, Say, ShowCard
from agent.reports.cards import decided_already
from agent.rows import plain, unfinished_row
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Pick, Preference
from storage.errors import NotFound

_PICKS: dict[str, Pick] = {"first": "first", "second": "second"}


async def pick_draft(state: State, runtime: Runtime[Context]) -> Position:
    """Whoever was shown the pair picks, once. With neither, they write the answer themselves."""
    context, turn = runtime.context, turn_of(state)
    assert turn.card is not None, "the router sends presses of known cards only"
    try:
        pair = await context.store.preferences.get(str(turn.card["subject"]["preference_id"]))
    except NotFound:
        return {"replies": answered(Say(text=say("contrast.gone")))}
    refused = await refusal(context, pair.project_id, turn.person_id, Action.GIVE)
    if refused:
        return {"replies": answered(refused)}
    if not turn.is_by(pair.author_id):
        return {"replies": answered(Say(text=say("contrast.not_yours"), private=True))}
    answer = await context.store.cards.answer(turn.card["id"], turn.action, turn.id)
    if not answer.accepted:
        return {"replies": answered(decided_already(answer.card, turn.card["labels"]))}
    picked = _PICKS.get(turn.action)
    if picked is None:
        return await _write_own(context, turn, pair)
    consent = await context.store.people.consent(turn.person_id, pair.project_id)
    await context.store.preferences.decide(pair.id, picked, "", None, consent.id if consent else None)
    face = _face(turn, pair, say("contrast.title_picked", label=say(f"contrast.{picked}")), picked)
    return {
        "stage": "reason",
        "preference_id": pair.id,
        "replies": answered(face, Say(text=say("contrast.ask_reason"))),
    }


async def _write_own(context: Context, turn: Turn, pair: Preference) -> Position:
    row = replace(unfinished_row(turn, pair.project_id, pair.instruction), input=plain(pair.input))
    await context.store.rows.add([row])
    face = _face(turn, pair, say("contrast.title_neither"))
    ask = Say(text=say("contrast.ask_own"))
    return {"stage": "output", "row_id": row.id, "replies": answered(face, ask)}


def _face(turn: Turn, pair: Preference, title: str, picked: Pick | None = None) -> ShowCard:
    """The card without its buttons: the request, and the draft that was picked."""
    assert turn.card is not None, "only after a press"
    chosen = {"first": pair.first, "second": pair.second}.get(picked or "", "")
    texts = (("row.instruction", pair.instruction), ("row.input", pair.input), (f"contrast.{picked}", chosen))
    return ShowCard(
        card_id=turn.card["id"],
        card_kind="contrast",
        subject={"preference_id": pair.id},
        title=title,
        quoted=tuple(Quote(name=say(key), text=text) for key, text in texts if text),
        edit=True,
    )
