"""Slack served to a house of ours: the real room and slack_sdk over the network, against the small Slack."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from agent.words import say
from bot.platforms.slack.adapter import SlackPlatform
from bot.platforms.slack.limits import Pace
from bot.platforms.slack.setup import SlackSetup
from bot.platforms.slack.socket import Patience
from tests.fakes.house import FakeHouse
from tests.fakes.slack_person import SlackPerson, person
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_socket import SignedHttp
from tests.fakes.slack_workspace import APP_TOKEN, SECRET, Channel

QUICK = Patience(hello=2, heartbeat=0.4, quiet=30, drain=0.05, first_retry=0.02, longest_retry=0.05, off=0.05, ending=1)
"""The same as in earnest, in the time of a test."""


@dataclass
class PaceClock:
    """The seconds by which calls are paced: they pass when somebody waits for them."""

    seconds: float = 0.0

    def now(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)


@dataclass
class Served:
    slack: SlackServer
    house: FakeHouse
    platform: SlackPlatform
    ada: SlackPerson
    ben: SlackPerson
    ward: Channel
    """A channel that both are in, and we too."""
    clock: PaceClock

    async def settled(self) -> None:
        """Slack has told everything, and everything that follows from it is done."""
        await self.slack.delivery.settled()
        await self.platform.background.finished()
        await self.slack.delivery.settled()

    async def until(self, condition: Callable[[], object], seconds: float = 10) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "waited in vain"
            await asyncio.sleep(0.005)


@contextlib.asynccontextmanager
async def served(
    home: Path, *, http: bool = False, house: FakeHouse | None = None, patience: Patience = QUICK, port: int = 0
) -> AsyncIterator[Served]:
    house = house or FakeHouse()
    async with SlackServer(port=port).running() as slack:
        ada, ben = person(slack, "Ada"), person(slack, "Ben")
        ward = slack.ward.add_channel("C0WARD", "ward-7", ada.id, ben.id, slack.ward.bot)
        clock = PaceClock()
        platform = room_of(slack, home, http=http, patience=patience, clock=clock)
        async with running(platform, house):
            if http:
                slack.delivery.way = SignedHttp(f"http://127.0.0.1:{platform.port}/slack/events")
            yield Served(slack, house, platform, ada, ben, ward, clock)


def room_of(
    slack: SlackServer,
    home: Path,
    *,
    http: bool = False,
    patience: Patience = QUICK,
    clock: "PaceClock | None" = None,
) -> SlackPlatform:
    clock = clock or PaceClock()
    setup = SlackSetup(
        transport="http" if http else "socket",
        bot_token=slack.ward.token,
        app_token=APP_TOKEN,
        signing_secret=SECRET,
        api_url=slack.api_url,
        port=0,
    )
    platform = SlackPlatform(
        setup=setup, words=say, path_of=lambda name: home / name, patience=patience, homes_every=0.02
    )
    platform.clients.pace = Pace(clock=clock.now, sleep=clock.sleep)
    return platform


@contextlib.asynccontextmanager
async def running(platform: SlackPlatform, house: FakeHouse) -> AsyncIterator[None]:
    task = asyncio.create_task(platform.run(house))
    listening = asyncio.create_task(platform.listening.wait())
    try:
        await asyncio.wait((task, listening), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        yield
    finally:
        listening.cancel()
        task.cancel()
        await asyncio.gather(task, listening, return_exceptions=True)
        await platform.aclose()
