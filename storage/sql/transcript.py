"""The terminal's transcript: lines in order, edited in place. It does not know how a line looks on a screen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from storage.domain import TranscriptLine
from storage.errors import NotFound
from storage.sql.repository import Repository
from storage.sql.tables import transcript


class SqlTranscript(Repository):
    async def add(
        self,
        conversation_id: str,
        speaker: str,
        message: Mapping[str, Any],
        at: datetime,
        outbox_id: int | None = None,
        card_id: str | None = None,
    ) -> TranscriptLine:
        def transaction(connection: Connection) -> TranscriptLine:
            _keep_order(connection, conversation_id)
            if outbox_id is not None and (first := _by_post(connection, outbox_id)) is not None:
                return first
            values = {
                "conversation_id": conversation_id,
                "speaker": speaker,
                "message": dict(message),
                "at": at,
                "outbox_id": outbox_id,
                "card_id": card_id,
                "revision": 0,
            }
            added = insert(transcript).values(**values).returning(*transcript.c)
            return _line(connection.execute(added).mappings().one())

        return await self._database.write(transaction)

    async def edit(self, card_id: str, message: Mapping[str, Any]) -> None:
        def transaction(connection: Connection) -> None:
            latest = select(func.max(transcript.c.id)).where(transcript.c.card_id == card_id).scalar_subquery()
            change = update(transcript).where(transcript.c.id == latest)
            change = change.values(message=dict(message), revision=transcript.c.revision + 1)
            if connection.execute(change).rowcount == 0:
                raise NotFound(card_id)

        await self._database.write(transaction)

    async def since(self, conversation_id: str, after_id: int) -> Sequence[TranscriptLine]:
        query = (
            select(transcript)
            .where(transcript.c.conversation_id == conversation_id, transcript.c.id > after_id)
            .order_by(transcript.c.id)
        )

        def transaction(connection: Connection) -> list[TranscriptLine]:
            return [_line(found) for found in connection.execute(query).mappings()]

        return await self._database.read(transaction)

    async def find(self, outbox_id: int) -> TranscriptLine | None:
        return await self._database.read(lambda connection: _by_post(connection, outbox_id))


def _keep_order(connection: Connection, conversation_id: str) -> None:
    """Let nobody add to the conversation until we have: a reader asks for what came after the last id it saw.

    A transcript may begin before its conversation is known, so there is no row to lock.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"transcript {conversation_id}"))))


def _by_post(connection: Connection, outbox_id: int) -> TranscriptLine | None:
    found = connection.execute(select(transcript).where(transcript.c.outbox_id == outbox_id)).mappings().first()
    return None if found is None else _line(found)


def _line(found: RowMapping) -> TranscriptLine:
    return TranscriptLine(
        id=found["id"],
        conversation_id=found["conversation_id"],
        speaker=found["speaker"],
        message=found["message"],
        at=found["at"],
        outbox_id=found["outbox_id"],
        card_id=found["card_id"],
        revision=found["revision"],
    )
