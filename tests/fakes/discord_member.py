"""A person in the small Discord: what they do in one line, and what they see. The app hears of it over the gateway."""

import asyncio
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import discord

from tests.fakes import discord_payloads as payloads
from tests.fakes.discord_components import embed_lines, inputs, labels, pressable, words
from tests.fakes.discord_server import DiscordServer
from tests.fakes.discord_world import PUBLIC_THREAD, Channel, Guild, Interaction, Payload, World

LOOK_EVERY = 0.05
"""Seconds between two looks of somebody who waits for something."""
KINDS = {"csv": "text/csv; charset=utf-8", "md": "text/markdown; charset=utf-8", "txt": "text/plain; charset=utf-8"}
FORM, CHOICES, THINKING = 9, 8, 5
"""Types of an answer to an interaction."""
_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")


class NotThere(AssertionError):
    """The person looks for something that is not there; the text says what they see instead."""


@dataclass
class DiscordMember:
    discord: DiscordServer
    id: int
    name: str
    last: Interaction | None = None
    """What they pressed, submitted or commanded last."""
    form: Payload | None = None
    """The form that is open in front of them."""
    _form_of: int | None = field(default=None, init=False)
    """The message of the button that opened it."""

    @property
    def world(self) -> World:
        return self.discord.world

    @property
    def direct(self) -> Channel:
        """Their direct messages with the app."""
        return self.world.direct(self.id)

    # What they write.

    def dm(self, text: str) -> Payload:
        return self.say(text, self.direct)

    def say(self, text: str, channel: Channel, **more: Any) -> Payload:
        """Write in a channel or a thread. A mention of the app is ``@app``. An archived thread opens again."""
        us = self.world.bot
        named = [self.world.users[us]] if "@app" in text else []
        if channel.archived:
            channel.archived = False
            self.world.dispatch("THREAD_UPDATE", self.world.channel_payload(channel))
        return self.world.say(channel, self.id, text.replace("@app", f"<@{us}>"), mentions=named, **more)

    def upload(self, name: str, content: bytes, channel: Channel | None = None, text: str = "") -> Payload:
        """Send a file, to the app directly or into a channel."""
        id = self.world.id()
        self.world.files[id] = content
        url = f"{self.discord.url}/attachments/{id}/{name}"
        kind = KINDS.get(name.rpartition(".")[2].lower(), "application/octet-stream")
        sent = {"id": str(id), "filename": name, "size": len(content), "url": url, "proxy_url": url}
        return self.say(text, channel or self.direct, attachments=[sent | {"content_type": kind}])

    # What they do.

    async def command(self, word: str, channel: Channel | None = None, **options: Any) -> str:
        """Use ``/tune <word>`` with options by name (a role of the server by its id, as text); returns what they see at once."""
        where = channel or self.direct
        guild = self.world.guilds.get(where.guild or 0)
        data = payloads.command(self._registered("tune"), word, options, roles=guild.roles if guild else {})
        return await self._acted(where, payloads.COMMAND, data)

    async def proposed(self, word: str, option: str, text: str, channel: Channel | None = None) -> Sequence[str]:
        """What is offered while they type an option."""
        data = payloads.command(self._registered("tune"), word, {option: text}, focused=option)
        await self._acted(channel or self.direct, payloads.AUTOCOMPLETE, data)
        assert self.last is not None
        return [str(one["value"]) for one in self.last.answers[0]["data"]["choices"]]

    async def menu(self, name: str, message: Payload) -> str:
        """Use a command of a message's menu."""
        channel = self.world.channels[int(message["channel_id"])]
        guild = self.world.guilds.get(channel.guild or 0)
        author = guild.members.get(int(message["author"]["id"])) if guild else None
        data = payloads.menu(self._registered(name), message, author)
        return await self._acted(channel, payloads.COMMAND, data)

    async def press(self, label: str, on: str = "") -> str:
        """Press the button with this label, or pick the option: on the newest message that has it (and shows ``on``).

        Returns what they see at once.
        """
        message, component, value = self._find(label, on)
        return await self._acted(
            self.world.channels[int(message["channel_id"])],
            payloads.COMPONENT,
            payloads.component(message, component, value),
            message,
        )

    async def choose(self, label: str, on: str = "", seconds: float = 30) -> str:
        """Press as soon as it is there."""
        await self._until(lambda: self._can_press(label, on), seconds, f"{label!r} to press")
        return await self.press(label, on)

    # Forms.

    @property
    def asked(self) -> dict[str, Mapping[str, Any]]:
        """The fields of the open form, by label."""
        return dict(inputs(self._open["components"]))

    @property
    def form_says(self) -> str:
        return "\n".join(words(self._open))

    async def submit(self, values: Mapping[str, str]) -> str:
        """Fill in the open form, by label, and send it; it is closed then. Returns what they see at once."""
        form, asked = self._open, self.asked
        by_id = {asked[label]["custom_id"]: text for label, text in values.items()}
        message = self._message(self._form_of) if self._form_of else None
        assert self.last is not None
        channel = self.world.channels[self.last.channel]
        data = payloads.submitted(form, by_id)
        self.form = None
        return await self._acted(channel, payloads.SUBMIT, data, message)

    # What they see.

    @property
    def seen(self) -> list[Payload]:
        """Every message before their eyes, oldest first, those for them alone too."""
        found = [message for channel in self._channels() for message in channel.messages.values()]
        found += [message for one in self._mine() for message in one.shown.values()]
        return sorted(found, key=lambda message: int(message["id"]))

    def reads(self, message: Payload) -> str:
        """All that a message says: its text, embeds, files with what they show, and what can be pressed."""
        embeds = [line for one in message["embeds"] for line in embed_lines(discord.Embed.from_dict(one))]
        files = [f"{one['filename']}\n{one.get('description') or ''}" for one in message["attachments"]]
        pressed = [label for one in _pressable(message) for label, _ in labels(one)]
        return _ESCAPE.sub(r"\1", "\n".join([str(message["content"]), *embeds, *files, *pressed]))

    def sees(self, text: str, where: Channel | None = None) -> Payload | None:
        """The newest message that shows the text, in a channel if one is given."""
        for message in reversed(self.seen):
            if (where is None or int(message["channel_id"]) == where.id) and text in self.reads(message):
                return message
        return None

    def counts(self, text: str) -> int:
        """How many messages show the text."""
        return sum(text in self.reads(message) for message in self.seen)

    async def until_sees(self, text: str, seconds: float = 30, where: Channel | None = None) -> Payload:
        """Wait for a message."""
        await self._until(lambda: self.sees(text, where), seconds, repr(text))
        found = self.sees(text, where)
        assert found is not None
        return found

    def alone(self, message: Payload) -> bool:
        """Whether they alone see it, where others read along."""
        return any(int(message["id"]) in one.shown for one in self._mine())

    @property
    def recent(self) -> str:
        """The latest messages, for a report."""
        return "\n---\n".join(f"[{m['channel_id']}] {m['author']['username']}: {self.reads(m)}" for m in self.seen[-8:])

    # How.

    @property
    def _open(self) -> Payload:
        if self.form is None:
            raise NotThere(f"{self.name} has no form open, and sees:\n{self.recent}")
        return self.form

    def _registered(self, name: str) -> Payload:
        """What was synced under this name."""
        found = [one for one in self.world.commands.get(None, ()) if one["name"] == name]
        if not found:
            raise NotThere(f"no command is called {name!r}")
        return found[0]

    async def _acted(self, channel: Channel, type: int, data: Payload, message: Payload | None = None) -> str:
        """The app is told, and answers in time; what it shows first is returned: text, or empty for a mere acknowledgement."""
        made = self.last = self.world.interact(channel, self.id, int(message["id"]) if message else None)
        payload = payloads.interaction(self.world, made, type, data)
        if message is not None:
            payload["message"] = message
        self.world.dispatch("INTERACTION_CREATE", payload)
        await self._until(lambda: made.answers, self.world.patience, "an answer: “The application did not respond”")
        answer = made.answers[0]
        if answer["type"] == FORM:
            self.form, self._form_of = answer["data"], made.message
        if answer["type"] == THINKING:  # a busy machine: the answer takes the place of that
            await self._until(lambda: made.original, 30, "an end of “thinking …”")
            return next((str(one["content"]) for one in self.seen if int(one["id"]) == made.original), "")
        return str((answer.get("data") or {}).get("content") or "")

    def _channels(self) -> Iterator[Channel]:
        """Those that they may look into: their direct messages, and all of the servers that they are in."""
        for channel in list(self.world.channels.values()):
            guild = self.world.guilds.get(channel.guild or 0)
            if not channel.deleted and (channel.recipient == self.id or (guild and self.id in guild.members)):
                yield channel

    def _mine(self) -> Iterator[Interaction]:
        return (one for one in list(self.world.interactions.values()) if one.user == self.id)

    def _message(self, id: int) -> Payload | None:
        return next((message for message in self.seen if int(message["id"]) == id), None)

    def _can_press(self, label: str, on: str) -> bool:
        try:
            self._find(label, on)
        except NotThere:
            return False
        return True

    def _find(self, label: str, on: str) -> tuple[Payload, Mapping[str, Any], str | None]:
        """The message, the component, and the value of the option where it is one of a list."""
        for message in reversed(self.seen):
            if int(message["author"]["id"]) != self.world.bot or on not in self.reads(message):
                continue
            for component in _pressable(message):
                for shown, value in labels(component):
                    if shown == label:
                        return message, component, value
        raise NotThere(f"{self.name} finds no {label!r} and sees:\n{self.recent}")

    async def _until(self, condition: Any, seconds: float, what: str) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise NotThere(f"{self.name} waited {seconds:g} s for {what} and sees:\n{self.recent}")
            await asyncio.sleep(LOOK_EVERY)


def member(server: DiscordServer, name: str, *guilds: Guild) -> DiscordMember:
    """A new person, who is in these servers."""
    id = server.world.add_user(name.lower())
    for guild in guilds:
        server.world.add_member(guild, id)
    return DiscordMember(server, id, name)


def thread_of(server: DiscordServer, root: Payload) -> Channel:
    """The thread that was begun from a message."""
    found = server.world.channels[int(root["id"])]
    assert found.type == PUBLIC_THREAD
    return found


def _pressable(message: Payload) -> Iterator[Mapping[str, Any]]:
    for row in message["components"]:
        yield from pressable(row)
