"""Posts queued messages: in order within a conversation, each once, at the pace the platform allows.

It does not know what it posts, nor to whom. Any number of processes may share one outbox: a conversation's outgoing
side is leased, and what another process left half-posted is looked up before anything is sent again.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.chat.errors import ChatError, PlaceLost, Refused, RetryLater, Uncertain
from bot.chat.messages import ChatMessage
from bot.chat.port import ChatPlatform, Receipt
from bot.holding import while_held
from bot.nudges import came_too_late
from bot.resting import look_every, rest
from bot.undelivered import NOT_SHOWN, STALE, Undelivered
from storage.domain import OutboxItem, OutboxKind, OutboxState, Outgoing
from storage.errors import LeaseLost, NotFound, StorageError
from storage.ports import Store

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=20)
"""How long a conversation waits after the process that posted to it was killed."""
RENEW_EVERY = 6.0
"""Seconds; two renewals may be missed before another process takes over."""
POST_WITHIN = 20.0
"""Seconds after which a platform's answer is no longer waited for: the outcome is then uncertain."""
TRIES = 3
"""Times that an uncertain message is looked up, and posted if it is certainly not there."""
BROKEN_AGAIN_IN = 30.0
"""Seconds until a message that the platform keeps losing is tried again."""

_NOTE_CAUSE = "unknown:"

T = TypeVar("T")


class _Broken(Uncertain):
    """The platform's room has a fault; what became of the message is to be looked up."""


