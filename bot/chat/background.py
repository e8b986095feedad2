"""What goes on beside an answer: best-effort calls that no acknowledgement waits for, none of which fails silently.

It does not know what it runs. Nothing that must happen is left to it: it ends with the process.
"""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from bot.chat.errors import ChatError

log = logging.getLogger(__name__)

Work = Coroutine[Any, Any, Any]


@dataclass(eq=False)
class Background:
    _tasks: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    def start(self, work: Work, what: str) -> None:
        """Run it. ``what``: for the log."""
        task = asyncio.create_task(_reported(work, what))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: work.close())  # for what was cancelled before it began

    async def finished(self) -> None:
        """Wait for all that was started, and what that starts."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def aclose(self) -> None:
        """End what still runs."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _reported(work: Work, what: str) -> None:
    try:
        await work
    except ChatError as error:
        log.warning("%s failed: %s", what, error)
    except Exception:  # whatever it is, nobody awaits this task
        log.exception("%s failed", what)
