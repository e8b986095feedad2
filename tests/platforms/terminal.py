"""The terminal in the words of the contract: its screen is read as it was printed, line by line."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agent.words import say
from bot.chat.events import Sender
from bot.chat.messages import CardFace, ChatMessage
from bot.commands import parse
from bot.house import OpenHouse
from bot.platforms.console.adapter import ConsolePlatform, Table
from bot.platforms.console.inbound import new_step
from bot.platforms.console.screen import PlainScreen, Sparse
from tests.platforms.serving import House
from tests.platforms.speaking import Seen

CONVERSATION = "console:terminal"


@dataclass
class Keyboard:
    """An input that types what a test says, for as long as it is there."""

    ready: "asyncio.Future[Table]"

    async def run(self, table: Table) -> int:
        self.ready.set_result(table)
        await asyncio.Event().wait()
        return 0


@dataclass
class Printed:
    """One message, or one line that tells how a card stands now."""

    lines: list[str] = field(default_factory=list)
    message: ChatMessage | None = None
    edited: bool = False


class Paper(PlainScreen):
    """What is printed for a screen reader, kept apart by message."""

    def __init__(self) -> None:
        self.printed: list[Printed] = []
        super().__init__(self._keep, say, "", Sparse(lambda: 0.0))

    def house(self, message: ChatMessage) -> None:
        self.printed.append(Printed(message=message))
        super().house(message)

    def update(self, card: CardFace) -> None:
        self.printed.append(Printed(edited=True))
        super().update(card)
        if not self.printed[-1].edited:  # another face of the card, printed whole
            self.printed[-1].edited = True
            del self.printed[-2]
        elif not self.printed[-1].lines:  # nothing that is worth a line
            del self.printed[-1]

    def _keep(self, line: str) -> None:
        speaker, _, text = line.rstrip("\n").partition(": ")
        if speaker in (say("console.house"), say("console.house_update")):
            self.printed[-1].lines.append(text)


@dataclass
class TerminalPerson:
    room: "TerminalRoom"
    name: str
    paper: Paper = field(default_factory=Paper)
    table: Table | None = None
    others: "Sequence[TerminalPerson]" = ()
    """Who sits at the same terminal."""
    _read: int = 0

    @property
    def id(self) -> str:
        return f"console:{self.name}"

    @property
    def conversation(self) -> str:
        return CONVERSATION

    async def say(self, text: str) -> None:
        table = await self._seated()
        await (table.send(text, new_step()) if "\n" in text else table.typed(text))

    async def command(self, text: str) -> None:
        await (await self._seated()).typed(f"/tune {text}")

    async def press(self, label: str) -> None:
        table = await self._seated()
        assert await table.pick(label, new_step()) is None, f"no {label!r} to press"

    async def pick(self, label: str) -> None:
        await self.press(label)

    async def fill(self, label: str, values: Mapping[str, str]) -> None:
        """There are no forms: what the button asks for is said in a message."""
        await self.press(label)
        await self.room.house.settled()
        (value,) = values.values()
        await (await self._seated()).send(value, new_step())

    async def upload(self, name: str, content: bytes) -> None:
        path = self.room.desk / name
        path.write_bytes(content)
        await (await self._seated()).typed(f"@upload {path}")

    async def read(self) -> Sequence[Seen]:
        await self._drawn()
        printed, self._read = self.paper.printed[self._read :], len(self.paper.printed)
        seen = [_seen(one) for one in printed]
        return [*(one for one in seen if one.edited), *(one for one in seen if not one.edited)]

    async def all(self) -> Sequence[Seen]:
        await self._drawn()
        return [_seen(one) for one in self.paper.printed if not one.edited]

    async def _drawn(self) -> None:
        table = await self._seated()
        await self.room.house.settled()
        await table.draw()

    async def _seated(self) -> Table:
        for person in (self, *self.others):
            if person.table is None:
                person.table = await self.room.seat(person)
        assert self.table is not None
        return self.table


@dataclass
class TerminalRoom:
    house: House
    desk: Path
    """Where people's files lie."""
    name: str = "terminal"
    people: list[TerminalPerson] = field(default_factory=list)
    _open: OpenHouse | None = None
    _sitting: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)

    def alone(self, name: str) -> TerminalPerson:
        return TerminalPerson(self, name)

    def together(self, *names: str) -> Sequence[TerminalPerson]:
        """At one terminal: each has said who they are (``--as``)."""
        people = [TerminalPerson(self, name) for name in names]
        for person in people:
            person.others = [other for other in people if other is not person]
        return people

    async def seat(self, person: TerminalPerson) -> Table:
        """Open the conversation for somebody; the first of them posts for all, as one process would."""
        if self._open is None:
            self._open = await self.house.open()
        ready: asyncio.Future[Table] = asyncio.get_running_loop().create_future()
        platform = ConsolePlatform(
            transcript=self.house.store.transcript,
            screen=person.paper,
            input=Keyboard(ready),
            sender=Sender(
                person_id=person.id,
                display_name=person.name,
                conversation_id=CONVERSATION,
                address={"conversation": CONVERSATION},
            ),
            words=say,
            show_earlier=False,
            is_command=lambda text: parse(text) is not None,
        )
        running = asyncio.create_task(platform.run(self._open))
        self._sitting.push_async_callback(_ended, running)
        if not any(other.table for other in self.people):
            self.house.answer({"console": platform})
        self.people += [person] * (person not in self.people)
        return await ready

    async def restart(self) -> None:
        await self.aclose()
        for person in self.people:
            person.table = None

    async def aclose(self) -> None:
        await self.house.pause()
        await self._sitting.aclose()
        await self.house.close()
        self._open = None


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _seen(printed: Printed) -> Seen:
    """What stands there, taken apart where the terminal puts into words what others draw."""
    message, lines = printed.message, list(printed.lines)
    if message is None:
        return Seen(text="\n".join(lines), edited=True)
    buttons, pictures, files = [], [], []
    for line in printed.lines:
        if labels := _after(line, "console.buttons", "choices"):
            buttons = _labels(labels, message)
            lines.remove(line)
        elif message.picture and (alt := _after(line, "console.picture", "alt", path=message.picture.path)):
            pictures.append(alt)
            lines.remove(line)
        elif message.file and (name := _after(line, "console.file", "name", path=message.file.path)):
            files.append(name)
            lines.remove(line)
    return Seen(
        text="\n".join(lines),
        buttons=tuple(buttons),
        pictures=tuple(pictures),
        files=tuple(files),
        edited=printed.edited,
    )


def _labels(choices: str, message: ChatMessage) -> list[str]:
    """The labels of the card's buttons that are told there, in order; a label may have commas in it."""
    found, rest = [], choices
    for button in message.card.buttons if message.card else ():
        before, label, rest = rest.partition(button.label)
        assert before.strip(" ,0123456789") == "", f"{choices!r} tells of something else"
        found += [label] * bool(label)
    assert not rest
    return found


def _after(line: str, key: str, value: str, **values: str) -> str:
    """The value with which a sentence of the terminal was said; empty: the line is not that sentence."""
    before, _, after = say(key, **{value: "\0"}, **values).partition("\0")
    found = line.startswith(before) and line.endswith(after)
    return line[len(before) : len(line) - len(after)] if found else ""
