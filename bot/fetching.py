"""Files that people sent and that lie elsewhere still -> the home folder, before the turn that reads them.

Where a file will lie was decided when its event was stored (``bot.receiver``): a turn that is repeated after a crash finds
what was fetched before it. It does not know how a platform fetches, nor what a file means.
"""

import asyncio
import errno
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.chat.errors import Refused, RetryLater, Uncertain
from bot.chat.port import ChatPlatform
from bot.receiver import LARGEST_UPLOAD
from storage.domain import InboxEvent
from storage.errors import StoreUnavailable
from storage.files import Files

log = logging.getLogger(__name__)

WITHIN = 120.0
"""Seconds in which a file has to arrive: 20 MB at 1.4 Mbit/s."""
AT_ONCE = 5.0
"""Seconds that a turn waits for a file. A slower one goes on arriving while its event waits, so that a few slow files hold
up nobody else's turn."""
SLOW_AGAIN_IN = 18.0
"""Seconds until it is looked at again: with ``AT_ONCE``, in ``TRIES`` times at least ``WITHIN``. The last time it is waited for."""
AGAIN_IN = 10.0
"""Seconds until a file is fetched again whose connection broke."""
TRIES = 6
"""Times that an event may wait for its files; then its turn goes on without what is missing, and says so."""


@dataclass(frozen=True)
class Fetcher:
    files: Files
    platforms: Mapping[str, ChatPlatform]
    """By name."""
    _arriving: dict[Path, "asyncio.Task[None]"] = field(default_factory=dict, init=False)

    async def fetched(self, event: InboxEvent) -> InboxEvent:
        """The event with its files on disk; one that cannot be had has no path, and says why (``refused``).

        Raises RetryLater, where the event has to wait, and StoreUnavailable.
        """
        files = event.payload.get("files") or []
        if not any(file.get("remote") for file in files):
            return event
        there = [await self._there(event, file) if file.get("remote") else file for file in files]
        return replace(event, payload={**event.payload, "files": there})

    async def _there(self, event: InboxEvent, file: Mapping[str, Any]) -> dict[str, Any]:
        known = {"name": file["name"], "size": file["size"]}
        target = self.files.path(file["path"])
        try:
            if not await asyncio.to_thread(target.exists):
                await self._begun(event, file["remote"], target)
        except Refused as refused:
            return known | {"path": None, "refused": refused.code}
        except RetryLater:
            if event.attempts + 1 < TRIES:
                raise
            return known | {"path": None, "refused": "unreachable"}
        return known | {"path": file["path"]}

    async def _begun(self, event: InboxEvent, remote: Mapping[str, str], target: Path) -> None:
        """Have the file fetched, and wait for it a little; at last, as long as it takes. Raises as ``_fetch``."""
        if target not in self._arriving:
            self._arriving[target] = asyncio.create_task(self._fetch(event, remote, target))
        task = self._arriving[target]
        patience = AT_ONCE if event.attempts + 1 < TRIES else None
        if not (await asyncio.wait({task}, timeout=patience))[0]:
            raise RetryLater(SLOW_AGAIN_IN)
        self._arriving.pop(target, None)
        await task

    async def _fetch(self, event: InboxEvent, remote: Mapping[str, str], target: Path) -> None:
        """Have the platform write the file. Raises RetryLater, Refused, StoreUnavailable."""
        platform = self.platforms.get(event.conversation_id.partition(":")[0])
        if platform is None:  # another process serves it
            raise RetryLater(AGAIN_IN)
        try:
            await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
            async with asyncio.timeout(WITHIN):
                await platform.fetch(remote, target, LARGEST_UPLOAD)
        except (Refused, RetryLater, StoreUnavailable):
            raise
        except (Uncertain, TimeoutError) as error:
            raise RetryLater(AGAIN_IN) from error
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StoreUnavailable("disk_full", str(error)) from error
            log.exception("a file could not be fetched")
            raise RetryLater(AGAIN_IN) from error
        except Exception as error:  # a fault in a platform's room: the message itself can be answered all the same
            log.exception("a platform failed in a way it should not")
            raise Refused("broken") from error
