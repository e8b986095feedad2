"""What rooms share about presses and forms: whose conversation they are about, and what is answered to a second tap."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.chat.port import House
from bot.chat.remembering import Latest

REMEMBERED = 2000
A_TAP = timedelta(seconds=10)
"""Within this time a second press is a second tap."""


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """What a card's button carries."""

    card_id: str
    state: str
    """Of the face that it was pressed on, or what tells it from others."""
    action: str
    opens: bool
    """Whether it opens a form."""
    judges: bool = False
    """Whether it says what the person thinks of the answer above: people change their minds, and what they pressed last counts."""
    label: str = ""


async def conversation_of_form(house: House, card_id: str | None, person_id: str) -> str | None:
    """Where a form belongs: looked up again, rather than believed to what came back with it. One that no card has belongs
    to the person's direct conversation. None: to somebody else's."""
    conversation = await house.conversation_of(card_id) if card_id else None
    conversation = conversation or person_id
    return conversation if is_theirs(conversation, person_id) else None


def is_theirs(conversation: str, person_id: str) -> bool:
    """Whether a conversation is shared (a thread, by its id), or this person's own."""
    return conversation == person_id or len(conversation.split(":")) == 4


@dataclass(eq=False)
class Presses:
    _first: Latest[str, datetime] = field(default_factory=lambda: Latest(REMEMBERED), init=False)
    """When each of the latest presses came first."""

    def wants_a_word(self, press_id: str, new: bool, now: datetime) -> bool:
        """A second tap is the same press and needs no word; one that comes later waits for an answer. ``new``: whether it
        was stored just now."""
        first = self._first.get(press_id)
        self._first[press_id] = first or now
        return not new and (first is None or now - first > A_TAP)
