"""Sets the terminal up as a platform: which drawing, which input, and what a script may ask of the database.

The terminal's own room imports only the chat port; what else it needs is put together here.
"""

import os
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from agent.words import say
from bot.chat.events import Sender
from bot.commands import parse
from bot.platforms.console.adapter import ConsolePlatform, Input, LineInput, PromptInput, ScriptInput, Table
from bot.platforms.console.screen import LiveScreen, PlainScreen, PromptScreen, Screen, Sparse
from bot.platforms.console.script import Player, Playing, Step, effort
from storage.domain import JobKind, Run
from storage.errors import NotFound
from storage.ports import Store


@dataclass(frozen=True, kw_only=True)
class Script:
    """A script that was read, and the playing of it."""

    path: Path
    steps: list[Step]
    playing: Playing
    going_on: bool
    """Whether an interrupted playing goes on."""


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """How this terminal is to be used."""

    home: Path
    conversation: str
    person: str
    plain: bool
    explain: Callable[[Exception], str | None]
    """The sentence for a fault that a person can wait out or put right."""
    script: Script | None = None
    beside: bool = False
    """Whether other platforms are served by the same process, and go on when this terminal is left."""

    def platform(self, store: Store) -> ConsolePlatform:
        questions = Questions(store, f"console:{self.conversation}", f"console:{self.person}")
        screen, source, echo = self._parts(questions)
        scripted = isinstance(source, ScriptInput)
        return ConsolePlatform(
            transcript=store.transcript,
            screen=screen,
            input=source,
            sender=Sender(
                person_id=f"console:{self.person}",
                display_name=self.person,
                conversation_id=f"console:{self.conversation}",
                address={"conversation": f"console:{self.conversation}"},
            ),
            words=say,
            echo=echo,
            show_earlier=not scripted or (self.script is not None and self.script.going_on),
            greeting=self._greeting(scripted),
            explain=self.explain,
            is_command=lambda text: parse(text) is not None,
            farewell=self._farewell(store, scripted),
        )

    def _greeting(self, scripted: bool) -> str:
        if not scripted:
            return say("console.welcome")
        return say("console.welcome_lines") if self.beside else ""

    def _farewell(self, store: Store, scripted: bool) -> Callable[[], Awaitable[str]] | None:
        if not scripted or self.beside:
            return _farewell(store, f"console:{self.conversation}", self.beside)
        if self.script is None:
            return None
        asked = effort(self.script.steps)

        async def told() -> str:
            numbers = {"messages": asked.messages, "words": asked.words, "presses": asked.presses, "files": asked.files}
            return say("console.script.effort", **numbers)

        return told

    def _parts(self, questions: "Questions") -> tuple[Screen, Input, bool]:
        """The screen, the input, and whether the person's own lines are to be drawn."""
        typed_at = sys.stdin.isatty() and self.script is None
        drawn = sys.stdout.isatty() and not self.plain and os.environ.get("TERM") != "dumb"
        sparse = Sparse(time.monotonic, frozenset({say("run.epoch")}))
        if typed_at and drawn:
            return _prompt(str(self.home), sparse)
        screen: Screen
        if drawn:
            from rich.console import Console

            screen = LiveScreen(Console(highlight=False), say, str(self.home), sparse)
        else:
            screen = PlainScreen(_write, say, str(self.home), sparse)
        if typed_at:
            return screen, LineInput(descriptor=sys.stdin.fileno()), False
        return screen, self._script_input(questions), True

    def _script_input(self, questions: "Questions") -> ScriptInput:
        playing = self.script.playing if self.script else Playing.of_stream()
        folder = self.script.path.parent if self.script else Path()

        def player(table: Table) -> Player:
            return Player(
                stage=table,
                playing=playing,
                folder=folder,
                settled=questions.settled,
                conditions={"trained": questions.trained, "evaluated": questions.evaluated, "idle": questions.idle},
            )

        steps = self.script.steps if self.script else None
        return ScriptInput(player=player, steps=steps, descriptor=0 if self.script else sys.stdin.fileno())


@dataclass(frozen=True)
class Questions:
    """What a script may wait for, answered from the database."""

    store: Store
    conversation_id: str
    person_id: str
    """Whose direct conversation is shown beside it."""

    async def settled(self) -> bool:
        """Everything that was said is answered, and every answer posted."""
        for id in {self.conversation_id, self.person_id}:
            if await self.store.inbox.pending(id) or await self.store.outbox.waiting(id):
                return False
        return True

    async def idle(self) -> bool:
        """Settled, and no job of the conversation waits or runs."""
        return not await self.store.jobs.active(self.conversation_id) and await self.settled()

    async def trained(self) -> bool:
        """The train job of the latest run has ended, in whatever way."""
        run = await self._latest_run()
        jobs = await self.store.jobs.of_run(run.id) if run else ()
        return any(job.kind is JobKind.TRAIN and job.state.ended for job in jobs)

    async def evaluated(self) -> bool:
        """The latest run is at its end: saved, failed or stopped."""
        run = await self._latest_run()
        return run is not None and run.state.ended

    async def _latest_run(self) -> Run | None:
        try:
            project_id = (await self.store.conversations.get(self.conversation_id)).project_id
        except NotFound:
            return None
        runs = await self.store.runs.of_project(project_id) if project_id else ()
        return runs[-1] if runs else None


def _farewell(store: Store, conversation_id: str, beside: bool) -> Callable[[], Awaitable[str]]:
    async def words() -> str:
        if beside:
            return say("console.goodbye_beside")
        running = await store.jobs.active(conversation_id)
        return say("console.goodbye_running" if running else "console.goodbye")

    return words


def _prompt(home: str, sparse: Sparse) -> tuple[Screen, Input, bool]:
    def redraw() -> None:
        source.redraw()

    def width() -> int:
        return min(os.get_terminal_size().columns, 120)

    screen = PromptScreen(say, home, sparse, width, redraw)
    source = PromptInput(bottom=lambda: screen.bottom)
    return screen, source, False


def _write(text: str) -> None:
    """Print at once: whoever reads along, or a pipe, gets each line as it comes."""
    sys.stdout.write(text)
    sys.stdout.flush()
