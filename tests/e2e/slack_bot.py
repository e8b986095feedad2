"""The real bot in the small Slack: started in a home folder, killed without mercy, and its books looked at afterwards."""

import contextlib
import socket
from collections import Counter
from dataclasses import dataclass

from tests.e2e.running_bot import START, RunningBot, until
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_strict import elements
from tests.fakes.slack_workspace import APP_TOKEN, SECRET, Message


@dataclass
class SlackBot(RunningBot):
    slack: SlackServer

    def __post_init__(self) -> None:
        self.household.environment |= {
            "SLACK_BOT_TOKEN": self.slack.ward.token,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "THREADTUNE_SLACK_API_URL": self.slack.api_url,
        }

    async def start(self) -> None:
        """Start it, and wait until it listens."""
        before = self.slack.socket.connected
        self.process = self.household.start("run")
        try:
            await self.slack.socket.until_connected(before + 1, START)
        except TimeoutError:
            raise AssertionError(f"the bot did not come up:\n{self.output}") from None

    async def listen_on(self, port: int) -> None:
        """Start it for signed requests over HTTP, and wait until it answers them."""
        self.household.environment |= {
            "SLACK_SIGNING_SECRET": SECRET,
            "THREADTUNE_SLACK_TRANSPORT": "http",
            "THREADTUNE_SLACK_PORT": str(port),
        }
        self.process = self.household.start("run")

        def listens() -> bool:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return True
            return False

        await until(listens, START, "the bot listens")

    async def card(self, button: str) -> Message:
        """The newest message with a button of ours."""
        found: list[Message] = []

        def there() -> bool:
            found[:] = [
                message
                for message in self.slack.ward.said
                if not message.deleted
                and any(button in str(element.get("text")) for _, element in elements(message.blocks))
            ]
            return bool(found)

        await until(there, 60, f"a card with {button!r}")
        return found[-1]

    async def told(self) -> None:
        await self.slack.delivery.settled()


def marker_of(message: Message) -> str | None:
    """What it was posted under."""
    payload = (message.posted_with or {}).get("event_payload") or {}
    return payload.get("marker")


def check_nothing_twice(slack: SlackServer) -> None:
    """Every post of ours is there once, by its marker; every file by its name, which holds one."""
    ours = [message for message in slack.ward.said if message.user == slack.ward.bot and message.only_to is None]
    markers = Counter(marker for message in ours if (marker := marker_of(message)))
    assert markers, "posts carry markers"
    assert max(markers.values()) == 1, [marker for marker, count in markers.items() if count > 1]
    names = Counter(slack.ward.files[id].name for message in ours for id in message.files)
    assert not names or max(names.values()) == 1, names


def check_nothing_lost(bot: RunningBot, slack: SlackServer) -> None:
    """What people said to the bot is in its inbox, once; what it had to say was shown, each message in its conversation."""
    heard = Counter(id for (id,) in bot.rows("SELECT id FROM inbox_events"))
    assert max(heard.values()) == 1
    ward = slack.ward
    directs = [channel for channel in ward.channels.values() if channel.kind == "im"]
    for channel in directs:
        for message in channel.messages.values():
            if message.user != ward.bot:
                assert f"slack:{ward.id}:{channel.id}:{message.ts}" in heard, message.text
    ends = Counter(state for (state,) in bot.rows("SELECT state FROM outbox"))
    assert set(ends) <= {"posted", "superseded"}, ends
    shown = {marker for message in ward.said if (marker := marker_of(message))}
    for id, _, receipt in bot.posted("slack", "post"):
        if "private" not in receipt:
            assert f"tt-{id}" in shown, f"post {id} was recorded as posted, and is not there"
