"""The real bot in the small Discord: started in a home folder, killed without mercy, and its books looked at afterwards."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.e2e.running_bot import START, RunningBot
from tests.fakes.discord_gateway import Gateway
from tests.fakes.discord_member import DiscordMember, member
from tests.fakes.discord_server import DiscordServer
from tests.fakes.discord_world import Channel, Guild, Payload, World

PATIENCE = 15.0
"""Seconds instead of Discord's three: the cores are shared with other tests and with what trains. That we acknowledge after
two at the latest is held by ``tests/unit/bot/platforms/discord/test_replying.py``, where nobody has to be quick."""
TAG = 16
"""Characters without a glyph at the end of what the outbox posted."""
GLYPHLESS = frozenset("\u200b\u200c\u2060")


@dataclass
class SmallDiscord:
    """The REST API and the gateway of one world, and a server in it with one channel."""

    server: DiscordServer
    gateway: Gateway
    guild: Guild
    ward: Channel

    @staticmethod
    @contextlib.asynccontextmanager
    async def running() -> "AsyncIterator[SmallDiscord]":
        server = DiscordServer()
        server.world.patience = PATIENCE
        gateway = Gateway(server.world)
        server.gateway = gateway.handle
        guild = server.world.add_guild("St. Mary", server.world.add_user("matron"))
        ward = server.world.add_channel(guild, "ward-7")
        async with server.running():
            gateway.url = server.gateway_url
            yield SmallDiscord(server, gateway, guild, ward)

    @property
    def world(self) -> World:
        return self.server.world

    def person(self, name: str) -> DiscordMember:
        """A new member of the server."""
        return member(self.server, name, self.guild)


@dataclass
class DiscordBot(RunningBot):
    discord: SmallDiscord

    def __post_init__(self) -> None:
        self.household.environment |= {
            "DISCORD_TOKEN": self.discord.world.token,
            "THREADTUNE_DISCORD_API_URL": self.discord.server.api_url,
            "THREADTUNE_DISCORD_GATEWAY_URL": self.discord.server.gateway_url,
        }

    async def start(self) -> None:
        """Start it, and wait until it listens."""
        gateway = self.discord.gateway
        before = len(gateway.identified)
        self.process = self.household.start("run")
        waiting = asyncio.create_task(gateway.until(lambda it: it.connected and len(it.identified) > before, START))
        while not waiting.done() and self.process.poll() is None:
            await asyncio.wait((waiting,), timeout=0.5)
        if not waiting.done() or waiting.exception():
            waiting.cancel()
            raise AssertionError(f"the bot did not come up:\n{self.output}")

    async def told(self) -> None:
        await self.discord.gateway.settled()
        await asyncio.sleep(0.2)  # what was sent to it lies in its socket for a moment

    def has_stored(self, message: Payload) -> bool:
        return bool(self.rows("SELECT 1 FROM inbox_events WHERE id = ?", event_id(message)))


def event_id(message: Payload) -> str:
    """Of a message, as the inbox has it."""
    return f"discord:{message['channel_id']}:{message['id']}"


def openly(there: SmallDiscord) -> Iterator[Payload]:
    """All that stands there of us."""
    for channel in there.world.channels.values():
        yield from (one for one in channel.messages.values() if int(one["author"]["id"]) == there.world.bot)


def privately(there: SmallDiscord) -> Iterator[Payload]:
    """What one person alone sees."""
    for interaction in there.world.interactions.values():
        yield from interaction.shown.values()


def check_nothing_twice(bot: RunningBot, there: SmallDiscord) -> None:
    """Every part of every post of ours is there once: no two have the same tag, and none is there that no receipt tells of.

    What one person alone is shown may have a line with a button beside it that stands for it.
    """
    told = {id for _, _, receipt in bot.posted("discord", "post", "edit") for id in ids_in(receipt)}
    for shown in (list(openly(there)), list(privately(there))):
        tagged = {int(one["id"]): tag for one in shown if (tag := tag_of(one))}
        twice = [tag for tag, count in Counter(tagged.values()).items() if count > 1]
        assert not twice, [one["content"] for one in shown if tag_of(one) in twice]
    # A thread's beginning has no receipt, nor has what is shown only after a press on such a line.
    unknown = [one for one in openly(there) if tag_of(one) and int(one["id"]) not in {*told, *there.world.channels}]
    assert not unknown, [one["content"] for one in unknown]
    assert any(map(tag_of, openly(there))), "posts carry tags"


def tag_of(message: Payload) -> str:
    """Empty: it has none, as sentences have that answer at once."""
    end = str(message["content"])[-TAG:]
    return end if len(end) == TAG and set(end) <= GLYPHLESS else ""


def check_nothing_lost(bot: RunningBot, there: SmallDiscord) -> None:
    """What people said to the bot is in its inbox, once; what it had to say was shown."""
    heard = Counter(id for (id,) in bot.rows("SELECT id FROM inbox_events"))
    assert max(heard.values()) == 1
    for channel in directs(there):
        for message in channel.messages.values():
            if int(message["author"]["id"]) != there.world.bot:
                assert event_id(message) in heard, message["content"]
    ends = Counter(state for (state,) in bot.rows("SELECT state FROM outbox"))
    assert set(ends) <= {"posted", "superseded"}, ends
    shown = {int(message["id"]) for message in (*openly(there), *privately(there))}
    latest = {card or str(id): receipt for id, card, receipt in bot.posted("discord", "post", "edit")}
    for receipt in latest.values():  # a card that could not be edited was posted afresh
        assert ids_in(receipt) <= shown, f"{receipt} counts as posted, and is not there"


def ids_in(receipt: Mapping[str, Any]) -> set[int]:
    """Of the messages that one of ours became."""
    return {int(id) for id in receipt.get("ids") or receipt["private"]}


def directs(there: SmallDiscord) -> list[Channel]:
    return [channel for channel in there.world.channels.values() if channel.recipient is not None]
