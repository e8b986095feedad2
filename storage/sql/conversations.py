"""Conversations, and the lock under which anything is written in order into one.

A sequence of PostgreSQL may give 7 to a transaction that commits after the one that got 8. Whoever writes into a
conversation therefore locks its row first. SQLite has one writer at a time, and the lock says nothing there.
"""

from sqlalchemy import Connection, RowMapping, select, update

from storage.domain import Conversation
from storage.errors import NotFound
from storage.sql.repository import Repository, insert_new
from storage.sql.tables import conversations


class SqlConversations(Repository):
    async def get(self, conversation_id: str) -> Conversation:
        return await self._database.read(lambda connection: _get(connection, conversation_id))

    async def set_project(self, conversation_id: str, project_id: str | None) -> None:
        def transaction(connection: Connection) -> None:
            change = update(conversations).where(conversations.c.id == conversation_id).values(project_id=project_id)
            if connection.execute(change).rowcount == 0:
                raise NotFound(conversation_id)

        await self._database.write(transaction)


def ensure(connection: Connection, conversation: Conversation) -> None:
    """Add the conversation unless it is known, and lock it until the transaction ends."""
    insert_new(
        connection,
        conversations,
        {
            "id": conversation.id,
            "platform": conversation.platform,
            "address": dict(conversation.address),
            "project_id": conversation.project_id,
        },
    )
    lock(connection, conversation.id)


def lock(connection: Connection, conversation_id: str) -> RowMapping:
    """Lock the conversation until the transaction ends, and return its row. Raises NotFound."""
    query = select(conversations).where(conversations.c.id == conversation_id).with_for_update(key_share=True)
    found = connection.execute(query).mappings().first()
    if found is None:
        raise NotFound(conversation_id)
    return found


def _get(connection: Connection, conversation_id: str) -> Conversation:
    found = connection.execute(select(conversations).where(conversations.c.id == conversation_id)).mappings().first()
    if found is None:
        raise NotFound(conversation_id)
    return Conversation(
        id=found["id"], platform=found["platform"], address=found["address"], project_id=found["project_id"]
    )
