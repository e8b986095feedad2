"""Slack served by a whole house: the real room, inbox, interview and outbox between people and a store; only models are played."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from agent.words import say
from bot.dispatcher import Dispatcher
from bot.fetching import Fetcher
from bot.house import OpenHouse
from bot.outbox import OutboxPoster
from bot.platforms.slack.adapter import SlackPlatform
from storage.memory import memory_store
from storage.ports import Store
from tests.fakes.slack_person import SlackPerson, person
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_workspace import Channel
from tests.fakes.talk import Talk
from tests.unit.bot.platforms.slack.served import room_of, running


@dataclass
class AtWork:
    slack: SlackServer
    platform: SlackPlatform
    talk: Talk
    """The parts of the interview; nobody talks in it."""
    ada: SlackPerson
    ben: SlackPerson
    ward: Channel
    """A channel that both are in, and we too."""

    @property
    def store(self) -> Store:
        return self.talk.store


@contextlib.asynccontextmanager
async def at_work(home: Path, store: Store | None = None) -> AsyncIterator[AtWork]:
    """``store``: by default one in memory."""
    talk = Talk(home=home, store=store or memory_store())
    async with SlackServer().running() as slack:
        ada, ben = person(slack, "Ada"), person(slack, "Ben")
        ward = slack.ward.add_channel("C0WARD", "ward-7", ada.id, ben.id, slack.ward.bot)
        platform = room_of(slack, home)
        stop = asyncio.Event()
        fetcher = Fetcher(talk.files, {"slack": platform})
        dispatcher = Dispatcher(
            talk.store, talk.interviewer, "w", talk.receiver.arrived, look_every=0.05, fetch=fetcher.fetched
        )
        outbox = OutboxPoster(
            talk.store,
            {"slack": platform},
            "w",
            lambda: say("outbox.unknown"),
            queued=dispatcher.replied,
            look_every=0.05,
            settle=0.01,
        )
        house = OpenHouse(talk.store, talk.receiver, talk.interviewer)
        services = [asyncio.create_task(service(stop)) for service in (dispatcher.run, outbox.run)]
        try:
            async with running(platform, house):  # type: ignore[arg-type]  # any house will do
                yield AtWork(slack, platform, talk, ada, ben, ward)
        finally:
            stop.set()
            await asyncio.gather(*services)
