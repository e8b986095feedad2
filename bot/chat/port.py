"""The port between the house and a chat platform. The first adapter is ``bot.platforms.console``."""

from collections.abc import Mapping
from typing import Any, Protocol

from bot.chat.events import ChatEvent
from bot.chat.messages import ChatMessage

Receipt = Mapping[str, Any]
"""How a platform finds a posted message again; only its own room reads it."""


class Receiver(Protocol):
    """What a platform hands events to."""

    async def receive(self, event: ChatEvent) -> bool:
        """Store the event durably; it may be acknowledged when this returns. False: it was known already.

        Raises ``storage.errors.StoreUnavailable``: do not acknowledge, tell the person.
        """


class ChatPlatform(Protocol):
    """One platform. ``post`` and ``edit`` are called by the outbox alone, one at a time for each conversation."""

    name: str

    async def run(self, receiver: Receiver) -> None:
        """Listen until cancelled or until there is nothing more to hear (end of a script)."""

    async def post(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt:
        """Post and return the receipt. The marker is unique to this message and can be looked up afterwards.

        Raises RetryLater, Refused or Uncertain.
        """

    async def edit(self, address: Mapping[str, Any], receipt: Receipt, message: ChatMessage) -> None:
        """Replace a posted message; harmless when repeated. Raises like ``post``."""

    async def find(self, address: Mapping[str, Any], marker: str) -> Receipt | None:
        """The receipt of the message with this marker; None if it certainly is not there.

        Raises Uncertain where that cannot be known.
        """
