"""The terminal as a chat platform: its life, and its half of the port.

It knows no storage: the transcript and the questions of a script are handed in, by their shapes.
"""

import asyncio
import contextlib
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from bot.chat.errors import Refused
from bot.chat.events import Sender
from bot.chat.messages import CardFace, ChatMessage
from bot.chat.port import Receipt, Receiver, Words
from bot.platforms.console.inbound import Keyboard, find_button, leaves, new_step, understand
from bot.platforms.console.reading import lines
from bot.platforms.console.screen import Screen
from bot.platforms.console.script import BadScript, Failure, Player, Step, parse_stream
from bot.platforms.console.view import HOUSE, Line, Transcript, View, message_of

DRAW_EVERY = 0.25
"""Seconds between looks for what other processes posted."""
SHOWN_AT_START = 12
"""Lines of an earlier conversation that are shown again when it goes on."""
MARKER = "tt-"


def _now() -> datetime:
    return datetime.now(UTC)


class Input(Protocol):
    """Where the person's side comes from."""

    @abstractmethod
    async def run(self, table: "Table") -> int:
        """Hand in what is said until there is nothing more to hear; return the exit status."""


@dataclass
class Table:
    """What an input sits at: the keyboard, the screen, and the words between them."""

    keyboard: Keyboard
    screen: Screen
    view: View
    words: Words
    echo: bool
    """Whether the person's own lines are drawn: not where typing has shown them already."""
    explain: Callable[[Exception], str | None] = lambda error: None
    """The sentence for a fault that a person can wait out or put right."""

    is_command: Callable[[str], bool] = lambda text: False
    """Whether a line is a command, whatever button has the same label."""

    async def send(self, text: str, step_id: str) -> None:
        await self.keyboard.send(text, step_id)

    async def say(self, text: str, step_id: str) -> None:
        """Send a line, or press the button of the card shown last that has it as its label."""
        card = self._card_for(text)
        if card and (button := find_button(card, text)):
            await self.keyboard.press(card, button, step_id)
        else:
            await self.send(text, step_id)

    async def upload(self, path: Path, step_id: str) -> None:
        await self.keyboard.upload(path, step_id)

    async def pick(self, label: str, step_id: str) -> str | None:
        return await self.keyboard.pick(label, step_id)

    def sent(self, step_id: str) -> bool:
        return self.keyboard.sent(step_id)

    async def send_again(self, step_id: str) -> None:
        await self.keyboard.send_again(step_id)

    def replies_contain(self, text: str) -> bool:
        return self.view.replies_contain(text)

    async def draw(self) -> None:
        await self.view.refresh()
        for line, is_new in self.view.take_changes():
            self._draw(line, is_new)

    async def typed(self, line: str) -> None:
        """Do what a typed line asks for; say so where it cannot be done."""
        try:
            await self._do(line)
        except Exception as error:
            if (reason := self.explain(error)) is None:
                raise
            self.screen.notice(self.words("console.not_stored", reason=reason))

    async def _do(self, line: str) -> None:
        if not line.strip():
            return
        card = self._card_for(line)
        wish = understand(line, card)
        if card and wish.press:
            await self.keyboard.press(card, wish.press, new_step())
        elif wish.pick:
            if problem := await self.pick(wish.pick, new_step()):
                self.screen.notice(self.words(f"console.script.{problem}", what=wish.pick))
        elif wish.upload:
            path = Path(wish.upload).expanduser()
            if path.is_file():
                await self.upload(path, new_step())
            else:
                self.screen.notice(self.words("console.script.no_such_file", what=wish.upload))
        else:
            await self.send(wish.text, new_step())

    def _card_for(self, line: str) -> CardFace | None:
        if self.is_command(line):
            return None
        return self.keyboard.open_card() or self.keyboard.card_with(line, self.is_command)

    async def hand_in_again(self) -> None:
        """What was shown and perhaps not stored is handed in once more."""
        try:
            await self.keyboard.hand_in_again()
        except Exception as error:
            if (reason := self.explain(error)) is None:
                raise
            self.screen.notice(self.words("console.not_stored", reason=reason))

    def _draw(self, line: Line, is_new: bool) -> None:
        message = message_of(line)
        if line.speaker != HOUSE:
            mine = line.speaker == self.keyboard.sender.person_id
            if self.echo or not mine or "said" not in line.message:
                name = self.words("console.you") if mine else line.speaker.partition(":")[2]
                self.screen.person(name, message.text)
        elif is_new:
            self.screen.house(message)
        elif message.card:
            self.screen.update(message.card)


