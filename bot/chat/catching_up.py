"""What was said while nobody listened: which conversations are looked through, and how patiently.

It does not know how a platform looks one through.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.chat.errors import ChatError, RetryLater
from bot.chat.port import Known

log = logging.getLogger(__name__)

LOOKED_BACK = timedelta(days=3)
"""Conversations that were heard from within this time are looked at."""
MOST = 20
"""Conversations that are looked at."""
PATIENCE = 600.0
"""Seconds that are waited for turns, in all; whoever waited longer has said it again."""


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class CatchingUp:
    clock: Callable[[], datetime] = now
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def each(self, known: Sequence[Known], look: Callable[[Known], Awaitable[int]], most: int = MOST) -> int:
        """Have the conversations heard from last looked through, the latest first; the sum of what ``look`` returns.

        One that cannot be looked at keeps nobody from the others. Raises RetryLater, where all waited too long, and what the
        house raises.
        """
        waited, found = 0.0, 0
        for one in self._recent(known)[:most]:
            while True:
                try:
                    found += await look(one)
                except RetryLater as later:
                    waited += later.seconds
                    if waited > PATIENCE:
                        raise
                    await self.sleep(later.seconds)
                    continue
                except ChatError as error:  # a channel that we are not in any more, say
                    log.info("conversation %s cannot be looked at: %s", one.conversation_id, error)
                break
        return found

    def _recent(self, known: Sequence[Known]) -> list[Known]:
        since = self.clock() - LOOKED_BACK
        recent = [one for one in known if one.heard_last is not None and one.heard_last > since]
        return sorted(recent, key=lambda one: one.heard_last or since, reverse=True)
