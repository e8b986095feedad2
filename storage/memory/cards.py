"""Cards that were shown, and their one answer. It does not know what their buttons do."""

from dataclasses import replace

from storage.domain import Card, CardAnswer
from storage.memory.facts import Repository, need


class MemoryCards(Repository):
    async def get(self, card_id: str) -> Card:
        return need(self._facts.cards, card_id)

    async def latest(self, conversation_id: str) -> Card | None:
        shown = [card for card in self._facts.cards.values() if card.conversation_id == conversation_id]
        return shown[-1] if shown else None

    async def answer(self, card_id: str, action: str, event_id: str) -> CardAnswer:
        card = need(self._facts.cards, card_id)
        if card.answered_with is None:
            card = self._facts.cards[card_id] = replace(card, answered_with=action, answered_by_event=event_id)
        return CardAnswer(card=card, accepted=card.answered_by_event == event_id)
