"""What a person does at a terminal -> chat events: typed words, pressed buttons, files.

Everything is written to the transcript first, with an id, and then handed to the receiver: after a crash in between it
can be handed in again. It does not know what the words mean.
"""

import contextlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot.chat.events import Attachment, ButtonPressed, ChatEvent, MessageReceived, Sender
from bot.chat.messages import Button, CardFace, ChatMessage
from bot.chat.port import Receiver
from bot.platforms.console.view import Transcript, View

LEAVING = frozenset({"/quit", "/exit", "quit", "exit", "\x04"})
"""Lines that end the terminal's part; the last is Ctrl-D where it is a character as any other. Between lines of three quotation
marks they are messages."""
HANDED_IN_AGAIN = 50
"""Lines of the conversation that are looked through at the start for what was not stored."""


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What a typed line asks for; exactly one of the four is set."""

    text: str = ""
    upload: str = ""
    pick: str = ""
    """The label of a button, wherever it is."""
    press: Button | None = None
    """A button of the card that is shown last."""


def understand(line: str, card: CardFace | None) -> Typed:
    """Tell a button of the card (by its number or label), ``@upload`` and ``@pick`` from a message.

    A number presses no danger button: for that the word is needed.
    """
    text = line.strip()
    for word in ("@upload", "@pick"):
        if text.startswith(f"{word} ") and (rest := text[len(word) :].strip()):
            return Typed(upload=rest) if word == "@upload" else Typed(pick=rest)
    if card and text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= len(card.buttons):
        button = card.buttons[int(text) - 1]
        return Typed(text=line) if button.style == "danger" else Typed(press=button)
    if card and (named := find_button(card, text)):
        return Typed(press=named)
    return Typed(text=line)


def leaves(line: str) -> bool:
    """Whether a typed line asks to leave."""
    return line.strip().casefold() in LEAVING


def find_button(card: CardFace, label: str) -> Button | None:
    wanted = label.strip().casefold()
    return next((button for button in card.buttons if button.label.casefold() == wanted), None)


def press_id(conversation_id: str, person_id: str, card: CardFace, button: Button) -> str:
    """The same for the same button of the same face and person: a double tap is one event, two people's presses are two."""
    face = "\x1f".join([*(f"{b.label}\x1e{b.action}" for b in card.buttons), *filter(None, [card.state])])
    return (
        f"press:{conversation_id}:{card.card_id}:{sha256(face.encode()).hexdigest()[:12]}:{button.action}:{person_id}"
    )


def new_step() -> str:
    """An id for something typed just now."""
    return secrets.token_hex(8)


@dataclass(frozen=True, kw_only=True)
class Keyboard:
    """Says, presses and uploads for one person."""

    receiver: Receiver
    transcript: Transcript
    view: View
    sender: Sender
    clock: Callable[[], datetime]

    async def send(self, text: str, step_id: str) -> None:
        await self._do({"step": step_id, "event": self._event_id(step_id), "text": text}, text)

    async def upload(self, path: Path, step_id: str) -> None:
        record = {"step": step_id, "event": self._event_id(step_id), "path": str(path.absolute())}
        await self._do(record, f"@upload {path.name}")

    async def pick(self, label: str, step_id: str) -> str | None:
        """Press the button of the latest card that has it. Returns a key of words if that cannot be done."""
        await self.view.refresh()
        cards = self.view.cards()
        if not cards:
            return "no_card"
        for card in reversed(cards):
            if button := find_button(card, label):
                return await self.press(card, button, step_id)
        return "no_such_button"

    def sent(self, step_id: str) -> bool:
        return self.view.said("step", step_id) is not None

    async def send_again(self, step_id: str) -> None:
        if record := self.view.said("step", step_id):
            await self.receiver.receive(self._event(dict(record)))

    async def hand_in_again(self) -> None:
        """Hand in what the last lines show and a process that died, or a database that failed, may not have stored.

        What was stored counts once. Of lines that say the same only the last is handed in: the person was asked to say
        again what could not be stored, and did.
        """
        records: dict[tuple[str, ...], dict[str, Any]] = {}
        for line in self.view.lines[-HANDED_IN_AGAIN:]:
            said = line.message.get("said")
            if line.speaker == self.sender.person_id and isinstance(said, Mapping):
                same = tuple(str(said.get(key)) for key in ("text", "path", "card_id", "action"))
                records.pop(same, None)
                records[same] = dict(said)
        for record in records.values():
            with contextlib.suppress(FileNotFoundError):  # an upload that was moved away since
                await self.receiver.receive(self._event(record))

    def open_card(self) -> CardFace | None:
        """The card whose buttons a number or a label can press: the last thing that the bot said, not pressed yet."""
        return self._if_open(self.view.last_card())

    def card_with(self, label: str, is_command: Callable[[str], bool]) -> CardFace | None:
        """The card that has this label, also if the person asked how things stand since it was shown."""
        card = self._if_open(self.view.card_before_commands(is_command))
        return card if card and find_button(card, label) else None

    def _if_open(self, card: CardFace | None) -> CardFace | None:
        if card is None:
            return None
        presses = (self._press_id(card, button) for button in card.buttons)
        return None if any(self.view.said("event", press) for press in presses) else card

    async def press(self, card: CardFace, button: Button, step_id: str) -> str | None:
        """Press a button of a card. Returns a key of words if it was pressed before."""
        event_id = self._press_id(card, button)
        if known := self.view.said("event", event_id):  # shown, but perhaps never stored
            return None if await self.receiver.receive(self._event(dict(known))) else "already_pressed"
        record = {
            "step": step_id,
            "event": event_id,
            "card_id": card.card_id,
            "action": button.action,
            "label": button.label,
        }
        await self._do(record, f"@pick {button.label}")
        return None

    async def _do(self, record: dict[str, str], shown: str) -> None:
        message = ChatMessage(text=shown).to_json() | {"said": record}
        await self.transcript.add(self.sender.conversation_id, self.sender.person_id, message, self.clock())
        await self.receiver.receive(self._event(record))
        await self.view.refresh()

    def _event(self, record: dict[str, Any]) -> ChatEvent:
        if "card_id" in record:
            return ButtonPressed(
                id=record["event"],
                sender=self._sender_to(record["card_id"]),
                card_id=record["card_id"],
                action=record["action"],
                label=record["label"],
                at=self.clock(),
            )
        attachments: tuple[Attachment, ...] = ()
        if "path" in record:
            path = Path(record["path"])
            attachments = (Attachment(name=path.name, path=path, size=path.stat().st_size),)
        return MessageReceived(
            id=record["event"],
            sender=self.sender,
            text=record.get("text", ""),
            at=self.clock(),
            attachments=attachments,
        )

    def _press_id(self, card: CardFace, button: Button) -> str:
        return press_id(self.view.conversation_of(card.card_id), self.sender.person_id, card, button)

    def _sender_to(self, card_id: str) -> Sender:
        """A press belongs to the conversation that its card was shown in."""
        conversation = self.view.conversation_of(card_id)
        return replace(self.sender, conversation_id=conversation, address={"conversation": conversation})

    def _event_id(self, step_id: str) -> str:
        return f"{self.sender.conversation_id}:{step_id}"
