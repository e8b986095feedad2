"""Chat events -> the inbox: stored durably before any platform acknowledges.

It reads commands only as far as to know which may not wait in the queue. It does not know what they do.
"""

import asyncio
import shutil
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.chat.events import Attachment, ButtonPressed, ChatEvent, FormSubmitted, MessageReceived, Sender
from bot.commands import parse
from storage.domain import Conversation, EventKind, InboxEvent, Person, stable_id
from storage.errors import NotFound
from storage.files import Files, safe_name
from storage.ports import Store

LARGEST_UPLOAD = 20_000_000
"""Bytes, as ``dataset.formats.records.Limits`` has it: 50,000 rows of 400 bytes; a larger file is refused before it is copied."""

LONGEST_TEXT = 200_000
"""Characters kept as a message; what is longer is kept whole in a file, and its event tells only how long it is."""

EXPRESS_ACTIONS = frozenset({"stop"})


@dataclass(frozen=True)
class InboxReceiver:
    """Implements ``bot.chat.port.Receiver``."""

    store: Store
    files: Files
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    """Set whenever something was stored, so that the dispatcher need not wait for its next look."""

    async def receive(self, event: ChatEvent) -> bool:
        if await self.store.inbox.is_finished(event.id):
            return False  # what it uploaded is kept as it was then
        conversation = Conversation(
            id=event.sender.conversation_id,
            platform=event.sender.conversation_id.partition(":")[0],
            address=event.sender.address,
            shared=event.sender.shared,
        )
        person = Person(
            id=event.sender.person_id,
            platform=conversation.platform,
            display_name=event.sender.display_name,
            created_at=event.at,
        )
        await meet(self.store, event.sender)  # before the event can be answered
        stored = await self.store.inbox.put(await self._inbox_event(event), conversation, person)
        self.arrived.set()
        return stored

    async def _inbox_event(self, event: ChatEvent) -> InboxEvent:
        match event:
            case ButtonPressed():
                payload = {"card_id": event.card_id, "action": event.action, "label": event.label, **_link(event)}
                express = event.action in EXPRESS_ACTIONS
                return _event(event.id, event.sender, EventKind.PRESS, payload, event, express)
            case FormSubmitted():
                return _event(event.id, event.sender, EventKind.FORM, await self._form(event), event, express=False)
            case MessageReceived():
                return await self._message(event)

    async def _form(self, event: FormSubmitted) -> dict[str, Any]:
        """A card that was recorded nowhere (a person's overview) is no card: such a form goes by its name."""
        payload = {"form": event.form, "subject": dict(event.subject), "values": dict(event.values), **_link(event)}
        try:
            card = await self.store.cards.get(event.card_id) if event.card_id is not None else None
        except NotFound:
            card = None
        return payload | ({"card_id": card.id, "action": event.action} if card else {})

    async def _message(self, event: MessageReceived) -> InboxEvent:
        folder = f"uploads/{stable_id('upload', event.id)}"
        files = [
            await asyncio.to_thread(self._keep, attachment, folder, number)
            for number, attachment in enumerate(event.attachments)
        ]
        too_long = len(event.text) > LONGEST_TEXT
        text = "" if too_long else event.text
        if too_long:
            await asyncio.to_thread(self.files.write_text, f"{folder}/message.txt", event.text)
        command = None if files or too_long else parse(text, event.addressed)
        payload: dict[str, Any] = {"text": text, "files": files, "command": asdict(command) if command else None}
        if too_long:
            payload["too_long"] = len(event.text)
        if event.privately:
            payload["privately"] = True
        express = command is not None and command.express
        return _event(event.id, event.sender, EventKind.MESSAGE, payload, event, express)

    def _keep(self, attachment: Attachment, folder: str, number: int) -> dict[str, Any]:
        """Copy an attachment into the home folder, or note where it is and where it will lie (``bot.fetching``).

        One that is too large, or refused by its platform, is only named.
        """
        kept = {"name": attachment.name, "size": attachment.size, "path": None}
        if attachment.refused:
            return kept | {"refused": attachment.refused}
        if attachment.size > LARGEST_UPLOAD:
            return kept | {"limit": LARGEST_UPLOAD}
        name = f"{folder}/{number}-{safe_name(attachment.name)}"
        if attachment.path is None:
            return kept | {"path": name, "remote": dict(attachment.remote or {})}
        target = self.files.path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(attachment.path, target)
        return kept | {"path": name}


def _link(event: ButtonPressed | FormSubmitted) -> dict[str, str]:
    return {"link": event.link} if event.link else {}


def _event(
    id: str, sender: Sender, kind: EventKind, payload: dict[str, Any], event: ChatEvent, express: bool
) -> InboxEvent:
    return InboxEvent(
        id=id,
        conversation_id=sender.conversation_id,
        person_id=sender.person_id,
        kind=kind,
        payload=payload,
        received_at=event.at,
        express=express,
    )


async def meet(store: Store, sender: Sender) -> None:
    """Remember which groups a person is in, where their platform says so: they may have roles by them.

    What was known of the place where they did something is replaced; so is it of the places of the groups, for what is done
    in a server may be answered in direct messages.
    """
    if sender.groups is not None:
        for place in sorted({_place(sender.conversation_id), *map(_place, sender.groups)}):
            await store.links.set_groups(sender.person_id, place, sender.groups)


def _place(id: str) -> str:
    """Where a person is in groups (a server, a workspace): what the ids of its conversations, and of its groups, begin with."""
    return ":".join(id.split(":")[:2]) + ":"
