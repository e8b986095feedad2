"""Discord in the words of the contract: the room's own client in a Discord in memory, and people read what it would show.

What Discord would render is rendered here: what was escaped is literal, and markup that was not escaped is gone.
"""

import asyncio
import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import discord

from agent.words import say
from bot.platforms.discord.adapter import DiscordPlatform
from bot.platforms.discord.options import COMMAND, MORE, MORE_WORD, OPTIONS, TEXT
from bot.platforms.discord.setup import DiscordSetup
from tests.fakes.discord_chat import DiscordChat, DiscordPerson, components, is_private
from tests.platforms.serving import House
from tests.platforms.speaking import Reader, Seen

TOKEN = "MTEyMjMzNDQ1NTY2Nzc4ODk5.GabcdE.abcdefghijklmnopqrstuvwxyz0123456789ab"
WITHOUT_GLYPHS = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0x2061, 0x2062, 0x2063, 0x2064, 0xFEFF])
OWN_PHRASES = ("discord.continued",)
"""What Discord alone says in a message of several parts."""
_LITERAL = 0xF0000
"""Where signs are kept, while markup is looked for, that are none."""
_CODE_OR_ESCAPE = re.compile(r"\\([^A-Za-z0-9\s])|```(?:\w*\n)?(.*?)```|`([^`\n]+)`|<(https?://[^\s>]+)>", re.DOTALL)
_MARKUP = re.compile(
    r"^(?:> |-# |#{1,3} | *- | *\d+\. )"
    r"|\*\*|\*|__|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|~~|\|\|",
    re.MULTILINE,
)


@dataclass
class DiscordThread:
    root: int | None = None
    """The message that began it, which has the same id."""


@dataclass
class DiscordSpeaker(Reader):
    room: "DiscordRoom"
    person: DiscordPerson
    name: str
    thread: DiscordThread | None = None
    """Where they talk with others; None: directly with us."""

    @property
    def id(self) -> str:
        return f"discord:{self.person.id}"

    @property
    def conversation(self) -> str:
        chat = self.room.chat
        return f"discord:{chat.guild.id}:{chat.channel.id}:{self.thread.root}" if self.thread else self.id

    async def say(self, text: str) -> None:
        if self.thread is None:
            await self.person.dm(text)
        elif self.thread.root is None:
            self.thread.root = (await self.person.say(f"@app {text}")).id
        else:
            await self.person.say(text, self.room.chat.channel_of(self.thread.root))
        await self.room.heard()

    async def command(self, text: str) -> None:
        """By typed options; what Discord does not offer can still be written."""
        word, _, rest = text.partition(" ")
        if word not in OPTIONS and word not in MORE:
            await self.say(f"/tune {text}")
            return
        where = self.room.chat.channel_of(self.thread.root) if self.thread and self.thread.root else None
        name, options = _typed(word, rest)
        await self.person.command(f"tune {name}", where, **options)
        await self.room.heard()

    async def press(self, label: str) -> None:
        await self.person.choose(label)
        await self.room.heard()

    async def fill(self, label: str, values: Mapping[str, str]) -> None:
        await self.press(label)
        await self.person.submit(values)
        await self.room.heard()

    async def upload(self, name: str, content: bytes) -> None:
        where = self.room.chat.channel_of(self.thread.root) if self.thread and self.thread.root else None
        await self.person.upload(name, content, where)
        await self.room.heard()

    def shown(self) -> Iterator[tuple[int, Seen]]:
        """Our messages, those of several parts as one; what acknowledges a command is no message of the conversation."""
        whole = {int(part): int(ids[0]) for ids in self.room.house.receipts() for part in ids}
        shown: dict[int, Seen] = {}
        for message in self.person.seen:
            if message.author.id != self.room.chat.env.backend.bot_user.id or message.is_system():
                continue
            if message.id not in whole and message.interaction_metadata is not None:
                continue
            first = whole.get(message.id, message.id)
            seen = self._seen(message)
            shown[first] = _joined(shown[first], seen) if first in shown else seen
        yield from shown.items()

    def _seen(self, message: discord.Message) -> Seen:
        whole = [file for file in message.attachments if file.filename == "whole-text.txt"]
        if whole:
            text = (self.room.chat.env.backend.cdn.get(whole[0].url) or b"").decode()
        else:
            said = [message.content, *(embed.description or "" for embed in message.embeds)]
            text = "\n".join(filter(None, map(self._rendered, said)))
        return Seen(
            text=text,
            buttons=tuple(_labels(message)),
            pictures=tuple(file.description for file in message.attachments if file.description),
            files=tuple(f.filename for f in message.attachments if not f.description and f not in whole),
            private=is_private(message),
            direct=self.thread is not None and message.channel.id == self.person.direct.id,
        )

    def _rendered(self, markdown: str) -> str:
        text = markdown.translate(WITHOUT_GLYPHS).replace(f"<@{self.person.id}>", "")
        shown = rendered(text)
        return "\n".join(line for line in shown.split("\n") if line not in map(say, OWN_PHRASES)).strip()


