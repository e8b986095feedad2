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
from bot.platforms.discord.client import ThreadtuneClient
from bot.platforms.discord.setup import DiscordSetup

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
    """None: with the setup's token, over the network, however often it takes."""
    name: str = "discord"
    listening: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    """Set once what people do arrives."""

    def __post_init__(self) -> None:
        # discord.py knows no other place for them than its own classes.
        Route.BASE = self.setup.api_url
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self.setup.gateway_url)
        self.client = ThreadtuneClient()
        self.background = Background()

    async def run(self, house: House) -> None:
        """Listen until cancelled. Raises ``setup.BadSetup``: Discord does not accept the token."""
        raise NotImplementedError

    async def aclose(self) -> None:
        """End the connections, once nobody posts any more."""
        await self.client.close()

    async def post(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt:
        raise NotImplementedError

    async def edit(
        self, address: Mapping[str, Any], receipt: Receipt, message: ChatMessage, marker: str
    ) -> Receipt | None:
        raise NotImplementedError

    async def find(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt | None:
        raise NotImplementedError

    async def fetch(self, remote: Mapping[str, str], target: Path, most: int) -> None:
        raise NotImplementedError
