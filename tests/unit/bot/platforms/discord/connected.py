"""Discord served to a house of ours over the network: the real room and discord.py's own client, against the small Discord."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from discord.gateway import DiscordWebSocket
from discord.http import Route

from agent.words import say
from bot.platforms.discord.adapter import DiscordPlatform
from bot.platforms.discord.connecting import Connection
from bot.platforms.discord.setup import DiscordSetup
from tests.fakes.discord_gateway import Gateway
from tests.fakes.discord_server import DiscordServer
from tests.fakes.discord_world import Channel, Guild, Payload
from tests.fakes.house import FakeHouse


@dataclass
class Connected:
    discord: DiscordServer
    gateway: Gateway
    house: FakeHouse
    platform: DiscordPlatform
    serving: "asyncio.Task[None]"
    ada: int
    guild: Guild
    ward: Channel

    @property
    def world(self) -> Any:
        return self.discord.world

    def dm(self, text: str) -> Payload:
        return self.discord.world.say(self.discord.world.direct(self.ada), self.ada, text)

    def say(self, text: str, channel: Channel | None = None) -> Payload:
        """A mention of us is ``@app``."""
        us = self.discord.world.bot
        mentions = [self.discord.world.users[us]] if "@app" in text else []
        return self.discord.world.say(
            channel or self.ward, self.ada, text.replace("@app", f"<@{us}>"), mentions=mentions
        )

    async def begun(self) -> Channel:
        """The thread that Ada begins."""
        root = self.say("@app begin")
        await self.until(lambda: "begin" in self.house.texts)
        await self.settled()
        return self.discord.world.channels[int(root["id"])]

    async def until(self, condition: Callable[[], object], seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "waited in vain"
            if self.serving.done() and not self.serving.cancelled():
                self.serving.result()
            await asyncio.sleep(0.005)

    async def settled(self) -> None:
        """All that was told is stored, and what follows from it is done."""
        await self.gateway.settled()
        await self.platform.background.finished()


@contextlib.asynccontextmanager
async def connected(
    home: Path, prepare: Callable[[DiscordServer, Gateway], None] = lambda discord, gateway: None
) -> AsyncIterator[Connected]:
    """``prepare``: what is to be otherwise before we connect."""
    discord = DiscordServer()
    gateway = Gateway(discord.world)
    discord.gateway = gateway.handle
    ada = discord.world.add_user("ada")
    guild = discord.world.add_guild("St. Mary", ada)
    ward = discord.world.add_channel(guild, "ward-7")
    async with discord.running():
        gateway.url = discord.gateway_url
        prepare(discord, gateway)
        house = FakeHouse()
        platform = platform_of(discord, home)
        async with serving(platform, house) as task:
            yield Connected(discord, gateway, house, platform, task, ada, guild, ward)


def platform_of(discord: DiscordServer, home: Path) -> DiscordPlatform:
    """With little patience, where Discord wants much."""
    setup = DiscordSetup(token=discord.world.token, api_url=discord.api_url, gateway_url=discord.gateway_url)
    return DiscordPlatform(
        setup=setup,
        words=say,
        path_of=lambda name: home / name,
        connect=Connection(token=setup.token, sleep=lambda seconds: asyncio.sleep(0.02)).keep,
        servers_within=0.02,
        identify_pause=0.0,
    )


@contextlib.asynccontextmanager
async def serving(platform: DiscordPlatform, house: FakeHouse) -> AsyncIterator["asyncio.Task[None]"]:
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    task = asyncio.create_task(platform.run(house))
    listening = asyncio.create_task(platform.listening.wait())
    try:
        await asyncio.wait((task, listening), return_when=asyncio.FIRST_COMPLETED, timeout=20)
        if task.done():
            task.result()
        yield task
    finally:
        listening.cancel()
        task.cancel()
        await asyncio.gather(task, listening, return_exceptions=True)
        await platform.aclose()
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before
