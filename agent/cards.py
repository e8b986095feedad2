"""Cards that were shown before: found by the id that a conversation remembers, and closed where another takes their place.

What stands on a card it does not know.
"""

from agent.context import Context
from agent.replies import ShowCard
from agent.reports.cards import closed_card
from agent.state import State, Turn
from storage.domain import Card
from storage.errors import NotFound


async def known_card(context: Context, card_id: str | None) -> Card | None:
    """None where there is no such card: the turn that made it may have been given up before it was shown."""
    try:
        return await context.store.cards.get(card_id or "")
    except NotFound:
        return None


async def card_in_hand(context: Context, turn: Turn, state: State) -> Card | None:
    """The one whose button or form was used; else the one about which words are waited for."""
    return await known_card(context, turn.card["id"] if turn.card else state.get("card_id"))


async def closed_for_another(
    context: Context, turn: Turn, card_id: str | None, answer: str, kind: str, title_key: str
) -> list[ShowCard]:
    """The last face of a card that was still open, now answered with ``answer``; nothing of one that was not."""
    card = await known_card(context, card_id)
    if card is None or not (await context.store.cards.answer(card.id, answer, turn.id)).accepted:
        return []
    return [closed_card(card.id, kind, card.subject, title_key)]
