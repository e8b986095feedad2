"""Take the author's yes or no to the use of their message."""

from dataclasses import replace

from langgraph.runtime import Runtime

from agent.belongings import offer_to_forget
from agent.context import Context
from agent.forgetting import forget_proposed
from agent.replies import AnyReply, Say
from agent.reports.cards import closed_card, decided_already
from agent.reports.consent_card import FORGET, NO, YES, agreed_card
from agent.rows import keep, placed
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import harmless, say
from storage.domain import Consent, Row, RowStatus, stable_id
from storage.errors import NotFound


async def give_consent(state: State, runtime: Runtime[Context]) -> Position:
    """Nobody but the author can answer, and once. Whoever proposed the message is told; a yes can be taken back later."""
    context, turn = runtime.context, turn_of(state)
    assert turn.card is not None, "the router sends presses of known cards only"
    subject = turn.card["subject"]
    if not turn.is_by(subject.get("author_id")):
        return {"replies": answered(Say(text=say("consent.not_yours"), private=True))}
    if turn.action == FORGET:
        # as ``/tune forget`` in the project, for somebody who may not be in it at all
        return {"replies": answered(await offer_to_forget(context, turn, str(subject["project_id"])))}
    if turn.action not in (YES, NO):
        return {"replies": answered(Say(text=say("card.gone"), private=True))}
    answer = await context.store.cards.answer(turn.card["id"], turn.action, turn.id)
    if not answer.accepted:
        return {"replies": answered(decided_already(answer.card, turn.card["labels"]))}
    try:
        row = await context.store.rows.get(str(subject["row_id"]))
    except NotFound:  # its author has taken back everything since
        return {"replies": answered(_closed(turn, "consent.title_gone"))}
    decide = _agreed if turn.action == YES else _declined
    return {"replies": answered(*await decide(context, turn, row))}


async def _agreed(context: Context, turn: Turn, row: Row) -> list[AnyReply]:
    """The consent is kept with the press as its proof; from then on the row waits for a decision like any other."""
    assert turn.card is not None, "only after a press"
    consent = Consent(
        id=stable_id("consent", turn.id),
        person_id=turn.person_id,
        project_id=row.project_id,
        event_id=turn.id,
        given_at=turn.at,
        row_id=row.id,
    )
    await context.store.people.put_consent(consent)
    if not await _opened(context, row):
        await forget_proposed(context, row)
        return [_closed(turn, "consent.title_twin"), await _told(context, turn, row, "consent.twin")]
    subject = {name: str(value) for name, value in turn.card["subject"].items()}
    return [agreed_card(turn.card["id"], subject), await _told(context, turn, row, "consent.given")]


async def _opened(context: Context, row: Row) -> bool:
    """False if the same example came in meanwhile. One that was opened by this turn before it broke off stays so, also
    if somebody has decided it by now."""
    if row.output and row.status in (RowStatus.PROPOSED, RowStatus.PENDING):
        return await keep(context, replace(await placed(context, row), status=RowStatus.PENDING))
    return bool(row.output)


async def _declined(context: Context, turn: Turn, row: Row) -> list[AnyReply]:
    await forget_proposed(context, row)
    return [_closed(turn, "consent.title_no"), await _told(context, turn, row, "consent.declined")]


def _closed(turn: Turn, title_key: str) -> AnyReply:
    assert turn.card is not None, "only after a press"
    return closed_card(turn.card["id"], "consent", turn.card["subject"], title_key)


async def _told(context: Context, turn: Turn, row: Row, key: str) -> Say:
    """What the proposer hears, directly."""
    assert turn.card is not None, "only after a press"
    author = await context.store.people.get(row.author_id)
    name = harmless(author.display_name if author else "") or say("message.somebody")
    project = await context.store.projects.get(row.project_id)
    text = say(key, author=name[:1].upper() + name[1:], name=project.name)
    return Say(text=text, to=str(turn.card["subject"]["proposer_id"]))
