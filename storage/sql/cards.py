"""Cards that were shown, and their one answer. It does not know what their buttons do."""

from sqlalchemy import Connection, RowMapping, select, update

from storage.domain import Card, CardAnswer
from storage.errors import NotFound
from storage.sql.repository import Repository, insert_new
from storage.sql.tables import cards


class SqlCards(Repository):
    async def get(self, card_id: str) -> Card:
        return await self._database.read(lambda connection: _get(connection, card_id))

    async def latest(self, conversation_id: str) -> Card | None:
        query = select(cards).where(cards.c.conversation_id == conversation_id).order_by(cards.c.seq.desc()).limit(1)

        def transaction(connection: Connection) -> Card | None:
            found = connection.execute(query).mappings().first()
            return None if found is None else _card(found)

        return await self._database.read(transaction)

    async def answer(self, card_id: str, action: str, event_id: str) -> CardAnswer:
        def transaction(connection: Connection) -> CardAnswer:
            still_open = update(cards).where(cards.c.id == card_id, cards.c.answered_with.is_(None))
            connection.execute(still_open.values(answered_with=action, answered_by_event=event_id))
            card = _get(connection, card_id)
            return CardAnswer(card=card, accepted=card.answered_by_event == event_id)

        return await self._database.write(transaction)


def record(connection: Connection, card: Card) -> None:
    """Add a card; one whose id is there already is left as it is."""
    insert_new(
        connection,
        cards,
        {
            "id": card.id,
            "conversation_id": card.conversation_id,
            "kind": card.kind,
            "subject": dict(card.subject),
            "actions": dict(card.actions),
            "created_at": card.created_at,
            "answered_with": card.answered_with,
            "answered_by_event": card.answered_by_event,
        },
    )


def _get(connection: Connection, card_id: str) -> Card:
    found = connection.execute(select(cards).where(cards.c.id == card_id)).mappings().first()
    if found is None:
        raise NotFound(card_id)
    return _card(found)


def _card(found: RowMapping) -> Card:
    return Card(
        id=found["id"],
        conversation_id=found["conversation_id"],
        kind=found["kind"],
        subject=found["subject"],
        actions=found["actions"],
        created_at=found["created_at"],
        answered_with=found["answered_with"],
        answered_by_event=found["answered_by_event"],
    )
