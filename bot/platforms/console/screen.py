"""Draws a conversation on a terminal: plainly for screen readers and pipes, or with boxes and a card kept in place.

It does not read the transcript, nor the keyboard. Everything printed has been cleaned of control characters.
"""

import io
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field

from rich.console import Console, RenderableType
from rich.live import Live
from rich.text import Text

from bot.chat.messages import CardFace, ChatMessage
from bot.chat.port import Words
from bot.platforms.console.outbound import plain, plain_update, rich, rich_card
from bot.platforms.console.text import clean, one_line

UPDATE_EVERY = 30.0
"""Seconds between two printed updates of a card whose landmarks stay the same."""
LONGEST_ECHO = 2_000
"""Characters of a person's own message that are shown back."""


@dataclass
class Sparse:
    """Tells which edits of a card are worth a line of their own."""

    seconds: Callable[[], float]
    landmarks: frozenset[str] = frozenset()
    """Names of fields whose change is news, fractions apart (the epoch: ``1.2 of 4`` is no news after ``1.0 of 4``);
    besides them only title, note and buttons are."""
    _printed: dict[str, tuple[object, float]] = field(default_factory=dict, init=False)

    _faces: dict[str, str] = field(default_factory=dict, init=False)

    def begin(self, card: CardFace) -> None:
        """The card was printed whole."""
        self._printed[card.card_id] = (self._news(card), self.seconds())
        self._faces[card.card_id] = card.state

    def turned(self, card: CardFace) -> bool:
        """Whether a card of several faces shows another one than was printed: that one is printed whole too."""
        return bool(card.state) and self._faces.get(card.card_id) != card.state

    def due(self, card: CardFace) -> bool:
        before = self._printed.get(card.card_id)
        news, now = self._news(card), self.seconds()
        if before and before[0] == news and now - before[1] < UPDATE_EVERY:
            return False
        self._printed[card.card_id] = (news, now)
        return True

    def _news(self, card: CardFace) -> object:
        fields = tuple((f.name, f.value.partition(".")[0]) for f in card.fields if f.name in self.landmarks)
        return card.title, card.note, card.buttons, fields


class Screen(ABC):
    """Where a conversation is drawn."""

    @abstractmethod
    def person(self, name: str, text: str) -> None:
        """Show what a person said."""

    @abstractmethod
    def house(self, message: ChatMessage) -> None:
        """Show what the bot said."""

    @abstractmethod
    def update(self, card: CardFace) -> None:
        """Show that a card has another face now."""

    @abstractmethod
    def notice(self, text: str) -> None:
        """Show a remark that is not part of the conversation."""

    @abstractmethod
    def close(self) -> None:
        """Leave the terminal as it was."""


class PlainScreen(Screen):
    """Lines of text, each beginning with who speaks; nothing is ever redrawn."""

    def __init__(self, write: Callable[[str], None], words: Words, home: str, sparse: Sparse) -> None:
        self._write = write
        self._words = words
        self._home = home
        self._sparse = sparse

    def person(self, name: str, text: str) -> None:
        self._lines(name, _shortened(text, self._words).split("\n"))

    def house(self, message: ChatMessage) -> None:
        if message.card:
            self._sparse.begin(message.card)
        self._lines(self._words("console.house"), plain(message, self._words, self._home))

    def update(self, card: CardFace) -> None:
        if self._sparse.turned(card):
            self.house(ChatMessage(card=card))
        elif self._sparse.due(card):
            self._lines(self._words("console.house_update"), [plain_update(card)])

    def notice(self, text: str) -> None:
        self._lines(self._words("console.note"), clean(text).split("\n"))

    def close(self) -> None:
        pass

    def _lines(self, speaker: str, lines: list[str]) -> None:
        for line in lines:
            if line.strip():
                self._write(f"{one_line(speaker)}: {line}\n")


class RichScreen(Screen):
    """Boxes and colour. A card that is edited while it has buttons stays at the bottom, redrawn in place; its last
    face, without buttons, is printed for good. Base of the two ways to keep something at the bottom."""

    def __init__(self, words: Words, home: str, sparse: Sparse) -> None:
        self._words = words
        self._home = home
        self._sparse = sparse
        self._pinned: CardFace | None = None

    def person(self, name: str, text: str) -> None:
        self._print(Text(f"\n{one_line(name)}  ", style="bold blue") + Text(_shortened(text, self._words)))

    def house(self, message: ChatMessage) -> None:
        if message.card:
            self._sparse.begin(message.card)
        self._print(Text(f"\n{self._words('console.house')}", style="bold magenta"))
        self._print(rich(message, self._words, self._home))

    def update(self, card: CardFace) -> None:
        if self._sparse.turned(card):
            self.house(ChatMessage(card=card))
            return
        if card.buttons:
            self._pinned = card
        elif self._pinned and self._pinned.card_id == card.card_id:
            self._pinned = None
            self._print(rich_card(card))
        elif self._sparse.due(card):
            self._print(Text("• ", style="dim") + Text(plain_update(card), style="dim"))
        self._pin(rich_card(self._pinned) if self._pinned else None)

    def notice(self, text: str) -> None:
        self._print(Text(clean(text), style="dim italic"))

    @abstractmethod
    def _print(self, what: RenderableType) -> None: ...

    @abstractmethod
    def _pin(self, what: RenderableType | None) -> None: ...


class LiveScreen(RichScreen):
    """For a terminal on which nobody types: a script that is watched."""

    def __init__(self, console: Console, words: Words, home: str, sparse: Sparse) -> None:
        super().__init__(words, home, sparse)
        self._console = console
        self._live: Live | None = None

    def _print(self, what: RenderableType) -> None:
        self._console.print(what)

    def _pin(self, what: RenderableType | None) -> None:
        if what is None:
            self.close()
            return
        if self._live is None:
            self._live = Live(console=self._console, auto_refresh=False, transient=True)
            self._live.start()
        self._live.update(what, refresh=True)

    def close(self) -> None:
        if self._live:
            self._live.stop()
            self._live = None


class PromptScreen(RichScreen):
    """For a terminal on which somebody types: prints above the prompt, and keeps the card below it."""

    def __init__(
        self, words: Words, home: str, sparse: Sparse, width: Callable[[], int], changed: Callable[[], None]
    ) -> None:
        super().__init__(words, home, sparse)
        self._width = width
        self._changed = changed
        self.bottom = ""
        """What stands below the prompt, with ANSI colours."""

    def _print(self, what: RenderableType) -> None:
        sys.stdout.write(self._drawn(what))
        sys.stdout.flush()

    def _pin(self, what: RenderableType | None) -> None:
        self.bottom = self._drawn(what).rstrip("\n") if what is not None else ""
        self._changed()

    def close(self) -> None:
        self.bottom = ""

    def _drawn(self, what: RenderableType) -> str:
        buffer = io.StringIO()
        Console(file=buffer, force_terminal=True, width=self._width(), highlight=False).print(what)
        return buffer.getvalue()


def _shortened(text: str, words: Words) -> str:
    shown = clean(text)
    if len(shown) <= LONGEST_ECHO:
        return shown
    return f"{shown[:LONGEST_ECHO]}… {words('console.shortened', characters=f'{len(text):,}')}"
