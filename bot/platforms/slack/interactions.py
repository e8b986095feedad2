"""What people do to what Slack shows of us -> values: buttons, the picker of projects, forms, the shortcut, the command.

Pure functions over payloads, as ``inbound`` has them for events. https://docs.slack.dev/reference/interaction-payloads
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from bot.chat.acting import Pressed
from bot.chat.events import ButtonPressed, MessageReceived, Sender
from bot.chat.port import Known
from bot.chat.text import one_line, shortened
from bot.platforms.slack.buttons import pressed
from bot.platforms.slack.inbound import (
    PLATFORM,
    Payload,
    Person,
    Us,
    address_of,
    at,
    conversation_id,
    direct_address,
    is_direct,
)
from bot.platforms.slack.reading import readable, unescaped

PICK = "pick-project"
"""The action id of the picker of projects."""
LONGEST_PICKED = 170
"""Characters of a command that a picker carries: with the rest they stay below the 255 of a block's id."""
MOST_OPTIONS = 100
LONGEST_OPTION = 75


@dataclass(frozen=True, kw_only=True)
class Surface:
    """Where something was pressed."""

    kind: Literal["message", "ephemeral", "view"]
    channel: str = ""
    ts: str = ""
    thread: str = ""
    """The root of the thread; empty: outside any."""


@dataclass(frozen=True, kw_only=True)
class Press:
    person: Person
    button: Pressed
    surface: Surface
    trigger: str
    response_url: str
    at: datetime
    tap: str = ""
    """Slack's time of it, the same however often it is delivered."""
    link: str = ""
    """Where the message can be seen; empty for what only one person is shown, and for what is in no message."""

    @property
    def id(self) -> str:
        """The same for a second tap on the same face; not for a judgement, which may be changed and changed back."""
        button = self.button
        tap = f":{self.tap}" if button.judges else ""
        return f"{PLATFORM}:press:{button.card_id}:{button.state}:{button.action}:{self.person.id}{tap}"


@dataclass(frozen=True, kw_only=True)
class Pick:
    """A project was picked for a command."""

    person: Person
    conversation: str
    command: str
    trigger: str
    """That of the command."""
    channel: str
    """Where it was given."""
    privately: bool
    response_url: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Command:
    person: Person
    channel: str
    text: str
    """What was typed behind the command."""
    trigger: str
    response_url: str

    @property
    def direct(self) -> bool:
        """Typed where only two can read along; whether we are one of them is not said."""
        return is_direct(self.channel)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Somebody's message, proposed as an example by its shortcut."""

    person: Person
    text: str
    author: str
    """A person's id."""
    author_name: str
    link: str
    trigger: str
    response_url: str
    unfit: Literal["", "of_app", "empty", "foreign"] = ""
    """Why it cannot be one: nobody is there who could agree to it, or there is nothing to learn from it."""


def interaction(body: Payload, us: Us, now: datetime) -> Press | Pick | None:
    """What a ``block_actions`` payload says; None: nothing to us (a link was followed)."""
    action: Payload = next(iter(body.get("actions") or ()), {})
    if action.get("action_id") == PICK:
        return _pick(body, action, us, now)
    button = pressed(action)
    if button is None:
        return None
    return Press(
        person=person(body, us),
        button=button,
        surface=_surface(body),
        trigger=str(body.get("trigger_id") or ""),
        response_url=str(body.get("response_url") or ""),
        at=_acted_at(action, now),
        tap=str(action.get("action_ts") or ""),
        link=_link_of_surface(body, _surface(body)),
    )


def command(body: Payload, us: Us) -> Command:
    who = Person(team=us.team, user=str(body["user_id"]), name=str(body.get("user_name") or ""))
    return Command(
        person=who,
        channel=str(body.get("channel_id") or ""),
        text=unescaped(str(body.get("text") or "")).strip(),  # the manifest asks for no links or mentions in it
        trigger=str(body.get("trigger_id") or ""),
        response_url=str(body.get("response_url") or ""),
    )


def proposal(body: Payload, us: Us, names: Mapping[str, str]) -> Proposal:
    """``names``: of the people that the message names, by user id."""
    message: Payload = body.get("message") or {}
    text, _ = readable(str(message.get("text") or ""), us.user, names)
    author = str(message.get("user") or "")
    return Proposal(
        person=person(body, us),
        text=text,
        author=Person(team=us.team, user=author).id if author else "",
        author_name=names.get(author, ""),
        link=_link(body, message),
        trigger=str(body.get("trigger_id") or ""),
        response_url=str(body.get("response_url") or ""),
        unfit=_unfit(message, us, text),
    )


def person(body: Payload, us: Us) -> Person:
    """Who pressed, submitted or chose."""
    user: Payload = body.get("user") or {}
    team = user.get("team_id") or us.team
    return Person(
        team=us.team,
        user=str(user.get("id") or ""),
        name=str(user.get("username") or user.get("name") or ""),
        foreign=team not in (us.team, us.enterprise),
    )


def press_received(press: Press, conversation: str | None, name: str) -> ButtonPressed:
    """``conversation``: where the card was shown, as the house has it; None: it knows of no such card."""
    return ButtonPressed(
        id=press.id,
        sender=presser(press, conversation, name),
        card_id=press.button.card_id,
        action=press.button.action,
        label=press.button.label,
        at=press.at,
        link=press.link,
    )


