"""Inbox -> agent turn -> outbox: claims events, has them answered, and ends them together with their replies.

It does not know what a turn does. It knows that a process may be killed at any moment: an event that was claimed and
not finished is claimed again, here or elsewhere, once its lease has ended.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from agent.replies import AnyReply
from bot.audience import addressed
from bot.chat.errors import RetryLater
from bot.holding import while_held
from bot.nudges import is_stale
from bot.resting import look_every, rest
from storage.domain import InboxEvent
from storage.errors import LeaseLost, StorageError
from storage.ports import Store

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=10)
RENEW_EVERY = 3.0
"""Seconds; two renewals may be missed before another process takes over."""
ATTEMPTS = 4
"""After so many failed turns the person is told, and the conversation goes on with the next event."""


class Answers(Protocol):
    """What the dispatcher needs of ``agent.interviewer.Interviewer``."""

    async def handle(self, event: InboxEvent) -> list[AnyReply]:
        """Answer an event of a conversation's queue. Repeating it writes nothing twice."""

    async def handle_express(self, event: InboxEvent) -> list[AnyReply]:
        """Answer ``stop``, ``status`` or ``help``, beside whatever runs."""

    async def give_up(self, event: InboxEvent, error: Exception) -> list[AnyReply]:
        """Leave a turn that failed again and again; say so."""


Claim = Callable[[str, datetime, timedelta], Awaitable[InboxEvent | None]]
Turn = Coroutine[Any, Any, list[AnyReply]]
Handle = Callable[[InboxEvent], Turn]
Fetch = Callable[[InboxEvent], Coroutine[Any, Any, InboxEvent]]


async def _as_it_is(event: InboxEvent) -> InboxEvent:
    return event


@dataclass(frozen=True)
class Dispatcher:
    store: Store
    answers: Answers
    worker_id: str
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    replied: asyncio.Event = field(default_factory=asyncio.Event)
    """Set whenever replies were queued, so that the outbox need not wait for its next look."""
    side_by_side: int = 4
    """Conversations answered at once by this process."""
    look_every: float = 0.3
    """Seconds between looks for events that other processes stored (``bot.resting``)."""
    fetch: Fetch = _as_it_is
    """Brings the files of an event that lie elsewhere (``bot.fetching``). Raises RetryLater: the event has to wait."""
    _waiting: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _express: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    """What ``arrived`` tells, to whom each of them wakes."""

    async def run(self, stop: asyncio.Event) -> None:
        """Answer events until told to stop; the turns in hand are finished first."""
        lanes = [
            self._lane(f"{self.worker_id}/{number}", stop, look_every(self.look_every, number))
            for number in range(self.side_by_side)
        ]
        express = self._lane(f"{self.worker_id}/express", stop, self.look_every, express=True)
        await asyncio.gather(*lanes, express, self._pass_on(stop))

    async def _pass_on(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await rest(self.arrived, stop, None)
            self._waiting.set()
            self._express.set()

    async def _lane(self, worker: str, stop: asyncio.Event, seconds: float, express: bool = False) -> None:
        claim = self.store.inbox.claim_express if express else self.store.inbox.claim
        woken = self._express if express else self._waiting
        while not stop.is_set():
            try:
                event = await claim(worker, _now(), LEASE)
                if event is None:
                    await rest(woken, stop, seconds)
                    continue
                woken.set()  # where one event was, another lane may find another
                await self._answer(event, worker, self.answers.handle_express if express else self.answers.handle)
            except LeaseLost:
                log.warning("an event was taken over by another process")
            except StorageError:
                log.exception("the database cannot be used at the moment")
                await asyncio.sleep(1.0)

    async def _answer(self, event: InboxEvent, worker: str, handle: Handle) -> None:
        try:
            replies = await self._held(event, worker, self._turn(event, handle))
        except LeaseLost:
            raise
        except RetryLater as later:
            await self.store.inbox.release(event.id, worker, _now() + timedelta(seconds=later.seconds))
            return
        except Exception as error:  # whatever a turn raises, the person must hear of it and the queue must go on
            log.exception("turn %s failed, attempt %s", event.id, event.attempts + 1)
            if event.attempts + 1 < ATTEMPTS:
                await self.store.inbox.release(event.id, worker, _now() + timedelta(seconds=2**event.attempts))
                return
            replies = await self._held(event, worker, self.answers.give_up(event, error))
        messages, cards = await addressed(self.store, event, replies)
        await self.store.inbox.finish(event.id, worker, _now(), messages, cards)
        self.replied.set()

    async def _turn(self, event: InboxEvent, handle: Handle) -> list[AnyReply]:
        if await is_stale(self.store, event, _now()):
            return []
        return await handle(await self.fetch(event))

    async def _held(self, event: InboxEvent, worker: str, turn: Turn) -> list[AnyReply]:
        """Keep the lease while a turn takes long (a model that thinks). Raises LeaseLost: no turn goes on beside another."""

        async def renew() -> None:
            await self.store.inbox.renew(event.id, worker, _now() + LEASE)

        return await while_held(turn, renew, RENEW_EVERY)


def _now() -> datetime:
    return datetime.now(UTC)
