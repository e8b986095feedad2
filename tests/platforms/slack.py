"""Slack in the words of the contract: the room serves a small Slack over the network, and people read its blocks."""

import asyncio
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from bot.platforms.slack.adapter import SlackPlatform
from bot.platforms.slack.limits import Pace
from tests.fakes.slack_person import SlackPerson, person
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_strict import elements, lines, options_of
from tests.fakes.slack_workspace import Message
from tests.platforms.serving import House
from tests.platforms.speaking import Reader, Seen
from tests.unit.bot.platforms.slack.served import room_of, running

WARD = "C0WARD"


@dataclass
class SlackSpeaker(Reader):
    room: "SlackRoom"
    person: SlackPerson
    thread: "SlackThread | None" = None
    """Where they talk with others; None: directly with us."""

    @property
    def id(self) -> str:
        return f"slack:{self.person.workspace.id}:{self.person.id}"

    @property
    def name(self) -> str:
        return self.person.name

    @property
    def conversation(self) -> str:
        return f"slack:{self.person.workspace.id}:{WARD}:{self.thread.root}" if self.thread else self.id

    async def say(self, text: str) -> None:
        if self.thread is None:
            await self.person.dm(text)
        elif self.thread.root is None:
            self.thread.root = await self.person.say(WARD, f"@app {text}")
        else:
            await self.person.say(WARD, text, thread=self.thread.root)
        await self.room.heard()

    async def command(self, text: str) -> None:
        """Slack has no slash commands inside threads: there the words alone do the same."""
        if self.thread is None:
            assert await self.person.command(text)
            await self.room.heard()
        else:
            await self.say(f"tune {text}")

    async def press(self, label: str) -> None:
        await self.person.choose(label)
        await self.room.heard()

    async def fill(self, label: str, values: Mapping[str, str]) -> None:
        await self.press(label)
        for name in values:
            await self.person.until_form(name)
        assert await self.person.submit(values), self.person.errors
        await self.room.heard()

    async def upload(self, name: str, content: bytes) -> None:
        root = self.thread.root if self.thread else None
        await self.person.upload(name, content, WARD if self.thread else None, root)
        await self.room.heard()

    def shown(self) -> Iterator[tuple[str, Seen]]:
        """Our messages, each with the files that were shown below it."""
        shown: dict[str, Seen] = {}
        for message in self.person.seen:
            if message.user != self.person.workspace.bot:
                continue
            if message.files and not message.blocks:
                last = next(reversed(shown))
                shown[last] = self._with_files(shown[last], message)
            else:
                shown[f"{message.channel}/{message.ts}"] = self._seen(message)
        yield from shown.items()

    def _seen(self, message: Message) -> Seen:
        return Seen(
            text="\n".join(_words(message)),
            buttons=tuple(_labels(message)),
            private=message.only_to is not None,
            direct=self.thread is not None and message.channel == self.person.direct,
        )

    def _with_files(self, seen: Seen, message: Message) -> Seen:
        files = [self.person.workspace.files[id] for id in message.files]
        whole = [file for file in files if file.name.startswith("whole-text-")]
        pictures = [file.alt for file in files if file.alt]
        names = [file.title for file in files if not file.alt and file not in whole]
        text = (whole[0].content or b"").decode() if whole else seen.text
        return replace(seen, text=text, pictures=(*seen.pictures, *pictures), files=(*seen.files, *names))


@dataclass
class SlackThread:
    root: str | None = None


@dataclass
class SlackRoom:
    house: House
    slack: SlackServer
    name: str = "slack"
    platform: SlackPlatform | None = None
    _serving: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)

    async def open(self) -> None:
        house = await self.house.open()
        self.platform = room_of(self.slack, self.house.home)
        self.platform.clients.pace = Pace(clock=count(step=4).__next__)  # it never has to wait between two calls
        await self._serving.enter_async_context(running(self.platform, house))  # type: ignore[arg-type]  # any house
        self.house.answer({"slack": self.platform})

    def alone(self, name: str) -> SlackSpeaker:
        return SlackSpeaker(self, person(self.slack, name))

    def together(self, *names: str) -> Sequence[SlackSpeaker]:
        people = [person(self.slack, name) for name in names]
        ward = self.slack.ward
        ward.add_channel(WARD, "ward-7", ward.bot, *(one.id for one in people))
        thread = SlackThread()
        return [SlackSpeaker(self, one, thread) for one in people]

    async def heard(self) -> None:
        """Slack has told everything, and it is stored."""
        assert self.platform is not None
        await self.slack.delivery.settled()
        await self.platform.background.finished()

    async def restart(self) -> None:
        await self.aclose()
        await self.open()

    async def aclose(self) -> None:
        await self.house.pause()
        await self._serving.aclose()
        await self.house.close()
        await asyncio.sleep(0)


def _words(message: Message) -> Iterator[str]:
    """What the blocks say, but for buttons, and for the name of whoever is to be notified."""
    said = [block for block in message.blocks if block["type"] not in ("actions", "context_actions")]
    mentions = {f"<@{element['user_id']}>" for element in _parts(said) if element.get("type") == "user"}
    yield from (line for line in lines(said) if line not in mentions)


def _parts(blocks: Sequence[Mapping[str, object]]) -> Iterator[Mapping[str, object]]:
    for block in blocks:
        for section in block.get("elements", ()):  # type: ignore[attr-defined]  # blocks are JSON
            yield from section.get("elements", ())


def _labels(message: Message) -> Iterator[str]:
    for _, element in elements(message.blocks):
        for part in (element, element.get("positive_button", {}), element.get("negative_button", {})):
            if part.get("text"):
                yield part["text"]["text"]
        yield from (option["text"]["text"] for option in options_of(element))
