"""Conversations, and the lock under which anything is written in order into one.

A sequence of PostgreSQL may give 7 to a transaction that commits after the one that got 8. Whoever writes into a
conversation therefore locks its row first. SQLite has one writer at a time, and the lock says nothing there.
"""

import sys
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, and_, func, literal, or_, select, update
from sqlalchemy.sql.expression import ColumnElement

from storage.domain import Conversation, EventKind, direct_conversation
from storage.errors import NotFound
from storage.forgotten import Taken, is_taken, line_without, message_without, payload_without, quoted_about
from storage.sql.repository import Repository, chunks, insert_new
from storage.sql.tables import answers, cards, conversations, events, outbox, rows, runs, transcript


class SqlConversations(Repository):
    async def get(self, conversation_id: str) -> Conversation:
        return await self._database.read(lambda connection: _get(connection, conversation_id))

    async def set_project(self, conversation_id: str, project_id: str | None) -> None:
        def transaction(connection: Connection) -> None:
            change = update(conversations).where(conversations.c.id == conversation_id).values(project_id=project_id)
            if connection.execute(change).rowcount == 0:
                raise NotFound(conversation_id)

        await self._database.write(transaction)

    async def within(self, prefix: str) -> Sequence[tuple[Conversation, datetime | None]]:
        heard = (
            select(func.max(events.c.received_at))
            .where(
                events.c.conversation_id == conversations.c.id,
                events.c.person_id.is_not(None),
                events.c.kind != EventKind.REMINDER,
            )
            .scalar_subquery()
            .label("heard_last")
        )
        query = (
            select(conversations, heard)
            .where(_begins_with(prefix))
            .order_by(heard.desc().nulls_last(), conversations.c.id)
        )

        def transaction(connection: Connection) -> list[tuple[Conversation, datetime | None]]:
            return [(_conversation(found), found["heard_last"]) for found in connection.execute(query).mappings()]

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
        def transaction(connection: Connection) -> list[str]:
            brought: list[str] = []
            theirs = _of_project(connection, project_id, event_ids)
            concerned = _concerned(connection, project_id, person_id, event_ids, about)
            for conversation_id in concerned:  # always in the same order
                lock(connection, conversation_id)
            named = _cards_about(connection, concerned, set(about))
            gone = (set(texts) | _quoted_about(connection, concerned, named, set(about))) - {""}
            taken = Taken(
                person_id=person_id,
                event_ids=set(event_ids),
                texts=gone,
                about=set(about),
                cards=named,
                instead=instead,
            )
            for conversation_id in concerned:
                said, files = _forget_events(connection, conversation_id, taken)
                _forget_posts(connection, conversation_id, said, taken)
                brought += files if conversation_id in theirs else []
            _forget_answers(connection, project_id, taken)
            elsewhere = select(rows.c.event_id).where(rows.c.project_id != project_id, rows.c.author_id == person_id)
            kept = set(connection.execute(elsewhere.distinct()).scalars())
            return [event_id for event_id in brought if event_id not in kept]

        return await self._database.write(transaction)

    async def concerned(
        self, project_id: str, person_id: str, event_ids: Collection[str], about: Collection[str] = ()
    ) -> Sequence[str]:
        return await self._database.read(
            lambda connection: _concerned(connection, project_id, person_id, event_ids, about)
        )


def _concerned(
    connection: Connection, project_id: str, person_id: str, event_ids: Collection[str], about: Collection[str]
) -> list[str]:
    shown = _shown_in(connection, project_id, person_id, about)
    return sorted(_of_project(connection, project_id, event_ids) | shown)


def _of_project(connection: Connection, project_id: str, event_ids: Collection[str]) -> set[str]:
    """The conversations in which something was given to the project."""
    found = set(
        connection.execute(select(conversations.c.id).where(conversations.c.project_id == project_id)).scalars()
    )
    found |= set(connection.execute(select(runs.c.conversation_id).where(runs.c.project_id == project_id)).scalars())
    for chunk in chunks(event_ids):
        found |= set(connection.execute(select(events.c.conversation_id).where(events.c.id.in_(chunk))).scalars())
    known: set[str] = set()
    for chunk in chunks(found):
        known |= set(connection.execute(select(conversations.c.id).where(conversations.c.id.in_(chunk))).scalars())
    return known


def _shown_in(connection: Connection, project_id: str, person_id: str, about: Collection[str]) -> set[str]:
    """The person's direct conversation, and those in which a card about these was shown. It reads every card."""
    each = func.json_each_text if connection.dialect.name == "postgresql" else func.json_each
    subject = each(cards.c.subject).table_valued("key", "value")
    direct = select(conversations.c.id).where(conversations.c.id == person_id)
    found = set(connection.execute(direct).scalars())
    for chunk in chunks({project_id, *about} if about else ()):
        names_one = select(literal(1)).select_from(subject).where(subject.c.value.in_(chunk)).exists()
        found |= set(connection.execute(select(cards.c.conversation_id).distinct().where(names_one)).scalars())
    return found