class _NotKnownYet(Exception):
    """The platform allows no look-up for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"look again in {seconds} s")
        self.seconds = seconds


def marker_of(item_id: int) -> str:
    """The mark by which a platform finds a message again."""
    return f"tt-{item_id}"


def item_of(marker: str) -> int | None:
    """The message with this mark; None: it is no mark of ours."""
    found = re.fullmatch(r"tt-([0-9]{1,18})", marker)
    return int(found[1]) if found else None


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class OutboxPoster:
    store: Store
    platforms: Mapping[str, ChatPlatform]
    """By name."""
    worker_id: str
    unknown_note: Callable[[], str]
    """The sentence that says that a message may or may not have arrived."""
    clock: Callable[[], datetime] = _now
    queued: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by whoever queues in this process, so that a message need not wait for the next look."""
    side_by_side: int = 4
    """Conversations posted to at once by this process."""
    look_every: float = 0.3
    """Seconds between looks for what other processes queued (``bot.resting``)."""
    settle: float = 2.0
    """Seconds that an uncertain message is given to arrive before it is looked up."""

    async def run(self, stop: asyncio.Event) -> None:
        """Post until told to stop; the messages in hand are finished first."""
        lanes = range(self.side_by_side)
        await asyncio.gather(
            *(self._lane(f"{self.worker_id}/{n}", stop, look_every(self.look_every, n)) for n in lanes)
        )

    async def post_next(self, worker: str) -> bool:
        """Post the oldest message that waits; False if there is none. Raises StorageError."""
        item = await self.store.outbox.claim(worker, tuple(self.platforms), self.clock(), LEASE)
        if item is None:
            return False
        self.queued.set()  # where one message was, another lane may find another
        await self._handle(item, worker)
        return True

    async def _lane(self, worker: str, stop: asyncio.Event, seconds: float) -> None:
        while not stop.is_set():
            try:
                if not await self.post_next(worker):
                    await rest(self.queued, stop, seconds)
            except LeaseLost:
                log.warning("a message was taken over by another process")
            except StorageError:
                # The message stays POSTING; it is looked up once its lease has ended.
                log.exception("the database cannot be used at the moment")
                await asyncio.sleep(1.0)

    async def _handle(self, item: OutboxItem, worker: str) -> None:
        finish = self.store.outbox.finish

        async def renew() -> None:
            await self.store.outbox.renew(item.id, worker, self.clock() + LEASE)

        try:
            receipt = await while_held(self._deliver(item), renew, RENEW_EVERY)
        except RetryLater as later:
            await self.store.outbox.retry_later(item.id, worker, self._in(later.seconds))
        except _NotKnownYet as later:  # meanwhile the lane is free for other conversations
            await self.store.outbox.retry_later(item.id, worker, self._in(later.seconds), perhaps_posted=True)
        except Refused as refused:
            log.warning("message %s was refused: %s", item.id, refused.code)
            await Undelivered(self.store, self.clock).tell(item, refused.code, isinstance(refused, PlaceLost))
            await finish(item.id, worker, OutboxState.REFUSED, error=refused.code)
        except Uncertain:
            await self._leave_a_note(item)
            await finish(item.id, worker, OutboxState.UNKNOWN)
        else:
            await finish(item.id, worker, OutboxState.POSTED, receipt=receipt)

    def _in(self, seconds: float) -> datetime:
        return self.clock() + timedelta(seconds=seconds)

    async def _deliver(self, item: OutboxItem) -> Receipt:
        """Have the message shown, exactly once. Raises RetryLater, Refused, or Uncertain where nobody can tell."""
        if item.state is OutboxState.WAITING and await came_too_late(self.store, item, self.clock()):
            raise Refused(STALE)
        conversation = await self.store.conversations.get(item.conversation_id)
        platform = self.platforms[conversation.platform]
        message, address = _message(item), item.address or conversation.address
        if item.kind is OutboxKind.EDIT:
            return await self._edit(platform, address, item, message)
        return await self._post(platform, address, item, message)

    async def _post(
        self, platform: ChatPlatform, address: Mapping[str, Any], item: OutboxItem, message: ChatMessage
    ) -> Receipt:
        look_first, broken = item.state is OutboxState.POSTING, False
        marker = marker_of(item.id)
        for number in range(TRIES):
            if number > 0:
                await asyncio.sleep(self.settle)
            if look_first and (receipt := await _looked_up(platform, address, message, marker)) is not None:
                return receipt
            try:
                return await _in_time(platform.post(address, message, marker))
            except Uncertain as error:
                look_first, broken = True, isinstance(error, _Broken)
        await asyncio.sleep(self.settle)
        if (receipt := await _looked_up(platform, address, message, marker)) is not None:
            return receipt
        raise Refused("broken") if broken else RetryLater(BROKEN_AGAIN_IN)

    async def _edit(
        self, platform: ChatPlatform, address: Mapping[str, Any], item: OutboxItem, message: ChatMessage
    ) -> Receipt:
        receipt = await self.store.outbox.receipt_of_card(item.card_id) if item.card_id else None
        if receipt is None:  # the card stood before its edits in the queue, so it never will be posted
            raise Refused(NOT_SHOWN)
        try:
            afresh = await _in_time(platform.edit(address, receipt, message, marker_of(item.id)))
        except _Broken as error:
            raise Refused("broken") from error
        except Uncertain:  # harmless when repeated, and a later face replaces it anyway
            raise RetryLater(self.settle) from None
        return afresh or receipt

    async def _leave_a_note(self, item: OutboxItem) -> None:
        """Say in the conversation that a message may be missing, unless that message was such a note itself."""
        if item.cause.startswith(_NOTE_CAUSE):
            return
        note = ChatMessage(text=self.unknown_note()).to_json()
        outgoing = [Outgoing(position=0, kind=OutboxKind.POST, message=note)]
        await self.store.outbox.put(item.conversation_id, f"{_NOTE_CAUSE}{item.id}", outgoing, self.clock())


def _message(item: OutboxItem) -> ChatMessage:
    try:
        return ChatMessage.from_json(item.message)
    except ValidationError as error:
        raise Refused("unreadable") from error


async def _looked_up(
    platform: ChatPlatform, address: Mapping[str, Any], message: ChatMessage, marker: str
) -> Receipt | None:
    """The receipt of a message that may be there. Raises _NotKnownYet, and Uncertain where it cannot be known."""
    try:
        return await _in_time(platform.find(address, message, marker))
    except RetryLater as later:
        raise _NotKnownYet(later.seconds) from later


async def _in_time(call: Awaitable[T]) -> T:
    """Await a platform's answer, and turn what it should not have raised into what the outbox understands."""
    try:
        async with asyncio.timeout(POST_WITHIN):
            return await call
    except NotFound as error:
        raise Refused("not_found") from error
    except (ChatError, StorageError):
        raise
    except TimeoutError as error:
        raise Uncertain("no answer in time") from error
    except Exception as error:  # a fault in a platform's room must not end the outbox of all the others
        log.exception("a platform failed in a way it should not")
        raise _Broken(str(error)) from error
