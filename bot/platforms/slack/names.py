"""What people are called in Slack, asked once and then remembered for a while.

An event never waits long for a name, and never fails for want of one.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.chat.remembering import Latest
from bot.platforms.slack.workspaces import Workspaces

log = logging.getLogger(__name__)

REMEMBERED = 5000
"""People whose names are kept, the ones seen last."""
FRESH = 3600.0
"""Seconds after which a name is asked for again: people change them."""
WAIT = 0.8
"""Seconds that an event waits for a name: it is to be acknowledged within three."""
NAMED_IN_A_MESSAGE = 5
"""People named in one message whose names are asked for."""


@dataclass(eq=False)
class Names:
    workspaces: Workspaces
    unknown: str
    """What somebody is called whose name cannot be had."""
    clock: Callable[[], float] = time.monotonic
    _asked: dict[tuple[str, str], asyncio.Task[None]] = field(default_factory=dict, init=False)
    _known: Latest[tuple[str, str], tuple[float, str]] = field(default_factory=lambda: Latest(REMEMBERED), init=False)

    async def of(self, team: str, user: str, fallback: str = "") -> str:
        """``fallback``: what the payload calls them."""
        return (await self.all(team, [user])).get(user) or fallback or self.unknown

    async def all(self, team: str, users: Iterable[str]) -> Mapping[str, str]:
        """The names of those that are known or can be had in time, by user id."""
        users = list(users)
        missing = [user for user in users if not self._fresh(team, user)][:NAMED_IN_A_MESSAGE]
        if missing:
            await asyncio.wait([self._asking(team, user) for user in missing], timeout=WAIT)
        return {user: self._known[team, user][1] for user in users if (team, user) in self._known}

    def _fresh(self, team: str, user: str) -> bool:
        asked, _ = self._known.get((team, user), (float("-inf"), ""))
        return self.clock() - asked < FRESH

    def _asking(self, team: str, user: str) -> asyncio.Task[None]:
        """Asked once for all who wait for it; an answer that comes late is good for the next time."""
        task = self._asked.get((team, user))
        if task is None:
            task = self._asked[team, user] = asyncio.create_task(self._ask(team, user))
            task.add_done_callback(lambda _: self._asked.pop((team, user), None))
        return task

    async def _ask(self, team: str, user: str) -> None:
        """Remember a person's name; one that cannot be had stays as it was."""
        try:
            client = await self.workspaces.client(team)
            answer = await client.users_info(user=user)
        except Exception as error:  # whatever it is: the event goes on without
            log.info("the name of %s in workspace %s cannot be had", user, team, exc_info=error)
            return
        if name := called(answer.get("user") or {}):
            self._known[team, user] = (self.clock(), name)


def called(user: Mapping[str, Any]) -> str:
    """What Slack shows people as: the name they chose, else their real one, else that of their account."""
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    return next((name for name in names if name), "")
