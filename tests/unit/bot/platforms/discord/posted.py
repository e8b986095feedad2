"""What posts into Discord, over the real discord.py, against the small Discord."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord

from agent.words import say
from bot.chat.errors import Refused
from bot.platforms.discord.attaching import Attaching
from bot.platforms.discord.laying import Laying
from bot.platforms.discord.limits import Pace
from bot.platforms.discord.notices import Interactions, Notices
from bot.platforms.discord.places import direct_address, thread_address
from bot.platforms.discord.posting import Posting
from tests.fakes.discord_server import DiscordServer, logged_in
from tests.fakes.discord_world import Channel
from tests.fakes.discord_world import Interaction as Shown
from tests.fakes.house import FakeHouse


@dataclass
class Posted:
    server: DiscordServer
    client: discord.Client
    home: Path
    ada: int
    ben: int
    ward: Channel
    """A channel that both are in, and we too."""
    thread: Channel
    posting: Posting = field(init=False)
    house: FakeHouse = field(default_factory=FakeHouse)

    def __post_init__(self) -> None:
        self.posting = self.restarted(self.client)

    def restarted(self, client: discord.Client) -> Posting:
        """What posts in a process that remembers nothing."""
        self.client = client
        laying = Laying(client, say, Attaching(self.path_of), clock=self.now)
        self.posting = Posting(laying, Notices(client, say), Interactions(self.server.world.now), self.house)
        return self.posting

    @property
    def address(self) -> dict[str, Any]:
        """Of the thread, in which Ada did something last."""
        return dict(thread_address(self.thread.guild or 0, self.ward.id, self.thread.id, self.ada))

    @property
    def directly(self) -> dict[str, Any]:
        return dict(direct_address(self.ada))

    def path_of(self, name: str) -> Path:
        if ".." in name:
            raise Refused("not_found")
        return self.home / name

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.server.world.now(), UTC)

    def passes(self, minutes: float) -> None:
        self.server.world.passed += minutes * 60

    def pressed(self, user: int, channel: Channel, message: int | None = None, deferred: bool = True) -> Shown:
        """Somebody pressed something, and the room keeps that (as the gateway would tell it)."""
        shown, interaction = self.interaction(user, channel, message)
        if deferred:
            shown.answers.append({"type": 6})
            shown.original = message
            interaction.response._response_type = discord.InteractionResponseType.deferred_message_update
        self.posting.interactions.keep(interaction)
        return shown

    def interaction(
        self, user: int, channel: Channel, message: int | None = None
    ) -> tuple[Shown, "discord.Interaction[discord.Client]"]:
        world = self.server.world
        shown = world.interact(channel, user, message)
        data: dict[str, Any] = {
            "id": str(shown.id),
            "application_id": str(world.bot),
            "type": 3,
            "token": shown.token,
            "version": 1,
            "channel_id": str(channel.id),
            "channel": world.channel_payload(channel),
            "data": {"custom_id": "x", "component_type": 2},
            "attachment_size_limit": 10485760,
            "entitlements": [],
            "authorizing_integration_owners": {},
            "context": 1,
            "locale": "en-US",
        }
        if channel.guild is None:
            data["user"] = world.users[user]
        else:
            member = world.guilds[channel.guild].members[user] | {"permissions": "0"}
            data |= {"guild_id": str(channel.guild), "guild": {"id": str(channel.guild)}, "member": member}
        if message is not None:
            data["message"] = (
                next(one for one in channel.said if one["id"] == str(message))
                if message in channel.messages
                else {**world._blank(message, channel, world.bot)}
            )
        made: discord.Interaction[discord.Client] = discord.Interaction(
            data=data,  # type: ignore[arg-type]  # as the gateway sends it
            state=self.client._connection,
        )
        return shown, made


def new_client(pace: Pace | None = None) -> discord.Client:
    return discord.Client(
        intents=discord.Intents(guilds=True), max_ratelimit_timeout=30.0, http_trace=(pace or Pace()).trace()
    )


@contextlib.asynccontextmanager
async def posted(home: Path, server: DiscordServer | None = None) -> AsyncIterator[Posted]:
    async with (server or DiscordServer()).running() as running:
        world = running.world
        ada, ben = world.add_user("ada"), world.add_user("ben")
        ward = world.add_channel(world.add_guild("St. Mary", ada, ben), "ward-7")
        thread = world.add_thread(ward)
        async with logged_in(running, new_client()) as client:
            yield Posted(running, client, home, ada, ben, ward, thread)
