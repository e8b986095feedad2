"""What the client hears goes to those who understand it. Implements ``client.Hearing``."""

import asyncio
from dataclasses import dataclass

import discord

from bot.platforms.discord.conversing import Conversing
from bot.platforms.discord.losing import Losing
from bot.platforms.discord.reconcile import Reconciler
from bot.platforms.discord.room import Room


@dataclass(eq=False)
class Listeners:
    room: Room
    conversing: Conversing
    losing: Losing
    reconciler: Reconciler
    listening: asyncio.Event
    """Set once a session began."""

    async def message(self, message: discord.Message) -> None:
        await self.conversing.hear(message)

    async def edit(self, changed: discord.RawMessageUpdateEvent) -> None:
        self.room.background.start(self.conversing.hear_edit(changed), "answering an edit")

    async def joined(self, guild: discord.Guild) -> None:
        self.room.background.start(self.losing.joined(guild), "greeting a server")

    async def server_lost(self, guild: discord.Guild) -> None:
        self.room.background.start(self.losing.server(guild), "saying that a server was lost")

    async def channel_lost(self, channel: discord.abc.GuildChannel) -> None:
        self.room.background.start(self.losing.channel(channel), "saying that a channel was lost")

    async def thread_changed(self, changed: discord.RawThreadUpdateEvent) -> None:
        self.room.background.start(self.losing.changed(changed), "looking at a thread that changed")

    async def thread_lost(self, deleted: discord.RawThreadDeleteEvent) -> None:
        self.room.background.start(self.losing.thread(deleted), "saying that a thread was lost")

    async def thread_left(self, thread: discord.Thread) -> None:
        self.room.background.start(self.losing.left(thread), "saying that a thread was left")

    async def ready(self) -> None:
        self.listening.set()
        self.room.background.start(self.reconciler.run(), "looking up what was missed")
