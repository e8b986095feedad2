"""The port between the house and a chat platform. The first adapter is ``bot.platforms.console``."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from bot.chat.events import ChatEvent, FormSubmitted, Sender
from bot.chat.messages import CardFace, ChatMessage, Form, Option

Words = Callable[..., str]
"""``words(key, **values)``: the sentences of the house, handed in to a platform, which writes none of its own."""
Receipt = Mapping[str, Any]
"""How a platform finds a posted message again; only its own room reads it."""


class Receiver(Protocol):
    """What a platform hands events to."""

    async def receive(self, event: ChatEvent) -> bool:
        """Store the event durably; it may be acknowledged when this returns. False: it was known already.

        Raises ``storage.errors.StoreUnavailable``: do not acknowledge, tell the person.
        """


@dataclass(frozen=True, kw_only=True)
class Known:
    """A conversation that the house knows."""

    conversation_id: str
    address: Mapping[str, Any]
    project: str | None
    """The name of its project, for people; None: it has none."""
    heard_last: datetime | None
    """When the latest event that a person caused there was received."""


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where a command is answered that was given in a channel, outside any thread."""

    kind: Literal["thread", "begin", "direct", "which", "said"]
    """``thread``: in the conversation ``where``. ``begin``: in a thread that is begun for it. ``direct``: in the person's
    direct conversation. ``which``: the person is asked which of ``choices`` is meant (by conversation id), and the command
    goes there. ``said``: ``text`` is the whole answer."""
    privately: bool = False
    """The answer is for the person alone."""
    where: Known | None = None
    choices: Sequence[Known] = ()
    text: str = ""
    """A sentence for the person, shown to them alone with the acknowledgement."""


class House(Receiver, Protocol):
    """What a platform may hand in and ask. All but ``receive`` and ``meet`` only read, and answer within a second."""

    async def meet(self, sender: Sender) -> None:
        """Remember which groups a person is in (``Sender.groups``), for what is asked about them without an event."""

    async def knows(self, conversation_id: str) -> bool:
        """Whether something was said in this conversation before."""

    async def known(self, prefix: str) -> Sequence[Known]:
        """The conversations whose id begins so, the one heard from last first."""

    async def conversation_of(self, card_id: str) -> str | None:
        """The conversation in which a card was shown."""

    async def face_of(self, card_id: str) -> CardFace | None:
        """A card as it stands now; None: there is none."""

    async def form_of(self, card_id: str, action: str) -> Form | None:
        """The form behind a card's button, as the card stands now; None: the button has none, or is gone."""

    async def form(self, name: str, person_id: str, subject: Mapping[str, str]) -> Form | ChatMessage:
        """A form that no card has: ``example`` (``subject``: text, author, author_name, link), ``ask`` (model). A message
        instead says why there is none for this person."""

    async def check(self, submitted: FormSubmitted) -> Mapping[str, str]:
        """What is wrong with what was filled in: a sentence by field. Empty: nothing."""

    async def choices(self, kind: str, person_id: str, prefix: str) -> Sequence[Option]:
        """For autocompletion: ``project``, ``model``, ``run``; at most 25, the likeliest first."""

    async def place(self, text: str, person_id: str, channel: str, project: str = "") -> Placement:
        """Where ``text`` (what was typed behind the command) is answered. ``channel``: the prefix of the ids of the
        channel's conversations. Projects that the person may not see, and those of direct conversations, are none.
        ``project``: the one that is meant, by its id, short name or name, where the person has picked one."""

    async def queued(self, marker: str) -> ChatMessage | None:
        """The message that is posted under this marker; where it shows a card, as the card stands now. None: there is none."""

    async def home(self, person_id: str) -> Sequence[ChatMessage]:
        """The person's own overview: datasets with progress, runs, models, reminders."""


class ChatPlatform(Protocol):
    """One platform. ``post`` and ``edit`` are called by the outbox alone, one at a time for each conversation."""

    name: str

    async def run(self, house: House) -> None:
        """Listen until cancelled or until there is nothing more to hear (end of a script)."""

    async def post(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt:
        """Post and return the receipt. The marker is unique to this message and can be looked up afterwards.

        Raises RetryLater, Refused or Uncertain.
        """

    async def edit(
        self, address: Mapping[str, Any], receipt: Receipt, message: ChatMessage, marker: str
    ) -> Receipt | None:
        """Replace a posted message; harmless when repeated. Raises like ``post``.

        Where it cannot be replaced any more (it was deleted, it is too old), it is posted afresh under the marker, and the
        receipt of that is returned.
        """

    async def find(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt | None:
        """The receipt of the message with this marker; None if it certainly is not there.

        What of the message is missing there (its picture) is added. Raises Uncertain where that cannot be known, and
        RetryLater where it cannot be known yet.
        """

    async def fetch(self, remote: Mapping[str, str], target: Path, most: int) -> None:
        """Bring a person's file to ``target``, which is written wholly or not at all.

        ``most``: bytes; what turns out larger is Refused(``too_large``). Raises RetryLater, Refused.
        """
