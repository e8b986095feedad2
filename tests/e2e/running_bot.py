"""The real bot in one home, whatever platforms it serves: started, killed without mercy, and its books looked at afterwards."""

import asyncio
import contextlib
import json
import sqlite3
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.processes import Household, kill

START = 150.0
"""Seconds that a start may take: with ten busy processes on two cores, a minute was not enough."""


async def until(condition: Callable[[], bool], seconds: float, what: str, every: float = 0.05) -> None:
    """Wait until ``condition()`` holds, while the platforms of the test go on; fail in words otherwise."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds:g} s in vain: {what}"
        await asyncio.sleep(every)


@dataclass
class RunningBot:
    """``threadtune run`` in one home, one process after the other."""

    household: Household
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    kills: list[str] = field(default_factory=list, init=False)

    async def kill(self, when: str) -> None:
        """``kill -9`` of the bot alone; the trainer goes on."""
        assert self.process is not None
        assert self.process.poll() is None, f"it had ended by itself:\n{self.output}"
        self.kills.append(when)
        await asyncio.to_thread(kill, self.process)

    async def end(self) -> None:
        """Stop it as an operator does."""
        if self.process is not None:
            self.process.terminate()
            await asyncio.to_thread(self.process.wait, 30)

    @property
    def output(self) -> str:
        logs = [path.read_text("utf-8", "replace") for path in (self.household.home / "logs").glob("threadtune.log")]
        return (self.household.output("run") + "".join(logs))[-4000:]

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What its database says."""
        with contextlib.closing(sqlite3.connect(self.household.home / "threadtune.db")) as database:
            return database.execute(query, values).fetchall()

    def posted(self, platform: str, *kinds: str) -> list[tuple[int, str | None, dict[str, Any]]]:
        """Of everything that it counts as shown there: its id, its card's, and its receipt; in order.

        ``kinds``: ``post``, ``edit``.
        """
        query = "SELECT id, card_id, receipt, kind FROM outbox WHERE state = 'posted' AND conversation_id LIKE ? ORDER BY id"
        rows = self.rows(query, f"{platform}:%")
        return [(id, card, json.loads(receipt)) for id, card, receipt, kind in rows if kind in kinds and receipt]

    async def told(self) -> None:
        """Everything that happened on the platform has reached whoever listens."""

    async def idle(self, seconds: float = 30) -> None:
        """Everything that was heard is answered, and every answer posted."""
        events = "SELECT count(*) FROM inbox_events WHERE finished_at IS NULL"
        posts = "SELECT count(*) FROM outbox WHERE state IN ('waiting', 'posting')"
        await self.told()
        await until(
            lambda: self.rows(events) == [(0,)] and self.rows(posts) == [(0,)], seconds, "nothing is left to do"
        )
