"""A person in the small Slack: what they do in one line, and what they see. Slack's payloads come out of it."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_socket import Acknowledged
from tests.fakes.slack_strict import check_view, elements, lines, options_of, texts
from tests.fakes.slack_workspace import File, Message, View, Workspace

KINDS = {"csv": "text/csv", "txt": "text/plain", "jsonl": "application/x-ndjson", "json": "application/json"}


LOOK_EVERY = 0.1
"""Seconds between two looks of somebody who waits for something."""


class NotThere(AssertionError):
    """The person looks for something that is not there; the text says what they see instead."""


@dataclass
class SlackPerson:
    slack: SlackServer
    id: str
    name: str
    workspace: Workspace
    errors: Mapping[str, str] = field(default_factory=dict)
    """Beside the fields of the form that was submitted last, by label."""
    last: Acknowledged | None = None
    """How the app acknowledged what was pressed, submitted or commanded last; None: not at all, and an error is shown."""

    @property
    def direct(self) -> str:
        """The id of their direct conversation with the app."""
        return self.workspace.direct(self.id).id

    # What they write.

    async def dm(self, text: str, thread: str | None = None, files: Sequence[File] = ()) -> str:
        """Write to the app; returns the timestamp."""
        return await self.say(self.direct, text, thread, files)

    async def say(self, channel: str, text: str, thread: str | None = None, files: Sequence[File] = ()) -> str:
        """Write in a channel. A mention of the app is ``@app``; the app hears of it if it is there."""
        mentioned = f"<@{self.workspace.bot}>"
        parts = [payloads.escaped(part) for part in text.split("@app")]
        message = Message(channel, self.workspace.ts(), self.id, mentioned.join(parts), thread_ts=thread)
        message.blocks = payloads.rich_text(self.workspace, message.text)
        message.files = [file.id for file in files]
        self.workspace.post(message)
        if self.workspace.bot in self.workspace.channels[channel].members:
            self.slack.delivery.event(payloads.message_event(self.slack.url, self.workspace, message))
            if len(parts) > 1 and self.workspace.channels[channel].kind != "im":
                self.slack.delivery.event(payloads.mention_event(self.slack.url, self.workspace, message))
        return message.ts

    async def upload(
        self, name: str, content: bytes, channel: str | None = None, thread: str | None = None, text: str = ""
    ) -> str:
        """Send a file, to the app itself or into a channel."""
        kind = name.rpartition(".")[2].lower()
        file = File(f"F{self.workspace.number():08d}", name, self.id, content, len(content), filetype=kind)
        file.mimetype = KINDS.get(kind, "application/octet-stream")
        self.workspace.files[file.id] = file
        return await self.say(channel or self.direct, text, thread, [file])

    async def change(self, channel: str, ts: str, text: str) -> None:
        """Edit a message of theirs."""
        message = self.workspace.find(channel, ts)
        before = self.workspace.show(message)
        message.text, message.edits = payloads.escaped(text), message.edits + 1
        message.blocks = payloads.rich_text(self.workspace, message.text)
        self.slack.delivery.event(payloads.changed_event(self.workspace, message, before))

    async def delete(self, channel: str, ts: str) -> None:
        """Delete a message, theirs or (as an administrator) anybody's."""
        message = self.workspace.find(channel, ts)
        self.slack.delivery.event(payloads.deleted_event(self.workspace, message))
        message.deleted = True

    # What they do.

    async def command(self, text: str, channel: str | None = None, command: str = "/tune") -> Acknowledged | None:
        """Type a slash command, in a channel or in the app's messages."""
        where = channel or self.direct
        payload = payloads.slash_command(self.slack.url, self.workspace, self.id, where, command, text)
        self.last = await self.slack.delivery.act("slash_commands", payload)
        self._show_at_once(where)
        return self.last

    async def press(self, label: str, on: str = "") -> Acknowledged | None:
        """Press the button with this label, or pick the option: on the newest message that has it (and shows ``on``)."""
        message, block, element, option = self._find(label, on)
        action = payloads.select_action(block, element, option) if option else _pressed(block, element, label)
        payload = payloads.message_press(self.slack.url, self.workspace, self.id, message, action)
        self.last = await self.slack.delivery.act("interactive", payload)
        return self.last

    async def choose(self, label: str, on: str = "", seconds: float = 30) -> None:
        """Press as soon as it is there; it must be acknowledged."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                self._find(label, on)
                break
            except NotThere:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(LOOK_EVERY)
        if await self.press(label, on) is None:
            raise NotThere(f"{label!r} was not acknowledged, and {self.name} sees an error")

    async def press_home(self, label: str) -> Acknowledged | None:
        """Press a button of the home tab."""
        for block, element in elements(self.workspace.homes.get(self.id, {}).get("blocks", [])):
            if label in _labels(element):
                payload = payloads.home_press(self.workspace, self.id, _pressed(block, element, label))
                self.last = await self.slack.delivery.act("interactive", payload)
                return self.last
        raise NotThere(f"no {label!r} on the home tab: {self.home}")

    async def shortcut(self, callback_id: str, channel: str, ts: str) -> Acknowledged | None:
        """Use a shortcut of a message."""
        message = self.workspace.find(channel, ts)
        payload = payloads.message_action(self.slack.url, self.workspace, self.id, message, callback_id)
        self.last = await self.slack.delivery.act("interactive", payload)
        return self.last

    async def open_home(self, tab: str = "home") -> None:
        """Open the app's home, or its messages."""
        inner = {"type": "app_home_opened", "user": self.id, "channel": self.direct, "tab": tab}
        if tab == "home" and self.id in self.workspace.homes:
            inner["view"] = self.workspace.homes[self.id]  # type: ignore[assignment]
        self.event(inner)

    def event(self, inner: Mapping[str, Any]) -> None:
        """Anything else that the app is told of."""
        self.slack.delivery.event(payloads.event(self.workspace, {"event_ts": self.workspace.ts()} | dict(inner)))

    # Forms.

    @property
    def modal(self) -> View | None:
        """The form that is open in front of them."""
        mine = [view for view in self.workspace.views.values() if view.user == self.id and not view.closed]
        return mine[-1] if mine else None

    async def submit(self, values: Mapping[str, str] | None = None) -> bool:
        """Fill in the open form, by label, and submit it. True: it is accepted and closed; else ``errors`` says why not."""
        view = self.modal
        if view is None:
            raise NotThere("no form is open")
        state = payloads.input_values(view.view["blocks"], values or {})
        self.last = await self.slack.delivery.act("interactive", payloads.view_submission(self.workspace, view, state))
        answer = (self.last.payload or {}) if self.last else {}
        action = answer.get("response_action")
        by_block = {b["block_id"]: b["label"]["text"] for b, _ in elements(view.view["blocks"]) if b["type"] == "input"}
        self.errors = (
            {by_block[id]: text for id, text in answer.get("errors", {}).items()} if action == "errors" else {}
        )
        if action in ("update", "push"):
            check_view(answer["view"], "modal")
            view.view = answer["view"]
        elif self.last is not None and action != "errors":
            view.closed = True
        return view.closed

    async def close(self) -> None:
        """Close the open form without submitting it."""
        view = self.modal
        assert view is not None
        view.closed = True
        if view.view.get("notify_on_close"):
            await self.slack.delivery.act("interactive", payloads.view_closed(self.workspace, view))

    # What they see.

    @property
    def seen(self) -> list[Message]:
        """Every message before their eyes, oldest first, those for them alone too."""
        channels = self.workspace.channels
        alive = set(map(id, self.workspace.ephemeral))
        return [
            message
            for message in self.workspace.said
            if not message.deleted
            and self.id in channels[message.channel].members
            and (message.only_to == self.id and id(message) in alive if message.only_to else True)
        ]

    def sees(self, text: str, where: str | None = None) -> Message | None:
        """The newest message that shows the text, in a channel if one is given."""
        for message in reversed(self.seen):
            if (where is None or message.channel == where) and text in self.reads(message):
                return message
        return None

    def counts(self, text: str) -> int:
        """How many messages show the text."""
        return sum(text in self.reads(message) for message in self.seen)

    def reads(self, message: Message) -> str:
        """All that a message says: its blocks (else its text), its buttons, its files with what they show."""
        files = [self.workspace.files[id] for id in message.files]
        shown = [*lines(message.blocks)] or [message.text]
        return "\n".join([*shown, *(f"{file.title or file.name}\n{file.alt}" for file in files)])

    @property
    def home(self) -> str:
        """All that the home tab says."""
        return "\n".join(lines(self.workspace.homes.get(self.id, {}).get("blocks", [])))

    @property
    def form(self) -> str:
        """All that the open form says."""
        return "\n".join(texts(self.modal.view)) if self.modal else ""

    async def until_sees(self, text: str, seconds: float = 30, where: str | None = None) -> Message:
        """Wait for a message."""
        deadline = time.monotonic() + seconds
        while (found := self.sees(text, where)) is None:
            if time.monotonic() > deadline:
                raise NotThere(f"{self.name} waited {seconds:g} s for {text!r} and sees:\n{self.recent}")
            await asyncio.sleep(LOOK_EVERY)
        return found

    async def until_form(self, text: str, seconds: float = 10) -> View:
        """Wait for the open form to show the text: a form is often opened empty, and filled a moment later."""
        deadline = time.monotonic() + seconds
        while text not in self.form:
            if time.monotonic() > deadline:
                raise NotThere(f"{self.name} waited for a form with {text!r}, and has: {self.form!r}")
            await asyncio.sleep(LOOK_EVERY)
        assert self.modal is not None
        return self.modal

    @property
    def recent(self) -> str:
        """The latest messages, for a report."""
        return "\n---\n".join(f"[{m.channel} {m.thread_ts or ''}] {m.user}: {self.reads(m)}" for m in self.seen[-8:])

    def _find(
        self, label: str, on: str
    ) -> tuple[Message, Mapping[str, Any], Mapping[str, Any], Mapping[str, Any] | None]:
        for message in reversed(self.seen):
            if message.user != self.workspace.bot or on not in self.reads(message):
                continue
            for block, element in elements(message.blocks):
                if label in _labels(element):
                    return message, block, element, None
                for option in options_of(element):
                    if option["text"]["text"] == label:
                        return message, block, element, option
        raise NotThere(f"{self.name} finds no {label!r} and sees:\n{self.recent}")

    def _show_at_once(self, channel: str) -> None:
        """What a command's acknowledgement says is shown, by default to whoever typed it alone."""
        body = (self.last.payload or {}) if self.last else {}
        if body.get("text") or body.get("blocks"):
            message = Message(channel, self.workspace.ts(), self.workspace.bot, str(body.get("text") or ""))
            message.blocks, message.bot_id = list(body.get("blocks") or []), self.workspace.bot_id
            message.only_to = None if body.get("response_type") == "in_channel" else self.id
            self.workspace.post(message)


def _labels(element: Mapping[str, Any]) -> list[str]:
    """The words on what can be pressed."""
    parts = [element, *(element.get(name, {}) for name in ("positive_button", "negative_button"))]
    return [part["text"]["text"] for part in parts if isinstance(part.get("text"), Mapping)]


def _pressed(block: Mapping[str, Any], element: Mapping[str, Any], label: str) -> dict[str, Any]:
    """The action of a button, or of one of a pair of feedback buttons."""
    if element["type"] != "feedback_buttons":
        return payloads.button_action(block, element)
    pair: Iterator[Mapping[str, Any]] = (element[name] for name in ("positive_button", "negative_button"))
    half = next(button for button in pair if button["text"]["text"] == label)
    return payloads.button_action(block, element) | {"text": half["text"], "value": half["value"]}


def person(slack: SlackServer, name: str, workspace: Workspace | None = None) -> SlackPerson:
    """A new member of a workspace."""
    there = workspace or slack.ward
    id = f"U0{name.upper()}"
    there.add_person(id, name)
    return SlackPerson(slack, id, name, there)
