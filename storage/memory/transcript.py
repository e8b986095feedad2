"""The terminal's transcript: lines in order, edited in place. It does not know how a line looks on a screen."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from storage.domain import TranscriptLine
from storage.errors import NotFound
from storage.memory.facts import Repository, json_copy


class MemoryTranscript(Repository):
    async def add(
        self,
        conversation_id: str,
        speaker: str,
        message: Mapping[str, Any],
        at: datetime,
        outbox_id: int | None = None,
        card_id: str | None = None,
    ) -> TranscriptLine:
        if outbox_id is not None and (first := await self.find(outbox_id)) is not None:
            return first
        line = TranscriptLine(
            id=next(self._facts.ids),
            conversation_id=conversation_id,
            speaker=speaker,
            message=json_copy(dict(message)),
            at=at,
            outbox_id=outbox_id,
            card_id=card_id,
        )
        self._facts.transcript[line.id] = line
        return line

    async def edit(self, card_id: str, message: Mapping[str, Any]) -> None:
        lines = [line for line in self._facts.transcript.values() if line.card_id == card_id]
        if not lines:
            raise NotFound(card_id)
        line = lines[-1]
        self._facts.transcript[line.id] = replace(line, message=json_copy(dict(message)), revision=line.revision + 1)

    async def since(self, conversation_id: str, after_id: int) -> Sequence[TranscriptLine]:
        lines = self._facts.transcript.values()
        return [line for line in lines if line.conversation_id == conversation_id and line.id > after_id]

    async def find(self, outbox_id: int) -> TranscriptLine | None:
        return next((line for line in self._facts.transcript.values() if line.outbox_id == outbox_id), None)