def _cards_about(connection: Connection, conversation_ids: Collection[str], about: set[str]) -> set[str]:
    found: set[str] = set()
    for conversation_id in conversation_ids if about else ():
        shown = select(cards.c.id, cards.c.subject).where(cards.c.conversation_id == conversation_id)
        subjects = connection.execute(shown).all()
        found |= {card_id for card_id, subject in subjects if about & set(map(str, subject.values()))}
    return found


def _quoted_about(
    connection: Connection, conversation_ids: Collection[str], named: set[str], about: set[str]
) -> set[str]:
    """What the cards about these quoted, whatever they quote by now."""
    found: set[str] = set()
    for conversation_id in conversation_ids if about else ():
        for table in (outbox, transcript):
            said = select(table.c.message).where(table.c.conversation_id == conversation_id)
            for message in connection.execute(said).scalars():
                found |= quoted_about(message, named, about)
    return found


def _forget_events(connection: Connection, conversation_id: str, taken: Taken) -> tuple[set[str], list[str]]:
    """The events that were blanked wholly, and those with which the person brought files."""
    theirs = and_(events.c.kind == EventKind.MESSAGE, events.c.person_id == taken.person_id)
    query = select(events.c.id, events.c.person_id, events.c.kind, events.c.payload).where(
        events.c.conversation_id == conversation_id,
        or_(theirs, events.c.kind == EventKind.FORM),
        events.c.finished_at.is_not(None),
    )
    said: set[str] = set()
    brought: list[str] = []
    for event_id, person_id, kind, payload in connection.execute(query).all():
        whole = is_taken(event_id, person_id, EventKind(kind), payload, taken)
        if whole:
            said.add(event_id)
        blank = payload_without(payload, taken, whole) if whole or person_id == taken.person_id else payload
        if blank != payload:
            connection.execute(update(events).where(events.c.id == event_id).values(payload=blank))
        if person_id == taken.person_id and payload.get("files"):
            brought.append(event_id)
    return said, brought


def _forget_posts(connection: Connection, conversation_id: str, said: set[str], taken: Taken) -> None:
    posts = select(outbox.c.id, outbox.c.message).where(outbox.c.conversation_id == conversation_id)
    for post_id, message in connection.execute(posts).all():
        if (blank := message_without(message, taken)) != message:
            connection.execute(update(outbox).where(outbox.c.id == post_id).values(message=blank))
    lines = select(transcript.c.id, transcript.c.message).where(transcript.c.conversation_id == conversation_id)
    for line_id, message in connection.execute(lines).all():
        if (blank := line_without(message, said, taken)) != message:
            change = update(transcript).where(transcript.c.id == line_id)
            connection.execute(change.values(message=blank, revision=transcript.c.revision + 1))


def _forget_answers(connection: Connection, project_id: str, taken: Taken) -> None:
    shown = select(answers.c.id, answers.c.request, answers.c.text).where(answers.c.project_id == project_id)
    for answer_id, *texts in connection.execute(shown).all():
        request, text = (taken.instead if taken.has(one) else one for one in texts)
        if [request, text] != texts:
            change = update(answers).where(answers.c.id == answer_id)
            connection.execute(change.values(request=request, text=text))


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
    if (known := _lock(connection, conversation.id)) is not None:
        return known  # as nearly always: one statement less for each event
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


def ensure_place(connection: Connection, conversation_id: str, person_id: str) -> None:
    """Make a person's direct conversation if it is not there. Any other must be; a foreign key says if it is not."""
    if conversation_id == person_id:
        ensure(connection, direct_conversation(person_id))


def move(connection: Connection, known: RowMapping, conversation: Conversation) -> None:
    """Give a locked conversation the address that its latest event came from."""
    if (known["address"], known["shared"]) != (dict(conversation.address), conversation.shared):
        change = update(conversations).where(conversations.c.id == conversation.id)
        connection.execute(change.values(address=dict(conversation.address), shared=conversation.shared))


def lock(connection: Connection, conversation_id: str) -> RowMapping:
    """Lock the conversation until the transaction ends, and return its row. Raises NotFound."""
    if (found := _lock(connection, conversation_id)) is None:
        raise NotFound(conversation_id)
    return found


def _lock(connection: Connection, conversation_id: str) -> RowMapping | None:
    query = select(conversations).where(conversations.c.id == conversation_id).with_for_update(key_share=True)
    return connection.execute(query).mappings().first()


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
