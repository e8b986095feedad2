"""Short sentences of the room's own to one person, outside the outbox: why something did not work, and what to do.

They are best effort, and nothing waits for them. A ``response_url`` is used where there is one: it needs no membership and
reaches people in conversations that we are not in (https://docs.slack.dev/interactivity/handling-user-interaction).
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.chat.errors import ChatError, Refused
from bot.chat.port import Words
from bot.chat.remembering import Latest
from bot.platforms.slack.blocks import notice
from bot.platforms.slack.client import SlackClients
from bot.platforms.slack.errors import translated
from bot.platforms.slack.files import is_slacks
from bot.platforms.slack.inbound import is_direct
from bot.platforms.slack.workspaces import Workspaces

log = logging.getLogger(__name__)

RESPONSE_LIVES = 29 * 60.0
"""Seconds for which a ``response_url`` is used; Slack gives it half an hour."""
RESPONSE_USES = 5
MOST_KEPT = 2000


@dataclass(eq=False)
class ResponseUrls:
    """The ``response_url`` by which a message for one person alone can be replaced, by its card and person: nothing else can."""

    clock: Callable[[], float] = time.monotonic
    _kept: Latest[tuple[str, str], tuple[str, float, int]] = field(
        default_factory=lambda: Latest(MOST_KEPT), init=False
    )

    def keep(self, card_id: str, person_id: str, url: str) -> None:
        if url:
            self._kept[card_id, person_id] = (url, self.clock() + RESPONSE_LIVES, RESPONSE_USES)

    def use(self, card_id: str, person_id: str) -> str | None:
        """The address, which counts as used once more; None: there is none, or it has served its time."""
        url, until, left = self._kept.get((card_id, person_id), ("", 0.0, 0))
        if not left or self.clock() > until:
            return None
        self._kept[card_id, person_id] = (url, until, left - 1)
        return url


@dataclass(eq=False)
class Notices:
    clients: SlackClients
    workspaces: Workspaces
    words: Words

    async def answer(self, response_url: str, payload: Mapping[str, Any]) -> None:
        """Raises Refused (used up, run out, not Slack's), RetryLater, Uncertain."""
        if not is_slacks(response_url, self.clients.base_url):
            raise Refused("not_slacks")
        with translated():
            async with self.clients.session.post(response_url, json=payload, allow_redirects=False) as answer:
                if answer.status != 200:
                    raise Refused(f"http_{answer.status}")

    async def reply(self, response_url: str, text: str, replace: bool = False) -> None:
        """To whoever did what the address belongs to. ``replace``: in the place of the message that it was done to."""
        shown = notice(text, self.words)
        await self.answer(response_url, {"response_type": "ephemeral", "replace_original": replace, **shown})

    async def privately(self, team: str, channel: str, user: str, text: str, thread: str = "") -> None:
        """To one person, where they did something: in a channel nobody else sees it."""
        shown = notice(text, self.words, in_thread=bool(thread))
        where: dict[str, Any] = {"channel": channel} | ({"thread_ts": thread} if thread else {})
        client = await self.workspaces.client(team)
        if is_direct(channel):
            await client.chat_postMessage(**where, **shown)
        else:
            await client.chat_postEphemeral(user=user, **where, **shown)

    async def directly(self, team: str, user: str, text: str) -> None:
        """To a person's direct messages."""
        client = await self.workspaces.client(team)
        opened = await client.conversations_open(users=user)
        await self.privately(team, opened["channel"]["id"], user, text)

    async def somehow(self, response_url: str, text: str, team: str, user: str) -> None:
        """By the address, or else directly: the person waits for a word."""
        try:
            await self.reply(response_url, text)
        except ChatError as error:
            log.info("a response_url could not be used: %s", error)
            await self.directly(team, user, text)
