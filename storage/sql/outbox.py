"""The outbox: messages on their way out, in order within a conversation, each posted by one worker at a time.

It does not know platforms or what a message says. The lease stands on the conversation's outgoing side.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, func, or_, select, update

from storage.domain import OutboxItem, OutboxKind, OutboxState, Outgoing, direct_conversation
from storage.errors import LeaseLost, NotFound
from storage.sql.conversations import ensure, lock
from storage.sql.repository import Repository, insert_new
from storage.sql.tables import conversations, one_of, outbox

_unfinished = one_of(outbox.c.state, OutboxState.WAITING, OutboxState.POSTING)
_ENDINGS = (OutboxState.POSTED, OutboxState.UNKNOWN, OutboxState.REFUSED)
_NEVER_SHOWN = (OutboxState.SUPERSEDED, OutboxState.REFUSED)


class SqlOutbox(Repository):
    async def put(self, conversation_id: str, cause: str, outgoing: Sequence[Outgoing], now: datetime) -> None:
        await self._database.write(lambda connection: queue(connection, conversation_id, cause, outgoing, now))

    async def claim(
        self, worker: str, platforms: Collection[str], now: datetime, lease: timedelta
    ) -> OutboxItem | None:
        if not await self._database.read(lambda connection: _free(connection, platforms, now) is not None):
            return None  # no need to ask for the right to write

        def transaction(connection: Connection) -> OutboxItem | None:
            while (conversation_id := _free(connection, platforms, now, locked=True)) is not None:
                # Only now that it is locked is it certain which of its messages still waits.
                oldest = _oldest(connection, conversation_id)
                if oldest is not None:
                    return _lease(connection, oldest, worker, now, now + lease)
            return None

        return await self._database.write(transaction)

    async def renew(self, item_id: int, worker: str, until: datetime) -> None:
        def transaction(connection: Connection) -> None:
            item = _held(connection, item_id, worker)
            extend = update(conversations).where(conversations.c.id == item["conversation_id"])
            connection.execute(extend.values(outbox_until=until))

        await self._database.write(transaction)

    async def finish(
        self,
        item_id: int,
        worker: str,
        state: OutboxState,
        receipt: Mapping[str, Any] | None = None,
        error: str | None = None,
    ) -> None:
        if state not in _ENDINGS:
            raise ValueError(f"posting does not end as {state.value!r}")

        def transaction(connection: Connection) -> None:
            query = select(outbox.c.posted_by, outbox.c.state).where(outbox.c.id == item_id)
            if connection.execute(query).one_or_none() == (worker, state):
                return
            item = _held(connection, item_id, worker)
            ended = update(outbox).where(outbox.c.id == item_id)
            kept = None if receipt is None else dict(receipt)
            connection.execute(ended.values(state=state, receipt=kept, error=error, posted_by=worker))
            _give_back(connection, item["conversation_id"])

        await self._database.write(transaction)

    async def retry_later(self, item_id: int, worker: str, retry_at: datetime, perhaps_posted: bool = False) -> None:
        def transaction(connection: Connection) -> None:
            item = _held(connection, item_id, worker)
            if not perhaps_posted:
                state = OutboxState.SUPERSEDED if _edited_later(connection, item) else OutboxState.WAITING
                connection.execute(update(outbox).where(outbox.c.id == item_id).values(state=state))
            _give_back(connection, item["conversation_id"], outbox_not_before=retry_at)

        await self._database.write(transaction)

    async def receipt_of_card(self, card_id: str) -> Mapping[str, Any] | None:
        query = (
            select(outbox.c.receipt)
            .where(outbox.c.card_id == card_id, outbox.c.state == OutboxState.POSTED, outbox.c.receipt.is_not(None))
            .order_by(outbox.c.id.desc())
            .limit(1)
        )
        return await self._database.read(lambda connection: connection.execute(query).scalar())

    async def face_of_card(self, card_id: str) -> Mapping[str, Any] | None:
        query = (
            select(outbox.c.message)
            .where(outbox.c.card_id == card_id, outbox.c.state.not_in(_NEVER_SHOWN))
            .order_by(outbox.c.id.desc())
            .limit(1)
        )
        return await self._database.read(lambda connection: connection.execute(query).scalar())

    async def waiting(self, conversation_id: str) -> int:
        query = select(func.count()).where(outbox.c.conversation_id == conversation_id, _unfinished)
        return await self._database.read(lambda connection: connection.execute(query).scalar_one())

    async def by_cause(self, cause: str) -> Sequence[OutboxItem]:
        query = select(outbox).where(outbox.c.cause == cause).order_by(outbox.c.position, outbox.c.id)

        def transaction(connection: Connection) -> list[OutboxItem]:
            return [_item(found) for found in connection.execute(query).mappings()]

        return await self._database.read(transaction)

    async def get(self, item_id: int) -> OutboxItem:
        query = select(outbox).where(outbox.c.id == item_id)

        def transaction(connection: Connection) -> OutboxItem:
            found = connection.execute(query).mappings().first()
            if found is None:
                raise NotFound(str(item_id))
            return _item(found)

        return await self._database.read(transaction)


def queue(
    connection: Connection, conversation_id: str, cause: str, outgoing: Sequence[Outgoing], now: datetime
) -> None:
    """Queue messages by position, each once. Raises NotFound if there is no such conversation."""
    lock_all(connection, conversation_id, outgoing)
    for out in sorted(outgoing, key=lambda out: out.position):
        goes_to = conversation_id if out.to is None else out.to
        fresh = insert_new(
            connection,
            outbox,
            {
                "conversation_id": goes_to,
                "cause": cause,
                "position": out.position,
                "kind": out.kind,
                "message": dict(out.message),
                "card_id": out.card_id,
                "state": OutboxState.WAITING,
                "queued_at": now,
            },
        )
        if fresh and out.kind is OutboxKind.EDIT and out.card_id is not None:
            _drop_stale_edits(connection, goes_to, cause, out)


def lock_all(connection: Connection, conversation_id: str, outgoing: Sequence[Outgoing]) -> None:
    """Lock every conversation that these go to, and make the direct ones that are not there. Raises NotFound.

    Always in the order of their ids: two people who are written to from each other's conversations at the same time
    would otherwise wait for one another.
    """
    directly = {out.to for out in outgoing if out.to is not None}
    for each in sorted({conversation_id, *directly}):
        if each in directly:
            ensure(connection, direct_conversation(each))
        else:
            lock(connection, each)


def _drop_stale_edits(connection: Connection, conversation_id: str, cause: str, latest: Outgoing) -> None:
    stale = update(outbox).where(
        outbox.c.conversation_id == conversation_id,
        outbox.c.card_id == latest.card_id,
        outbox.c.kind == OutboxKind.EDIT,
        outbox.c.state == OutboxState.WAITING,
        or_(outbox.c.cause != cause, outbox.c.position != latest.position),
    )
    connection.execute(stale.values(state=OutboxState.SUPERSEDED))


def _edited_later(connection: Connection, item: RowMapping) -> bool:
    if item["kind"] != OutboxKind.EDIT or item["card_id"] is None:
        return False
    later = select(outbox.c.id).where(
        outbox.c.conversation_id == item["conversation_id"],
        outbox.c.card_id == item["card_id"],
        outbox.c.kind == OutboxKind.EDIT,
        outbox.c.id > item["id"],
    )
    return connection.execute(later.limit(1)).first() is not None


def _free(connection: Connection, platforms: Collection[str], now: datetime, locked: bool = False) -> str | None:
    """A conversation with a message that waits and an outgoing side that nobody works on: the one whose turn was longest
    ago, or never. Of several, the one whose oldest message has waited longest."""
    query = (
        select(conversations.c.id)
        .join(outbox, outbox.c.conversation_id == conversations.c.id)
        .where(
            _unfinished,
            conversations.c.platform.in_(list(platforms)),
            or_(conversations.c.outbox_until.is_(None), conversations.c.outbox_until <= now),
            or_(conversations.c.outbox_not_before.is_(None), conversations.c.outbox_not_before <= now),
        )
        .order_by(conversations.c.outbox_not_before.nulls_first(), outbox.c.id)
        .limit(1)
    )
    if locked:
        query = query.with_for_update(of=conversations, key_share=True, skip_locked=True)
    return connection.execute(query).scalar()


def _oldest(connection: Connection, conversation_id: str) -> OutboxItem | None:
    query = (
        select(outbox).where(outbox.c.conversation_id == conversation_id, _unfinished).order_by(outbox.c.id).limit(1)
    )
    found = connection.execute(query).mappings().first()
    return None if found is None else _item(found)


def _lease(connection: Connection, item: OutboxItem, worker: str, now: datetime, until: datetime) -> OutboxItem:
    """``outbox_not_before`` remembers when the conversation had its turn, until a later time is set."""
    if item.state is OutboxState.WAITING or item.address is None:
        of = select(conversations.c.address).where(conversations.c.id == item.conversation_id)
        item = replace(item, address=connection.execute(of).scalar_one())
    handed_over = {"state": OutboxState.POSTING, "address": item.address}
    connection.execute(update(outbox).where(outbox.c.id == item.id).values(**handed_over))
    taken = {"outbox_owner": worker, "outbox_item_id": item.id, "outbox_until": until, "outbox_not_before": now}
    connection.execute(update(conversations).where(conversations.c.id == item.conversation_id).values(**taken))
    return item


def _give_back(connection: Connection, conversation_id: str, **later: datetime) -> None:
    free = {"outbox_owner": None, "outbox_item_id": None, "outbox_until": None, **later}
    connection.execute(update(conversations).where(conversations.c.id == conversation_id).values(**free))


def _held(connection: Connection, item_id: int, worker: str) -> RowMapping:
    """Lock the message's conversation and return the message, if this worker holds it. Raises LeaseLost."""
    query = select(outbox).where(outbox.c.id == item_id)
    item = connection.execute(query).mappings().first()
    if item is None:
        raise LeaseLost(str(item_id))
    conversation = lock(connection, item["conversation_id"])
    if (conversation["outbox_owner"], conversation["outbox_item_id"]) != (worker, item_id):
        raise LeaseLost(str(item_id))
    return item


def _item(found: RowMapping) -> OutboxItem:
    return OutboxItem(
        id=found["id"],
        conversation_id=found["conversation_id"],
        cause=found["cause"],
        position=found["position"],
        kind=OutboxKind(found["kind"]),
        message=found["message"],
        card_id=found["card_id"],
        state=OutboxState(found["state"]),
        address=found["address"],
        receipt=found["receipt"],
        error=found["error"],
    )