@dataclass
class DiscordRoom:
    house: House
    chat: DiscordChat
    api_url: str
    """Files that people uploaded lie at the same host."""
    name: str = "discord"
    platform: DiscordPlatform | None = None
    _serving: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)

    async def open(self) -> None:
        house = await self.house.open()
        home = self.house.home
        self.platform = DiscordPlatform(
            setup=DiscordSetup(token=TOKEN, api_url=self.api_url),
            words=say,
            path_of=lambda name: home / name,
            connect=self.chat.connect,
        )
        running = asyncio.create_task(self.platform.run(house))
        self._serving.push_async_callback(self.platform.aclose)
        self._serving.push_async_callback(_ended, running)
        await self.chat.until_connected(running)
        self.house.answer({"discord": self.platform}, self.chat.task)

    def alone(self, name: str) -> DiscordSpeaker:
        return DiscordSpeaker(self, self.chat.person(name), name)

    def together(self, *names: str) -> Sequence[DiscordSpeaker]:
        thread = DiscordThread()
        return [DiscordSpeaker(self, self.chat.person(name), name, thread) for name in names]

    async def heard(self) -> None:
        """What the room does about it is done."""
        assert self.platform is not None
        await self.platform.background.finished()

    async def restart(self) -> None:
        await self.aclose()
        await self.open()

    async def aclose(self) -> None:
        await self.house.pause()
        await self._serving.aclose()
        await self.house.close()
        self.chat.env.raise_errors()


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def rendered(markdown: str) -> str:
    """What Discord shows of it, but for the name of the person whom it pings, as a message begins."""

    def literal(match: re.Match[str]) -> str:
        return "".join(
            chr(_LITERAL + ord(sign)) if ord(sign) < 0x80 and not sign.isspace() else sign
            for sign in next(group for group in match.groups() if group is not None)
        )

    shown = _MARKUP.sub("", _CODE_OR_ESCAPE.sub(literal, re.sub(r"\A<@\d+>\s*", "", markdown)))
    return _as_elsewhere("".join(chr(ord(sign) - _LITERAL) if ord(sign) >= _LITERAL else sign for sign in shown))


def _as_elsewhere(text: str) -> str:
    """Our commands as they read where they have no named options."""
    short = re.sub(rf"(/tune )more {COMMAND}:(\w+)(?: {TEXT}:)?", r"\1\2 ", text)
    return re.sub(r"(/tune \w+ \w+):true", r"\1", short)


def _typed(word: str, rest: str) -> tuple[str, dict[str, str | int | bool]]:
    """A command of the shared grammar by the options that Discord has for it."""
    if word in MORE:
        return MORE_WORD, {COMMAND: word, TEXT: rest} if rest else {COMMAND: word}
    if not rest:
        return word, {}
    switch = next((option for option in OPTIONS[word] if option.kind == "yes" and option.name == rest), None)
    if switch:
        return word, {switch.name: True}
    first = OPTIONS[word][0]
    return word, {first.name: int(rest) if first.kind == "number" else rest}


def _joined(one: Seen, more: Seen) -> Seen:
    return replace(
        one,
        text=f"{one.text}\n{more.text}",
        buttons=(*one.buttons, *more.buttons),
        pictures=(*one.pictures, *more.pictures),
        files=(*one.files, *more.files),
    )


def _labels(message: discord.Message) -> Iterator[str]:
    for component in components(message):
        if component.get("label"):
            yield component["label"]
        yield from (option["label"] for option in component.get("options") or ())
