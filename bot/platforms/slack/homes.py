"""The home tabs of those who look at theirs: published when they open it, and again, not too often, when something changed.

It does not know what stands in an overview.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.chat.background import Background
from bot.chat.errors import ChatError
from bot.chat.port import House, Words
from bot.platforms.slack.inbound import Person
from bot.platforms.slack.views import home
from bot.platforms.slack.workspaces import Workspaces

log = logging.getLogger(__name__)

LOOKED_AT = 900.0
"""Seconds for which a tab that was opened is kept up to date; later it is when it is opened again."""
PAUSE = 10.0
"""Seconds between two publications for the same reason: a run that learns, or a review of many rows, changes much."""
MOST = 200
"""Tabs that are kept up to date at once."""


@dataclass
class _Tab:
    person: Person
    until: float
    shown: str = ""
    """What was published last, as JSON."""


@dataclass(eq=False)
class Homes:
    house: House
    workspaces: Workspaces
    words: Words
    background: Background
    pause: float = PAUSE
    clock: Callable[[], float] = time.monotonic
    _tabs: dict[str, _Tab] = field(default_factory=dict, init=False)
    _changed: set[str] = field(default_factory=set, init=False)
    """Workspaces in which something changed since their tabs were published."""

    async def opened(self, person: Person) -> None:
        """Publish a person's tab, and keep it up to date for a while. Raises RetryLater, Refused, Uncertain, and what the
        house raises."""
        self._forget()
        tab = _Tab(person, self.clock() + LOOKED_AT)
        if len(self._tabs) < MOST or person.id in self._tabs:
            self._tabs[person.id] = tab
        await self._publish(tab)

    def changed(self, team: str) -> None:
        """Something that a tab may show has changed in a workspace."""
        self._forget()
        looked_at = any(tab.person.team == team for tab in self._tabs.values())
        if looked_at and team not in self._changed:
            self._changed.add(team)
            self.background.start(self._refresh(team), "publishing the home tabs")

    async def _refresh(self, team: str) -> None:
        await asyncio.sleep(self.pause)
        self._changed.discard(team)  # what changes from here on is for the next time
        for tab in [tab for tab in self._tabs.values() if tab.person.team == team]:
            try:
                await self._publish(tab)
            except ChatError as error:
                log.info("a home tab could not be brought up to date: %s", error)

    async def _publish(self, tab: _Tab) -> None:
        view = home(await self.house.home(tab.person.id), self.words)
        shown = json.dumps(view, sort_keys=True)
        if shown == tab.shown:
            return
        client = await self.workspaces.client(tab.person.team)
        await client.views_publish(user_id=tab.person.user, view=view)
        tab.shown = shown

    def _forget(self) -> None:
        now = self.clock()
        self._tabs = {id: tab for id, tab in self._tabs.items() if tab.until > now}
