"""The Web API's clients: one for each workspace's token, over one pool of connections, at one pace.

They know no payload and keep no token but their own. Whatever goes wrong comes out as ``bot.chat.errors`` has it; the
plain client, for slack_bolt's own calls and for checks, raises what slack_sdk raises.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.platforms.slack.errors import LATER, retry_after, status_of, translated
from bot.platforms.slack.limits import Call, Pace

BASE_URL = AsyncWebClient.BASE_URL
CONNECT_WITHIN = 5.0
"""Seconds; later than that nothing was sent, and it is tried again."""
ANSWER_WITHIN = 12.0
"""Seconds for a whole call: less than the outbox waits for a post (``bot.outbox.POST_WITHIN``)."""
SHORT_RETRY = 1.0
"""A ``Retry-After`` of at most so many seconds is waited out on the spot; for a longer one the outbox turns to others."""


class ShortRateLimitRetryHandler(AsyncRateLimitErrorRetryHandler):
    """Repeats a call that was refused for its rate, if Slack asks for a short wait only."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        wait = retry_after(response)
        return response is not None and response.status_code == 429 and wait is not None and wait <= SHORT_RETRY

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> None:
        state.next_attempt_requested = True
        await asyncio.sleep(retry_after(response) or 0.0)  # slack_sdk's own adds up to a second more
        state.increment_current_attempt()


def plain_client(token: str | None, base_url: str = BASE_URL) -> AsyncWebClient:
    """A client that neither paces nor translates, with a connection for each call."""
    return AsyncWebClient(token, **_settings(base_url))


@dataclass(eq=False)
class SlackClients:
    """The clients of this process, by workspace. ``aclose`` ends their connections."""

    base_url: str = BASE_URL
    pace: Pace = field(default_factory=Pace)
    _session: aiohttp.ClientSession | None = None

    def of(self, team: str, token: str) -> "SlackClient":
        """A client for a workspace; cheap, made for each use, so that a token that was replaced is never used again."""
        return SlackClient(self, team, token)

    @property
    def session(self) -> aiohttp.ClientSession:
        """The connections, opened in the event loop that first asks."""
        if self._session is None or self._session.closed:
            within = aiohttp.ClientTimeout(total=ANSWER_WITHIN, sock_connect=CONNECT_WITHIN)
            self._session = aiohttp.ClientSession(timeout=within)
        return self._session

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()


class SlackClient(AsyncWebClient):
    """One workspace's client. Each call waits for its turn, and raises RetryLater, Refused or Uncertain."""

    def __init__(self, clients: SlackClients, team: str, token: str) -> None:
        super().__init__(token, session=clients.session, **_settings(clients.base_url))
        self.pace = clients.pace
        self.team = team

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        await self.pace.turn(_call(self.team, api_method, arguments))
        with translated():
            try:
                return await super().api_call(api_method, **arguments)
            except SlackApiError as error:
                self._note(api_method, error)
                raise

    def _note(self, method: str, error: SlackApiError) -> None:
        """Hold back later calls of the method if this one was refused for its rate."""
        if status_of(error.response) == 429:
            wait = retry_after(error.response)
            self.pace.hold(self.team, method, LATER["ratelimited"] if wait is None else wait)


def _call(team: str, method: str, arguments: Mapping[str, Any]) -> Call:
    """What of a call its pace depends on, from wherever slack_sdk puts it."""
    given: dict[str, Any] = {}
    for place in ("params", "json", "data"):
        if isinstance(arguments.get(place), Mapping):
            given |= arguments[place]
    channel = str(given.get("channel") or "")
    return Call(
        team=team,
        method=method,
        channel=channel,
        thread=str(given.get("thread_ts") or ""),
        ts=str(given.get("ts") or "") if method == "chat.update" else "",
    )


def _settings(base_url: str) -> dict[str, Any]:
    return {
        "base_url": base_url,
        "timeout": int(ANSWER_WITHIN),
        "user_agent_prefix": f"Threadtune/{version('threadtune')}",
        "retry_handlers": [ShortRateLimitRetryHandler(max_retry_count=1)],
    }
