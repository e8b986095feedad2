"""What a person does at a terminal -> chat events: typed words, pressed buttons, files.

Everything is written to the transcript first, with an id, and then handed to the receiver: after a crash in between it
can be handed in again. It does not know what the words mean.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot.chat.events import Attachment, ButtonPressed, ChatEvent, MessageReceived, Sender
from bot.chat.messages import Button, CardFace, ChatMessage
from bot.chat.port import Receiver
from bot.platforms.console.view import Transcript, View


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What a typed line asks for; exactly one of the three is set."""

    text: str = ""
    upload: str = ""
    pick: str = ""


def understand(line: str, card: CardFace | None) -> Typed:
    """Tell a button of the card (by its number or label), ``@upload`` and ``@pick`` from a message."""
    text = line.strip()
    for word in ("@upload", "@pick"):
        if text.startswith(f"{word} ") and (rest := text[len(word) :].strip()):
            return Typed(upload=rest) if word == "@upload" else Typed(pick=rest)
    if card and text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= len(card.buttons):
        return Typed(pick=card.buttons[int(text) - 1].label)
    if card and find_button(card, text):
        return Typed(pick=text)
    return Typed(text=line)


def find_button(card: CardFace, label: str) -> Button | None:
    wanted = label.strip().casefold()
    return next((button for button in card.buttons if button.label.casefold() == wanted), None)


def press_id(conversation_id: str, card: CardFace, button: Button) -> str:
    """The same for the same button of the same face: a double tap is one event."""
    face = "\x1f".join(f"{b.label}\x1e{b.action}" for b in card.buttons)
    return f"press:{conversation_id}:{card.card_id}:{sha256(face.encode()).hexdigest()[:12]}:{button.action}"


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
                return await self._press(card, button, step_id)
        return "no_such_button"

    def sent(self, step_id: str) -> bool:
        return self.view.said("step", step_id) is not None

    async def send_again(self, step_id: str) -> None:
        if record := self.view.said("step", step_id):
            await self.receiver.receive(self._event(dict(record)))

    def open_card(self) -> CardFace | None:
        """The card whose buttons can be pressed by number: the latest, unless one of them was pressed already."""
        cards = self.view.cards()
        if not cards:
            return None
        presses = (press_id(self.sender.conversation_id, cards[-1], button) for button in cards[-1].buttons)
        return None if any(self.view.said("event", press) for press in presses) else cards[-1]

    async def _press(self, card: CardFace, button: Button, step_id: str) -> str | None:
        event_id = press_id(self.sender.conversation_id, card, button)
        if self.view.said("event", event_id):
            return "already_pressed"
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
                sender=self.sender,
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

    def _event_id(self, step_id: str) -> str:
        return f"{self.sender.conversation_id}:{step_id}"
