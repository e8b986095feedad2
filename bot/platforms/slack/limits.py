"""How fast this process may call Slack: "now", or "in so many seconds". It calls nothing and reads no answers.

Slack counts per method and workspace, in four tiers, and lets an app post about one message a second to a channel
(https://docs.slack.dev/apis/web-api/rate-limits). Each process keeps to this by itself; what several of them do together
is told by Slack (429 with ``Retry-After``), and then held to as well.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.chat.errors import RetryLater

WINDOW = 60.0
"""Seconds over which the calls of a method are counted."""
TIERS: Mapping[int, int] = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls in ``WINDOW`` by tier: the least that Slack grants."""
SPECIAL = 300
"""Calls in ``WINDOW`` of a method with a limit of its own, of which Slack says "several hundred"."""
METHODS: Mapping[str, int] = {
    "apps.connections.open": 1,
    "assistant.threads.setSuggestedPrompts": 4,
    "bots.info": 3,
    "chat.postEphemeral": 4,
    "chat.update": 3,
    "conversations.history": 3,
    "conversations.info": 3,
    "conversations.open": 3,
    "conversations.replies": 3,
    "files.completeUploadExternal": 4,
    "files.getUploadURLExternal": 4,
    "files.info": 4,
    "reactions.add": 3,
    "users.conversations": 3,
    "users.info": 4,
    "views.open": 4,
    "views.publish": 4,
    "views.update": 4,
}
"""The tier of a method, from its page. One that is not here is called as seldom as those of tier 2."""
SPECIAL_METHODS = frozenset({"auth.test", "assistant.threads.setStatus", "chat.postMessage"})
HISTORY = frozenset({"conversations.history", "conversations.replies"})
"""What an app that is sold outside Slack's Marketplace may call once a minute, for 15 messages at most; an app that a
company made for itself may call it as tier 3 says."""
POST_EVERY = 1.0
"""Seconds between two posts to one channel, whichever of its threads they are for."""
EDIT_EVERY = 3.0
"""Seconds between two edits of one message, so that a run that learns fast does not use up everybody's edits."""
SHORT = 1.5
"""Seconds that are simply waited; for a longer wait the outbox goes on with other conversations."""
KEPT_FOR = 5.0
"""Seconds for which a turn is kept for the thread that it was promised to, counted from when it comes."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call that is about to be made."""

    team: str
    method: str
    channel: str = ""
    thread: str = ""
    """Whose turn it is: the threads of a channel come in turn."""
    ts: str = ""
    """The message that is edited."""


class Turns:
    """One thing at a time, ``every`` so many seconds; each claimant is promised a turn, in the order in which they asked."""

    def __init__(self, every: float) -> None:
        self.every = every
        self.free_at = 0.0
        """When the next turn is that nobody was promised."""
        self.promised: dict[str, float] = {}
        """The time of each claimant's turn, the soonest first."""

    def wait(self, claimant: str, now: float) -> float:
        """Seconds until the claimant's turn, which is promised to them with this. 0: it is now."""
        self._forget(now)
        if claimant not in self.promised:
            self.promised[claimant] = max(now, self.free_at)
            self.free_at = self.promised[claimant] + self.every
        return max(0.0, self.promised[claimant] - now)

    def take(self, claimant: str, now: float) -> None:
        """The claimant uses their turn, perhaps later than it was: those after them move back as far as need be."""
        self.promised.pop(claimant, None)
        earliest = now + self.every
        for other, at in self.promised.items():
            self.promised[other] = max(at, earliest)
            earliest = self.promised[other] + self.every
        self.free_at = max(earliest, self.free_at)

    def idle(self, now: float) -> bool:
        self._forget(now)
        return not self.promised and self.free_at <= now

    def _forget(self, now: float) -> None:
        """Drop the promises that nobody came for."""
        for claimant in [name for name, at in self.promised.items() if at + KEPT_FOR < now]:
            del self.promised[claimant]


@dataclass
class Pace:
    """What one process does, over all workspaces. Memory grows with the channels and messages of the last minute only."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    sold: bool = False
    """Whether the app is sold outside Slack's Marketplace (``HISTORY``)."""
    _calls: dict[tuple[str, str], deque[float]] = field(default_factory=dict)
    _turns: dict[tuple[str, ...], Turns] = field(default_factory=dict)
    _held: dict[tuple[str, str], float] = field(default_factory=dict)
    _swept: float = 0.0

    async def turn(self, call: Call) -> None:
        """Return when the call may be made; it counts as made then. Raises RetryLater where that is not soon."""
        while seconds := self.seconds_until(call):
            if seconds > SHORT:
                raise RetryLater(seconds)
            await self.sleep(seconds)

    def seconds_until(self, call: Call) -> float:
        """0: it may be made now, and counts as made. More: ask again then; a turn in the channel is kept for its thread."""
        now = self.clock()
        self._sweep(now)
        counted = max(self._until_allowed(call, now), self._until_room(call, now))
        if counted > 0:
            return counted
        turns = self._turns_of(call)
        if turns is None:
            self._count(call, now)
            return 0.0
        wait = turns.wait(call.thread, now)
        if wait <= 0:
            turns.take(call.thread, now)
            self._count(call, now)
        return wait

    def hold(self, team: str, method: str, seconds: float) -> None:
        """Slack asked us to wait with a method in a workspace (``Retry-After``)."""
        key = (team, method)
        self._held[key] = max(self._held.get(key, 0.0), self.clock() + seconds)

    def _until_allowed(self, call: Call, now: float) -> float:
        return max(0.0, self._held.get((call.team, call.method), 0.0) - now)

    def _until_room(self, call: Call, now: float) -> float:
        made = self._calls.get((call.team, call.method)) or deque[float]()
        while made and made[0] <= now - WINDOW:
            made.popleft()
        return made[0] + WINDOW - now if len(made) >= self.allowed(call.method) else 0.0

    def allowed(self, method: str) -> int:
        """Calls in ``WINDOW``."""
        if self.sold and method in HISTORY:
            return TIERS[1]
        return SPECIAL if method in SPECIAL_METHODS else TIERS[METHODS.get(method, 2)]

    def _turns_of(self, call: Call) -> Turns | None:
        if call.method == "chat.postMessage" and call.channel:
            return self._turns.setdefault((call.team, call.channel), Turns(POST_EVERY))
        if call.method == "chat.update" and call.ts:
            return self._turns.setdefault((call.team, call.channel, call.ts), Turns(EDIT_EVERY))
        return None

    def _count(self, call: Call, now: float) -> None:
        self._calls.setdefault((call.team, call.method), deque()).append(now)

    def _sweep(self, now: float) -> None:
        """Forget what has no bearing any more, once in a while."""
        if now - self._swept < WINDOW:
            return
        self._swept = now
        self._calls = {key: made for key, made in self._calls.items() if made and made[-1] > now - WINDOW}
        self._turns = {key: turns for key, turns in self._turns.items() if not turns.idle(now)}
        self._held = {key: until for key, until in self._held.items() if until > now}
