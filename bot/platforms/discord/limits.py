"""How fast this process may call Discord, over all that its client does. It knows no payload and posts nothing.

discord.py keeps to the bucket of each route by the headers of the answers. What it does not do is done here, beside every
request of its session (``aiohttp.TraceConfig``): 50 requests a second over all, no long wait before a message, and a pause
well before Discord would ban the address for refused requests (https://docs.discord.com/developers/topics/rate-limits).
"""

import asyncio
import json
import logging
import math
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import discord

from bot.chat.errors import Refused
from bot.platforms.discord.errors import CODES, LIMITED_FOR

log = logging.getLogger(__name__)

A_SECOND = 50
"""Requests in a second over all routes but those of interactions, which Discord does not count."""
WINDOW = 600.0
"""Seconds over which refused requests are counted."""
BANNED_AT = 10_000
"""Refused requests in ``WINDOW`` at which Discord bans an address."""
PAUSED_AT = BANNED_AT // 2
"""Where this process stops: another one may share its address."""
REFUSED = frozenset({401, 403, 429})
"""The statuses that are counted; a 429 of scope ``shared`` is not, since others caused it."""
SHORT = 3.0
"""Seconds that a message waits within discord.py after a 429; for a longer wait the outbox turns to others, and a later
face of a card takes the place of the one that waits."""

_MESSAGES = re.compile(r"/(?:channels/\d+|webhooks/\d+/[^/]+)(?:/messages(?:/[^/]+)?)?$")
_UNCOUNTED = re.compile(r"/(?:interactions|webhooks)/")


@dataclass(eq=False)
class Pace:
    """What one process does. Give ``trace()`` to the client as ``http_trace``."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _made: deque[float] = field(default_factory=lambda: deque(maxlen=A_SECOND), init=False)
    """When the last requests were made, or will be."""
    _refused: deque[float] = field(default_factory=lambda: deque(maxlen=PAUSED_AT), init=False)
    """When the last requests were refused."""
    _held_until: float = field(default=-math.inf, init=False)
    """Discord asked us to make no request until then, whatever its route."""

    def trace(self) -> aiohttp.TraceConfig:
        """Goes with every request of a session. It raises ``discord.RateLimited``, as discord.py does, for a request that
        is not made now, or was refused for its rate."""
        trace = aiohttp.TraceConfig()

        async def start(session: object, context: object, request: aiohttp.TraceRequestStartParams) -> None:
            if request.url.scheme in ("http", "https"):
                await self.turn(request.url.path)

        async def end(session: object, context: object, request: aiohttp.TraceRequestEndParams) -> None:
            code = await _code_of(request.response) if request.response.status == 429 else 0
            self.answered(request.url.path, request.response.status, request.response.headers, code)

        trace.on_request_start.append(start)
        trace.on_request_end.append(end)
        return trace

    async def turn(self, path: str) -> None:
        """Return when a request may be made. Raises discord.RateLimited where that is not soon."""
        if (seconds := self.paused()) > 0:
            raise discord.RateLimited(seconds)
        if _UNCOUNTED.search(path):
            return
        now = self.clock()
        if self._held_until - now > SHORT:
            raise discord.RateLimited(self._held_until - now)
        at = max(now, self._held_until, self._made[0] + 1.0 if len(self._made) == A_SECOND else now)
        self._made.append(at)
        if at > now:
            await self.sleep(at - now)

    def paused(self) -> float:
        """Seconds until requests are made again after too many that were refused. 0: they are made."""
        if len(self._refused) < PAUSED_AT:
            return 0.0
        return max(0.0, self._refused[0] + WINDOW - self.clock())

    def answered(self, path: str, status: int, headers: Mapping[str, Any], code: int = 0) -> None:
        """Note how a request was answered. Raises discord.RateLimited for a message that would wait for long, and Refused
        for an edit that discord.py would only try again (``code``: 30046, which comes with status 429)."""
        if status in REFUSED and headers.get("X-RateLimit-Scope") != "shared":
            self._refused.append(self.clock())
            if len(self._refused) == PAUSED_AT and self.paused() > 0:
                log.error("Discord refused %s requests in %.0f s: none is made for now", PAUSED_AT, WINDOW)
        if status != 429:
            return
        if code in CODES:
            raise Refused(CODES[code])
        seconds = _retry_after(headers)
        if headers.get("X-RateLimit-Global") or headers.get("X-RateLimit-Scope") == "global":
            self._held_until = max(self._held_until, self.clock() + seconds)
        if seconds > SHORT and _MESSAGES.search(path):
            log.warning("Discord asks us to wait %.0f s with messages", seconds)
            raise discord.RateLimited(seconds)


async def _code_of(response: aiohttp.ClientResponse) -> int:
    """Of an answer, which can be read once more after this; 0: it has none."""
    try:
        found = json.loads(await response.read())
    except ValueError:
        return 0
    code = found.get("code") if isinstance(found, dict) else 0
    return code if isinstance(code, int) else 0


def _retry_after(headers: Mapping[str, Any]) -> float:
    try:
        seconds = float(headers.get("Retry-After", LIMITED_FOR))
    except ValueError:
        return LIMITED_FOR
    return LIMITED_FOR if math.isnan(seconds) else seconds
