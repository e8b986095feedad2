"""Conversations, and the lock under which anything is written in order into one.

A sequence of PostgreSQL may give 7 to a transaction that commits after the one that got 8. Whoever writes into a
conversation therefore locks its row first. SQLite has one writer at a time, and the lock says nothing there.
"""

import sys
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, Select, and_, func, select, update
from sqlalchemy.sql.expression import ColumnElement

from storage.domain import Conversation, EventKind
from storage.errors import NotFound
from storage.forgotten import is_said_again, line_without, message_without, payload_without, quoted_about
from storage.sql.repository import Repository, chunks, insert_new
from storage.sql.tables import cards, conversations, events, outbox, rows, runs, transcript


class SqlConversations(Repository):
    async def get(self, conversation_id: str) -> Conversation:
        return await self._database.read(lambda connection: _get(connection, conversation_id))

    async def set_project(self, conversation_id: str, project_id: str | None) -> None:
        def transaction(connection: Connection) -> None:
            change = update(conversations).where(conversations.c.id == conversation_id).values(project_id=project_id)
            if connection.execute(change).rowcount == 0:
                raise NotFound(conversation_id)

        await self._database.write(transaction)

    async def within(self, prefix: str) -> Sequence[Conversation]:
        heard = heard_in(conversations.c.id).scalar_subquery()
        query = (
            select(conversations).where(_begins_with(prefix)).order_by(heard.desc().nulls_last(), conversations.c.id)
        )

        def transaction(connection: Connection) -> list[Conversation]:
            return [_conversation(found) for found in connection.execute(query).mappings()]

        return await self._database.read(transaction)

    async def forget(
        self,
        project_id: str,
        person_id: str,
        event_ids: Collection[str],
        texts: Collection[str],
        instead: str,
        about: Collection[str] = (),
    ) -> Sequence[str]:
        named = set(about)

        def transaction(connection: Connection) -> list[str]:
            brought: list[str] = []
            concerned = _concerned(connection, project_id, event_ids)
            for conversation_id in concerned:
                lock(connection, conversation_id)
            gone = (set(texts) | _quoted_about(connection, concerned, named)) - {""}
            for conversation_id in concerned:
                said, files = _forget_events(connection, conversation_id, person_id, set(event_ids), gone, instead)
                _forget_posts(connection, conversation_id, said, gone, instead)
                brought += files
            elsewhere = select(rows.c.event_id).where(rows.c.project_id != project_id, rows.c.author_id == person_id)
            kept = set(connection.execute(elsewhere.distinct()).scalars())
            return [event_id for event_id in brought if event_id not in kept]

        return await self._database.write(transaction)


def _concerned(connection: Connection, project_id: str, event_ids: Collection[str]) -> list[str]:
    """The conversations that may quote rows of the project, in an order that is always the same."""
    found = set(
        connection.execute(select(conversations.c.id).where(conversations.c.project_id == project_id)).scalars()
    )
    found |= set(connection.execute(select(runs.c.conversation_id).where(runs.c.project_id == project_id)).scalars())
    for chunk in chunks(event_ids):
        found |= set(connection.execute(select(events.c.conversation_id).where(events.c.id.in_(chunk))).scalars())
    known: set[str] = set()
    for chunk in chunks(found):
        known |= set(connection.execute(select(conversations.c.id).where(conversations.c.id.in_(chunk))).scalars())
    return sorted(known)


def _quoted_about(connection: Connection, conversation_ids: Collection[str], about: set[str]) -> set[str]:
    """What the cards about these quoted, whatever they quote by now."""
    found: set[str] = set()
    for conversation_id in conversation_ids if about else ():
        shown = select(cards.c.id, cards.c.subject).where(cards.c.conversation_id == conversation_id)
        subjects = connection.execute(shown).all()
        named = {card_id for card_id, subject in subjects if about & set(map(str, subject.values()))}
        for table in (outbox, transcript):
            said = select(table.c.message).where(table.c.conversation_id == conversation_id)
            for message in connection.execute(said).scalars():
                found |= quoted_about(message, named, about)
    return found


def _forget_events(
    connection: Connection, conversation_id: str, person_id: str, event_ids: set[str], texts: set[str], instead: str
) -> tuple[set[str], list[str]]:
    """The events that were blanked, and those that brought files."""
    query = select(events.c.id, events.c.payload).where(
        events.c.conversation_id == conversation_id,
        events.c.person_id == person_id,
        events.c.kind == EventKind.MESSAGE,
        events.c.finished_at.is_not(None),
    )
    said: set[str] = set()
    brought: list[str] = []
    for event_id, payload in connection.execute(query).all():
        if event_id in event_ids or is_said_again(payload, texts):
            said.add(event_id)
            blank = payload_without(payload, instead)
            connection.execute(update(events).where(events.c.id == event_id).values(payload=blank))
        if payload.get("files"):
            brought.append(event_id)
    return said, brought


def _forget_posts(connection: Connection, conversation_id: str, said: set[str], texts: set[str], instead: str) -> None:
    posts = select(outbox.c.id, outbox.c.message).where(outbox.c.conversation_id == conversation_id)
    for post_id, message in connection.execute(posts).all():
        if (blank := message_without(message, texts, instead)) != message:
            connection.execute(update(outbox).where(outbox.c.id == post_id).values(message=blank))
    lines = select(transcript.c.id, transcript.c.message).where(transcript.c.conversation_id == conversation_id)
    for line_id, message in connection.execute(lines).all():
        if (blank := line_without(message, said, texts, instead)) != message:
            change = update(transcript).where(transcript.c.id == line_id)
            connection.execute(change.values(message=blank, revision=transcript.c.revision + 1))


def heard_in(conversation_id: str | ColumnElement[str]) -> Select[datetime | None]:
    """When the latest event that a person caused in the conversation was received."""
    return select(func.max(events.c.received_at)).where(
        events.c.conversation_id == conversation_id, events.c.person_id.is_not(None)
    )


def _begins_with(prefix: str) -> ColumnElement[bool]:
    """As a range, which an index serves; ``LIKE`` would take ``%`` and ``_`` for more than they are."""
    after = _after_all_with(prefix)
    begun = conversations.c.id >= prefix
    return begun if after is None else and_(begun, conversations.c.id < after)


def _after_all_with(prefix: str) -> str | None:
    """The first text, by code points, after all that begin with ``prefix``; None if there is none."""
    kept = prefix.rstrip(chr(sys.maxunicode))
    if not kept:
        return None
    following = ord(kept[-1]) + 1
    return kept[:-1] + chr(0xE000 if following == 0xD800 else following)  # between these lies what no text may hold


def ensure(connection: Connection, conversation: Conversation) -> RowMapping:
    """Add the conversation unless it is known, lock it until the transaction ends, and return its row."""
    insert_new(
        connection,
        conversations,
        {
            "id": conversation.id,
            "platform": conversation.platform,
            "address": dict(conversation.address),
            "project_id": conversation.project_id,
            "shared": conversation.shared,
        },
    )
    return lock(connection, conversation.id)


def move(connection: Connection, known: RowMapping, conversation: Conversation) -> None:
    """Give a locked conversation the address that its latest event came from."""
    if (known["address"], known["shared"]) != (dict(conversation.address), conversation.shared):
        change = update(conversations).where(conversations.c.id == conversation.id)
        connection.execute(change.values(address=dict(conversation.address), shared=conversation.shared))


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
    return _conversation(found)


def _conversation(found: RowMapping) -> Conversation:
    return Conversation(
        id=found["id"],
        platform=found["platform"],
        address=found["address"],
        project_id=found["project_id"],
        shared=found["shared"],
    )
