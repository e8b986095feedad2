"""A Discord in memory (simcord) for a client of ours, and people in it: what they do in one line, and what they see.

``DiscordChat.connect`` stands in for ``client.start(token)``; ``discord_chat`` does that for a client of a test's own. A
client that ends can be followed by another one in the same world: a restart.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import discord
from aiohttp import web
from simcord import ChannelHandle, Env, GuildHandle, InteractionResult, MemberActor, UserHandle
from simcord.backend import cdn

from tests.fakes.discord_components import embed_lines, inputs, labels, pressable, words

LOOK_EVERY = 0.02
"""Seconds between two looks of somebody who waits for something."""


class NotThere(AssertionError):
    """The person looks for something that is not there; the text says what they see instead."""


@dataclass
class DiscordChat:
    """A server with one channel, in which everybody is, and we too."""

    env: Env
    guild: GuildHandle
    channel: ChannelHandle
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while a client is logged in and has heard that it is ready."""

    async def connect(self, client: discord.Client) -> None:
        """Serve a client until cancelled."""
        self.env.bot = client
        await self.env.start()
        try:
            self.connected.set()
            await asyncio.Event().wait()
        finally:
            self.connected.clear()
            await self.env.shutdown()

    async def until_connected(self, serving: "asyncio.Task[None]") -> None:
        """Return once a client is connected. Raises what it ended with before that. ``serving``: what connects it."""
        ready = asyncio.create_task(self.connected.wait())
        await asyncio.wait((serving, ready), return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if serving.done():
            serving.result()

    def person(self, name: str) -> "DiscordPerson":
        """A new member of the server."""
        user = self.env.create_user(name.lower(), global_name=name)
        return DiscordPerson(self, user, self.guild.add_member(user))

    def task(self, service: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Run what posts for the client, beside it: answers to interactions have to end up in this world too."""
        with self.env.time_context():
            return asyncio.create_task(service)

    @property
    def channels(self) -> Iterator[ChannelHandle]:
        """All channels and threads, those of direct messages too."""
        for channel in list(self.env.backend.channels.values()):
            yield ChannelHandle(self.env, self.guild if channel.guild_id else None, channel)

    def channel_of(self, id: int) -> ChannelHandle:
        return next(channel for channel in self.channels if channel.id == id)


def new_chat(**options: Any) -> DiscordChat:
    """A world that no client is connected to yet. ``options``: as for ``simcord.Env``."""
    env = Env(discord.Client(intents=discord.Intents.default()), **options)
    env.backend.advance_clock((datetime.now(UTC) - env.now()).total_seconds())  # ours is not played
    env.backend.bot_user.name = "Threadtune"
    guild = env.create_guild("St. Mary")
    return DiscordChat(env, guild, guild.create_text_channel("ward-7"))


@contextlib.asynccontextmanager
async def discord_chat(client: discord.Client, **options: Any) -> AsyncIterator[DiscordChat]:
    """A world with this client in it. What the client raised meanwhile is raised at the end, but for what was looked at."""
    chat = new_chat(**options)
    async with connected(chat, client):
        yield chat
    chat.env.raise_errors()


@contextlib.asynccontextmanager
async def serving_files(chat: DiscordChat) -> AsyncIterator[str]:
    """What people upload can be downloaded over the network, for a client that does so by itself; its API's address, to be
    set up with it, is yielded."""

    async def file(request: web.Request) -> web.Response:
        content = chat.env.backend.cdn.get(f"{cdn.CDN_BASE}{request.path}")
        return web.Response(status=404) if content is None else web.Response(body=content)

    app = web.Application()
    app.router.add_get("/{file:.*}", file)
    server = web.AppRunner(app)
    await server.setup()
    site = web.TCPSite(server, "127.0.0.1", 0)
    await site.start()
    host, port = server.addresses[0][:2]
    before, cdn.CDN_BASE = cdn.CDN_BASE, f"http://{host}:{port}"
    try:
        yield f"{cdn.CDN_BASE}/api/v10"
    finally:
        cdn.CDN_BASE = before
        await server.cleanup()


@contextlib.asynccontextmanager
async def connected(chat: DiscordChat, client: discord.Client) -> AsyncIterator[None]:
    """The client in this world, until the end of the block."""
    serving = asyncio.create_task(chat.connect(client))
    await chat.until_connected(serving)
    try:
        yield
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


@dataclass
class DiscordPerson:
    chat: DiscordChat
    user: UserHandle
    member: MemberActor
    last: InteractionResult | None = None
    """How what they pressed, submitted or commanded last was answered."""
    forms: list[InteractionResult] = field(default_factory=list)
    """The forms that were opened in front of them, the latest last."""

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def direct(self) -> ChannelHandle:
        return self.user.dm_channel

    # What they write.

    async def dm(self, text: str) -> discord.Message:
        return await self.user.send_dm(text)

    async def say(self, text: str, channel: ChannelHandle | None = None) -> discord.Message:
        """Write in a channel or a thread, by default in the server's channel. A mention of us is ``@app``."""
        content = text.replace("@app", f"<@{self.chat.env.backend.bot_user.id}>")
        return await self.member.send(channel or self.chat.channel, content)

    async def upload(
        self, name: str, content: bytes, channel: ChannelHandle | None = None, text: str = ""
    ) -> discord.Message:
        """Send a file, to us directly or into a channel."""
        if channel and channel.guild:
            return await self.member.send(channel, text, attachments=[(name, content)])
        files = self.chat.env.backend.store_attachments(self.direct.id, [(name, content)])
        return await self.user.send_dm(text, attachments=files)

    # What they do.

    async def command(self, name: str, channel: ChannelHandle | None = None, **options: Any) -> InteractionResult:
        """Use a slash command (``tune status``), by default in the direct conversation."""
        slash = self.member.slash(channel, name, **options) if channel else self.user.slash(name, **options)
        return self._answered(await slash)

    async def menu(self, name: str, message: discord.Message) -> InteractionResult:
        """Use a command of a message's menu."""
        channel = self.chat.channel_of(message.channel.id)
        return self._answered(await self.member.context_menu(channel, name, message))

    async def press(self, label: str, on: str = "") -> InteractionResult:
        """Press the button with this label, or pick the option: on the newest message that has it (and shows ``on``)."""
        message, component, value = self._find(label, on)
        who = self.member if self.chat.channel_of(message.channel.id).guild else self.user
        id = component["custom_id"]
        result = await (
            who.click(message, custom_id=id) if value is None else who.select(message, [value], custom_id=id)
        )
        return self._answered(result)

    async def choose(self, label: str, on: str = "", seconds: float = 10) -> InteractionResult:
        """Press as soon as it is there."""
        await self._until(lambda: self._can_press(label, on), seconds, f"{label!r} to press")
        return await self.press(label, on)

    # Forms.

    @property
    def modal(self) -> Mapping[str, Any]:
        """The form in front of them."""
        opened = self.forms[-1].modal if self.forms else None
        if opened is None:
            raise NotThere("no form is open")
        return opened

    @property
    def inputs(self) -> dict[str, Mapping[str, Any]]:
        """Its fields, by label."""
        return dict(inputs(self.modal.get("components", ())))

    @property
    def form(self) -> str:
        """All that it says."""
        return "\n".join(words(self.modal))

    async def submit(self, values: Mapping[str, str] | None = None) -> InteractionResult:
        """Fill in the open form, by label, what is not named as it stands there, and send it.

        Raises KeyError for a label that no field has, and for an option that is not offered.
        """
        left, filled = dict(values or {}), {}
        for label, control in self.inputs.items():
            filled[control["custom_id"]] = _entered(control, left.pop(label, None))
        if left:
            raise KeyError(f"no field is called {sorted(left)}")
        shown = self.forms.pop()
        who = self.member if shown._interaction.guild_id else self.user
        return self._answered(await who.submit_modal(shown, filled))

    # What they see.

    @property
    def seen(self) -> list[discord.Message]:
        """Every message before their eyes, oldest first, those for them alone too."""
        found: list[discord.Message] = []
        for channel in self.chat.channels:
            viewer = self.member if channel.guild else self.user
            with contextlib.suppress(Exception):  # simcord raises SetupError for what they may not look at
                found += channel.history(viewer=viewer)
        return sorted(found, key=lambda message: message.id)

    def reads(self, message: discord.Message) -> str:
        """All that a message says: its text, embeds, buttons, and its files with what they show."""
        embeds = [line for embed in message.embeds for line in embed_lines(embed)]
        files = [f"{file.filename}\n{file.description or ''}" for file in message.attachments]
        pressed = [label for component in components(message) for label, _ in labels(component)]
        return "\n".join([message.content, *embeds, *files, *pressed])

    def sees(self, text: str, where: ChannelHandle | None = None) -> discord.Message | None:
        """The newest message that shows the text, in a channel if one is given."""
        for message in reversed(self.seen):
            if (where is None or message.channel.id == where.id) and text in self.reads(message):
                return message
        return None

    def counts(self, text: str) -> int:
        """How many messages show the text."""
        return sum(text in self.reads(message) for message in self.seen)

    async def until_sees(self, text: str, seconds: float = 10, where: ChannelHandle | None = None) -> discord.Message:
        """Wait for a message."""
        await self._until(lambda: self.sees(text, where), seconds, repr(text))
        message = self.sees(text, where)
        assert message is not None
        return message

    @property
    def recent(self) -> str:
        """The latest messages, for a report."""
        return "\n---\n".join(f"[{m.channel.id}] {m.author.name}: {self.reads(m)}" for m in self.seen[-8:])

    async def _until(self, condition: Callable[[], object], seconds: float, what: str) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise NotThere(f"{self.user.name} waited {seconds:g} s for {what} and sees:\n{self.recent}")
            await asyncio.sleep(LOOK_EVERY)

    def _answered(self, result: InteractionResult) -> InteractionResult:
        self.last = result
        if result.modal is not None:
            self.forms.append(result)
        return result

    def _can_press(self, label: str, on: str) -> bool:
        try:
            self._find(label, on)
        except NotThere:
            return False
        return True

    def _find(self, label: str, on: str) -> tuple[discord.Message, Mapping[str, Any], str | None]:
        """The message, the component, and the value of the option where it is one of a select."""
        for message in reversed(self.seen):
            if message.author.id != self.chat.env.backend.bot_user.id or on not in self.reads(message):
                continue
            for component in components(message):
                for shown, value in labels(component):
                    if shown == label and component.get("custom_id"):
                        return message, component, value
        raise NotThere(f"{self.user.name} finds no {label!r} and sees:\n{self.recent}")


def is_private(message: discord.Message) -> bool:
    """Whether one person alone sees it, where others read along."""
    return message.flags.ephemeral


def components(message: discord.Message) -> Iterator[dict[str, Any]]:
    """The buttons and selects of a message, as they were sent."""
    for row in message.components:
        yield from pressable(row.to_dict())


def _entered(control: Mapping[str, Any], text: str | None) -> Any:
    """The value of a field as simcord takes it: the text, or the options picked."""
    options = control.get("options")
    if options is None:
        return control.get("value") or "" if text is None else text
    if text is None:
        return [option["value"] for option in options if option.get("default")]
    return [next(option["value"] for option in options if option["label"] == text)] if text else []
