"""Discord as a chat platform: its life, and its half of the port.

It knows no storage: where files lie is handed in.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.chat.background import Background
from bot.chat.messages import ChatMessage
from bot.chat.port import House, Receipt, Words
from bot.platforms.discord.acting import ITEMS, Acting
from bot.platforms.discord.admission import Admission
from bot.platforms.discord.attaching import Attaching
from bot.platforms.discord.client import IDENTIFY_PAUSE, SERVERS_WITHIN, ThreadtuneClient
from bot.platforms.discord.commanding import Commanding
from bot.platforms.discord.connecting import Connection
from bot.platforms.discord.conversing import Conversing
from bot.platforms.discord.files import Downloads
from bot.platforms.discord.laying import Laying
from bot.platforms.discord.limits import Pace
from bot.platforms.discord.listeners import Listeners
from bot.platforms.discord.losing import Losing
from bot.platforms.discord.notices import Notices
from bot.platforms.discord.posting import Posting
from bot.platforms.discord.reconcile import Reconciler
from bot.platforms.discord.room import Room
from bot.platforms.discord.setup import DiscordSetup
from bot.platforms.discord.syncing import CommandSync
from bot.platforms.discord.threads import Threads
from bot.platforms.discord.tree import commands

Connect = Callable[[ThreadtuneClient], Awaitable[None]]
"""Connects a client that knows whom to tell; returns once it is closed for good."""


@dataclass(kw_only=True, eq=False)
class DiscordPlatform:
    """Implements ``bot.chat.port.ChatPlatform``. ``setup.check(setup)`` was called before."""

    setup: DiscordSetup
    words: Words
    path_of: Callable[[str], Path]
    """A file of the home folder by its relative path, which is checked there."""
    connect: Connect | None = None
    """None: over the network, with the setup's token."""
    servers_within: float = SERVERS_WITHIN
    identify_pause: float = IDENTIFY_PAUSE
    """As ``client`` has them; seconds."""
    name: str = "discord"
    listening: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    """Set once what people do arrives."""

    def __post_init__(self) -> None:
        # discord.py knows no other place for them than its own classes.
        Route.BASE = self.setup.api_url
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self.setup.gateway_url)
        self.client = ThreadtuneClient(
            ITEMS,
            trace=Pace().trace(),
            servers_within=self.servers_within,
            identify_pause=self.identify_pause,
        )
        self.background = Background()
        laying = Laying(self.client, self.words, Attaching(self.path_of), deaf=lambda: self.client.deaf)
        self.posting = Posting(laying, Notices(self.client, self.words))
        self.downloads = Downloads(self.client, self.setup.api_url)
        for command in commands(self.words):
            self.client.tree.add_command(command)

    async def run(self, house: House) -> None:
        """Listen until cancelled. Raises ``setup.BadSetup``: Discord does not accept the token."""
        self._furnish(house)
        try:
            await (self.connect or Connection(token=self.setup.token).keep)(self.client)
        finally:
            await self.background.aclose()

    async def aclose(self) -> None:
        """End the connections, once nobody posts any more."""
        await self.downloads.aclose()
        await self.client.close()

    async def post(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt:
        return await self.posting.post(address, message, marker)

    async def edit(
        self, address: Mapping[str, Any], receipt: Receipt, message: ChatMessage, marker: str
    ) -> Receipt | None:
        return await self.posting.edit(address, receipt, message, marker)

    async def find(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt | None:
        return await self.posting.find(address, message, marker)

    async def fetch(self, remote: Mapping[str, str], target: Path, most: int) -> None:
        await self.downloads.fetch(remote, target, most)

    def _furnish(self, house: House) -> None:
        """Tell the client whom it tells what it hears."""
        room = Room(house, self.client, self.words, self.posting, self.background, Admission(self.client, self.setup))
        threads = Threads(self.client)
        conversing = Conversing(room, threads)
        reconciler = Reconciler(room, conversing.take)
        self.posting.house = house
        self.client.posting = self.posting
        self.client.acting = Acting(room)
        self.client.commanding = Commanding(room, threads)
        self.client.prepare = CommandSync(self.client, self.background).run
        self.client.hearing = Listeners(room, conversing, Losing(room), reconciler, self.listening)
