"""A terminal conversation as it stands: follows the transcript with a cursor, edits of earlier lines included.

What its person is told directly stands in the conversation that has their name, and is shown here too. It does not know how
lines are drawn.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.chat.messages import CardFace, ChatMessage
from bot.platforms.console.outbound import searchable

HOUSE = "threadtune"
"""The speaker of everything that the bot posts."""
LOOK_BACK = 50
"""Lines before the last one that are looked at again for edits; lines with buttons are, however old."""
CARDS_LOOKED_AT = 20


class Line(Protocol):
    """A line of the transcript, as ``storage.domain.TranscriptLine`` is one."""

    @property
    def id(self) -> int: ...
    @property
    def conversation_id(self) -> str: ...
    @property
    def speaker(self) -> str: ...
    @property
    def message(self) -> Mapping[str, Any]: ...
    @property
    def card_id(self) -> str | None: ...
    @property
    def revision(self) -> int: ...


class Transcript(Protocol):
    """What the terminal needs of ``storage.ports.Transcript``."""

    async def add(
        self,
        conversation_id: str,
        speaker: str,
        message: Mapping[str, Any],
        at: datetime,
        outbox_id: int | None = None,
        card_id: str | None = None,
    ) -> Line: ...

    async def edit(self, card_id: str, message: Mapping[str, Any]) -> None: ...

    async def since(self, conversation_id: str, after_id: int) -> Sequence[Line]: ...

    async def find(self, outbox_id: int) -> Line | None: ...


class View:
    """All lines of some conversations, in the order in which they were written, kept up to date by ``refresh``."""

    def __init__(self, transcript: Transcript, *conversation_ids: str) -> None:
        self._transcript = transcript
        self._conversation_ids = tuple(dict.fromkeys(conversation_ids))
        self._lines: dict[int, Line] = {}
        self._changed: dict[int, bool] = {}
        self._turned: dict[int, int] = {}
        """Cards of several faces, by line: after which line the face that they show now was seen."""

    @property
    def lines(self) -> list[Line]:
        return [self._lines[id] for id in sorted(self._lines)]

    async def refresh(self) -> None:
        """Read what is new or was edited."""
        for id in self._conversation_ids:
            for line in await self._transcript.since(id, self._cursor(id)):
                self._take(line)

    def take_changes(self) -> list[tuple[Line, bool]]:
        """The lines that are new (True) or were edited (False) since the last call, oldest first."""
        changed, self._changed = self._changed, {}
        return [(self._lines[id], is_new) for id, is_new in sorted(changed.items())]

    def conversation_of(self, card_id: str) -> str:
        """The conversation that a card was shown in; that of the terminal where it is not known."""
        found = (line.conversation_id for line in self.lines if line.card_id == card_id)
        return next(found, self._conversation_ids[0])

    def cards(self) -> list[CardFace]:
        """The cards that show buttons, oldest first."""
        faces = (message_of(line).card for line in self.lines if line.card_id)
        return [face for face in faces if face is not None and face.buttons]

    def last_card(self) -> CardFace | None:
        """The card of the last thing that the bot posted or turned to another face, if that shows buttons."""
        said = [line for line in self.lines if line.speaker == HOUSE]
        last = max(said, key=self._when, default=None)
        face = message_of(last).card if last else None
        return face if face is not None and face.buttons else None

    def card_before_commands(self, is_command: Callable[[str], bool]) -> CardFace | None:
        """The latest card that shows buttons, if all that came after it are the person's commands and their answers."""
        shown = [line for line in self.lines if line.card_id and (face := message_of(line).card) and face.buttons]
        latest = max(shown, key=self._when, default=None)
        if latest is None:
            return None
        since = [line for line in self.lines if (line.id, 0) > self._when(latest)]
        said = [line for line in since if line.speaker != HOUSE]
        answers_only = bool(said) and since[0] is said[0] and all(is_command(message_of(line).text) for line in said)
        return message_of(latest).card if answers_only else None

    def said(self, key: str, value: str) -> Mapping[str, Any] | None:
        """What a person's line recorded of itself (``Keyboard``), found by one of its values."""
        for line in reversed(self.lines):
            record = line.message.get("said")
            if isinstance(record, Mapping) and record.get(key) == value:
                return record
        return None

    def replies_contain(self, text: str) -> bool:
        """Whether what the bot said since the person's last line has the text in it, whatever its case."""
        wanted = " ".join(text.split()).casefold()
        asked = max((line.id for line in self.lines if line.speaker != HOUSE), default=0)
        said = (line for line in self.lines if line.speaker == HOUSE and self._when(line) >= (asked, 0))
        return any(wanted in searchable(message_of(line)).casefold() for line in said)

    def _when(self, line: Line) -> tuple[int, int]:
        """Where the line stands in the conversation: a card that was turned stands after what was last said by then."""
        return (self._turned[line.id], 1) if line.id in self._turned else (line.id, 0)

    def _take(self, line: Line) -> None:
        known = self._lines.get(line.id)
        if known is not None and known.revision == line.revision:
            return
        self._changed.setdefault(line.id, known is None)
        self._lines[line.id] = line
        if known is not None and _face_of(line) != _face_of(known):
            self._turned[line.id] = max(self._lines)

    def _cursor(self, conversation_id: str) -> int:
        there = [line for line in self.lines if line.conversation_id == conversation_id]
        ids = [line.id for line in there]
        if not ids:
            return 0
        with_buttons = [line.id for line in there if line.card_id and message_of(line).card][-CARDS_LOOKED_AT:]
        return min([ids[max(0, len(ids) - LOOK_BACK)], *with_buttons]) - 1


def message_of(line: Line) -> ChatMessage:
    return ChatMessage.from_json(dict(line.message))


def _face_of(line: Line) -> str:
    card = message_of(line).card
    return card.state if card else ""