@dataclass(kw_only=True)
class ConsolePlatform:
    """Implements ``bot.chat.port.ChatPlatform``."""

    transcript: Transcript
    screen: Screen
    input: Input
    sender: Sender
    words: Words
    echo: bool = False
    show_earlier: bool = True
    """Whether it begins with the last lines of the conversation so far."""
    greeting: str = ""
    """What is said before anything else."""
    explain: Callable[[Exception], str | None] = lambda error: None
    """The sentence for a fault that a person can wait out or put right; None ends the platform."""
    is_command: Callable[[str], bool] = lambda text: False
    """Whether a line is a command, whatever button has the same label."""
    farewell: Callable[[], Awaitable[str]] | None = None
    """What is said when it ends."""
    clock: Callable[[], datetime] = _now
    name: str = "console"
    exit_status: int = 0
    """How the input ended, once ``run`` has returned."""
    _posted: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    async def run(self, house: Receiver) -> None:
        view = View(self.transcript, self.sender.conversation_id, self.sender.person_id)
        keyboard = Keyboard(receiver=house, transcript=self.transcript, view=view, sender=self.sender, clock=self.clock)
        table = Table(
            keyboard=keyboard,
            screen=self.screen,
            view=view,
            words=self.words,
            echo=self.echo,
            explain=self.explain,
            is_command=self.is_command,
        )
        await self._begin(table)
        await table.hand_in_again()
        drawing = asyncio.create_task(self._keep_drawing(table))
        playing = asyncio.create_task(self._play(table))
        try:
            await asyncio.wait((drawing, playing), return_when=asyncio.FIRST_COMPLETED)
            for task in (drawing, playing):
                if task.done():
                    task.result()  # raises what ended it
            await table.draw()
        finally:
            for task in (drawing, playing):
                task.cancel()
            await asyncio.gather(drawing, playing, return_exceptions=True)
            self.screen.close()
            if self.farewell:
                self.screen.notice(await self.farewell())

    async def post(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt:
        card_id = message.card.card_id if message.card else None
        # the direct conversation of a person, where nobody spoke yet, is the one that has their name
        where = address.get("conversation") or address["person"]
        line = await self.transcript.add(where, HOUSE, message.to_json(), self.clock(), _outbox_id(marker), card_id)
        self._posted.set()
        return {"line": line.id, "card_id": card_id}

    async def edit(
        self, address: Mapping[str, Any], receipt: Receipt, message: ChatMessage, marker: str
    ) -> Receipt | None:
        await self.transcript.edit(receipt["card_id"], message.to_json())
        self._posted.set()
        return None

    async def find(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt | None:
        line = await self.transcript.find(_outbox_id(marker))
        return {"line": line.id, "card_id": line.card_id} if line else None

    async def fetch(self, remote: Mapping[str, str], target: Path, most: int) -> None:
        raise Refused("not_remote")  # files on a terminal lie on its disk

    async def _play(self, table: Table) -> None:
        self.exit_status = await self.input.run(table)

    async def _begin(self, table: Table) -> None:
        if self.greeting:
            self.screen.notice(self.greeting)
        await table.view.refresh()
        earlier = table.view.take_changes()
        if not earlier or not self.show_earlier:
            return
        self.screen.notice(self.words("console.earlier"))
        echo, table.echo = table.echo, True
        for line, is_new in earlier[-SHOWN_AT_START:]:
            table._draw(line, is_new)
        table.echo = echo
        self.screen.notice(self.words("console.now"))

    async def _keep_drawing(self, table: Table) -> None:
        while True:
            self._posted.clear()
            await table.draw()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(DRAW_EVERY):  # wait_for can lose a cancellation (CPython #86296)
                    await self._posted.wait()


def _outbox_id(marker: str) -> int:
    return int(marker.removeprefix(MARKER))


@dataclass(frozen=True, kw_only=True)
class ScriptInput:
    """A script from a file (``steps``), or from standard input (``descriptor``)."""

    player: Callable[[Table], Player]
    steps: list[Step] | None = None
    descriptor: int = 0

    async def run(self, table: Table) -> int:
        player = self.player(table)
        try:
            if self.steps is not None:
                failure = await player.play(self.steps)
            else:
                failure = await player.play_stream(parse_stream(lines(self.descriptor), leaves))
        except BadScript as bad:
            table.screen.notice(table.words(f"console.script.{bad.code}", what=bad.what, line=bad.line))
            return 2
        await table.draw()
        if failure:
            table.screen.notice(_why(failure, table.words))
            return 1
        player.playing.over()
        return 0


def _why(failure: Failure, words: Words) -> str:
    reason = words(f"console.script.{failure.code}", what=failure.what, line=failure.line)
    return words("console.script.failed", line=failure.line, reason=reason)


@dataclass(frozen=True, kw_only=True)
class LineInput:
    """A person typing where nothing is redrawn: a block between lines of three quotation marks is one message."""

    descriptor: int = 0

    async def run(self, table: Table) -> int:
        block: list[str] | None = None
        async for line in lines(self.descriptor):
            if line.strip() == '"""':
                if block is not None:
                    await table.send("\n".join(block), new_step())
                block = [] if block is None else None
            elif block is not None:
                block.append(line)
            elif leaves(line):
                break
            else:
                await table.typed(line)
        return 0


@dataclass(kw_only=True)
class PromptInput:
    """A person typing at a prompt with history and editing; Ctrl-C and Ctrl-D leave."""

    bottom: Callable[[], str]
    """What stands below the prompt, with ANSI colours."""
    redraw: Callable[[], None] = lambda: None
    """To be called when ``bottom`` changed; set while the prompt is shown."""

    async def run(self, table: Table) -> int:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.formatted_text import ANSI, AnyFormattedText
        from prompt_toolkit.patch_stdout import patch_stdout
        from prompt_toolkit.styles import Style

        def toolbar() -> AnyFormattedText:
            return ANSI(self.bottom()) if self.bottom() else None

        session: PromptSession[str] = PromptSession(
            bottom_toolbar=toolbar, style=Style.from_dict({"bottom-toolbar": "noreverse"})
        )
        self.redraw = session.app.invalidate
        with patch_stdout(raw=True):
            while True:
                try:
                    line = await session.prompt_async(f"{table.words('console.prompt')} ")
                except (EOFError, KeyboardInterrupt):
                    return 0
                if leaves(line):
                    return 0
                await table.typed(line)
