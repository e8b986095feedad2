"""Discord in memory, served to a house of ours: the real room and discord.py, driven as people would."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import discord
from simcord import ChannelHandle

from agent.words import say
from bot.platforms.discord.adapter import DiscordPlatform
from bot.platforms.discord.conversing import Conversing
from bot.platforms.discord.listeners import Listeners
from bot.platforms.discord.setup import DiscordSetup
from tests.fakes.discord_chat import DiscordChat, DiscordPerson, new_chat
from tests.fakes.house import FakeHouse


@dataclass
class Simulated:
    chat: DiscordChat
    house: FakeHouse
    platform: DiscordPlatform
    ada: DiscordPerson
    ben: DiscordPerson

    async def settled(self) -> None:
        await self.chat.env.settle()
        await self.platform.background.finished()
        await self.chat.env.settle()

    async def begun(self, text: str = "@app begin", who: DiscordPerson | None = None) -> ChannelHandle:
        """The thread that somebody begins in the server's channel."""
        root = await (who or self.ada).say(text)
        await self.settled()
        return self.chat.channel_of(root.id)

    @property
    def conversing(self) -> Conversing:
        hearing = self.platform.client.hearing
        assert isinstance(hearing, Listeners)
        return hearing.conversing

    def reactions(self, message: discord.Message) -> list[str]:
        stored = self.chat.env.backend.get_message(message.channel.id, message.id)
        return [str(reaction.emoji) for reaction in stored.reactions]

    def known(self, id: int) -> discord.Message:
        """A message as the client was told of it."""
        return next(one for one in self.platform.client.cached_messages if one.id == id)

    def answers(self, channel: ChannelHandle) -> list[str]:
        """What we said there."""
        us = self.chat.env.backend.bot_user.id
        return [message.content for message in channel.history() if message.author.id == us]


@contextlib.asynccontextmanager
async def simulated(
    home: Path, *, servers: frozenset[str] = frozenset(), deaf: bool = False, house: FakeHouse | None = None
) -> AsyncIterator[Simulated]:
    """``servers``: the allow-list."""
    chat, house = new_chat(), house or FakeHouse()
    setup = DiscordSetup(servers=servers)
    platform = DiscordPlatform(setup=setup, words=say, path_of=lambda name: home / name, connect=chat.connect)
    if deaf:
        platform.client.deafen()
    async with served(chat, platform, house):
        yield Simulated(chat, house, platform, chat.person("Ada"), chat.person("Ben"))
    chat.env.raise_errors()


@contextlib.asynccontextmanager
async def served(chat: DiscordChat, platform: DiscordPlatform, house: FakeHouse) -> AsyncIterator[None]:
    serving = asyncio.create_task(platform.run(house))
    await chat.until_connected(serving)
    try:
        yield
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await platform.aclose()