def command_received(
    command: Command, conversation: str, address: Mapping[str, str], privately: bool, name: str, now: datetime
) -> MessageReceived:
    return _typed(
        f"{PLATFORM}:command:{command.trigger}",
        command.text,
        Sender(
            person_id=command.person.id,
            display_name=name,
            conversation_id=conversation,
            address=dict(address),
            shared=conversation != command.person.id,
        ),
        privately,
        now,
    )


def pick_received(pick: Pick, name: str) -> MessageReceived:
    sender = Sender(
        person_id=pick.person.id,
        display_name=name,
        conversation_id=pick.conversation,
        address=address_of(pick.conversation, pick.person.user),
        shared=pick.conversation != pick.person.id,
    )
    return _typed(f"{PLATFORM}:command:{pick.trigger}", pick.command, sender, pick.privately, pick.at)


def picker(command: Command, choices: Sequence[Known], privately: bool, question: str) -> list[dict[str, Any]]:
    """Blocks that ask which project a command is meant for. They carry the command, so that any process can go on with it.

    Raises ValueError: the command is too long for that.
    """
    carried = json.dumps([command.trigger, int(privately), command.text], separators=(",", ":"), ensure_ascii=False)
    if len(command.text) > LONGEST_PICKED or len(carried) > 255:
        raise ValueError("too long")
    options = [
        {
            "text": {
                "type": "plain_text",
                "text": shortened(one_line(choice.project or choice.conversation_id), LONGEST_OPTION),
                "emoji": False,
            },
            "value": choice.conversation_id,
        }
        for choice in choices[:MOST_OPTIONS]
    ]
    select = {
        "type": "static_select",
        "action_id": PICK,
        "placeholder": {"type": "plain_text", "text": shortened(question, LONGEST_OPTION)},
        "options": options,
    }
    return [
        {"type": "section", "text": {"type": "plain_text", "text": question}},
        {"type": "actions", "block_id": carried, "elements": [select]},
    ]


def _pick(body: Payload, action: Payload, us: Us, now: datetime) -> Pick | None:
    try:
        trigger, privately, text = json.loads(action["block_id"])
        conversation = str(action["selected_option"]["value"])
    except (KeyError, TypeError, ValueError):
        return None
    return Pick(
        person=person(body, us),
        conversation=conversation,
        command=str(text),
        trigger=str(trigger),
        channel=_surface(body).channel,
        privately=bool(privately),
        response_url=str(body.get("response_url") or ""),
        at=_acted_at(action, now),
    )


def _acted_at(action: Payload, now: datetime) -> datetime:
    """By Slack's clock, as messages are timed: what was missed is looked for by comparing the two (``reconcile``)."""
    ts = action.get("action_ts")
    return at(ts) if isinstance(ts, str) and ts else now


def _typed(id: str, text: str, sender: Sender, privately: bool, now: datetime) -> MessageReceived:
    return MessageReceived(id=id, sender=sender, text=f"/tune {text}".strip(), at=now, privately=privately)


def presser(press: Press, conversation: str | None, name: str) -> Sender:
    who, surface = press.person, press.surface
    unknown = conversation is None and (not surface.channel or is_direct(surface.channel))
    direct = conversation == who.id or unknown
    if direct:
        conversation, address = who.id, _direct(press)
    else:
        conversation = conversation or conversation_id(who.team, surface.channel, surface.thread or surface.ts)
        address = address_of(conversation, who.user)
    return Sender(person_id=who.id, display_name=name, conversation_id=conversation, address=address, shared=not direct)


def _direct(press: Press) -> dict[str, str]:
    """Where the answer to a press goes that is for the person alone: to where the card stands, if that is known."""
    surface = press.surface
    if not is_direct(surface.channel):
        return address_of(press.person.id)
    return direct_address(press.person, surface.channel, surface.thread)


def _surface(body: Payload) -> Surface:
    container: Payload = body.get("container") or {}
    if container.get("type") != "message":
        return Surface(kind="view")
    message: Payload = body.get("message") or {}
    channel = str(container.get("channel_id") or (body.get("channel") or {}).get("id") or "")
    return Surface(
        kind="ephemeral" if container.get("is_ephemeral") else "message",
        channel=channel,
        ts=str(container.get("message_ts") or ""),
        thread=str(message.get("thread_ts") or container.get("thread_ts") or ""),
    )


def _unfit(message: Payload, us: Us, text: str) -> Literal["", "of_app", "empty", "foreign"]:
    if message.get("bot_id") or message.get("subtype") == "bot_message" or not message.get("user"):
        return "of_app"
    if (message.get("user_team") or message.get("team") or us.team) not in (us.team, us.enterprise):
        return "foreign"
    return "" if text.strip() else "empty"


def _link(body: Payload, message: Payload) -> str:
    """Where the message can be seen."""
    channel = str((body.get("channel") or {}).get("id") or "")
    ts, thread = str(message.get("ts") or body.get("message_ts") or ""), str(message.get("thread_ts") or "")
    return _permalink(body, channel, ts, thread)


def _link_of_surface(body: Payload, surface: Surface) -> str:
    return _permalink(body, surface.channel, surface.ts, surface.thread) if surface.kind == "message" else ""


def _permalink(body: Payload, channel: str, ts: str, thread: str) -> str:
    """What ``chat.getPermalink`` would answer, which needs us to be in the channel."""
    domain = (body.get("team") or {}).get("domain")
    if not domain or not channel or not ts:
        return ""
    link = f"https://{domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}"
    return f"{link}?thread_ts={thread}&cid={channel}" if thread and thread != ts else link


def now() -> datetime:
    return datetime.now(UTC)
