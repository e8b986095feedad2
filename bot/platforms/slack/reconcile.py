"""What was said while there was no connection: looked up in the conversations that the house knows, and handed in.

Nothing replays missed events, and history may be read seldom, so it is asked only about the conversations heard from last,
and only for what is newer than what was heard there. A new mention in a channel is not found this way: to look through
channels for it would be to read what was not said to us.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot.chat.catching_up import MOST, CatchingUp
from bot.chat.errors import ChatError
from bot.chat.port import House, Known
from bot.platforms.slack.client import SlackClient
from bot.platforms.slack.history import Found, in_channel, in_thread
from bot.platforms.slack.inbound import PLATFORM, Said, Us, at, is_direct, said
from bot.platforms.slack.workspaces import Workspaces

log = logging.getLogger(__name__)

MOST_LIMITED = 3
"""Conversations in one workspace that are looked at for an app that may read history once a minute."""


@dataclass(eq=False)
class Reconciler:
    house: House
    workspaces: Workspaces
    take: Callable[[Said, Us], Awaitable[bool]]
    """Hands in a message as if it came now; its id is the one that it would have had."""
    catching_up: CatchingUp = field(default_factory=CatchingUp)

    async def run(self) -> None:
        """Look through all workspaces. Raises what the house raises."""
        for team in await self.workspaces.teams():
            try:
                await self._workspace(team)
            except ChatError as error:
                log.warning("what was missed in workspace %s cannot be looked up: %s", team, error)

    async def _workspace(self, team: str) -> None:
        client, us = await self.workspaces.client(team), await self.workspaces.us(team)
        if us is None:
            return
        known = await self.house.known(f"{PLATFORM}:{team}:")
        most = MOST_LIMITED if client.pace.sold else MOST
        found = await self.catching_up.each(known, lambda one: self._conversation(client, us, one), most)
        log.info("workspace %s: %d messages were missed and are answered now", team, found)

    async def _conversation(self, client: SlackClient, us: Us, known: Known) -> int:
        """How many messages there were. Raises RetryLater, Refused, Uncertain."""
        channel, thread = known.address.get("channel"), known.address.get("thread")
        if not channel or known.heard_last is None:
            return 0
        oldest = f"{known.heard_last.timestamp():.6f}"
        messages = list(await in_channel(client, channel, oldest)) if is_direct(channel) else []
        if thread:
            messages += await in_thread(client, channel, thread, oldest=oldest)
        missed = sorted(missed_in(messages, channel, us, known), key=lambda one: float(one.ts))
        return sum([await self.take(one, us) for one in missed])


def missed_in(messages: Sequence[Found], channel: str, us: Us, known: Known) -> list[Said]:
    """Those that a person said there to us after what was heard last; each once. Slack adds a thread's root to whatever of
    it is asked for."""
    found: dict[str, Said] = {}
    for message in messages:
        one = said({**message, "channel": channel}, us)
        if one and one.conversation == known.conversation_id and known.heard_last and at(one.ts) > known.heard_last:
            found[one.id] = one
    return list(found.values())
