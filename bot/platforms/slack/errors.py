"""What Slack's Web API answers, and what breaks on the way to it -> what the outbox understands (``bot.chat.errors``).

It knows no method: a code means the same wherever it comes from. The codes are those of the pages below
https://docs.slack.dev/reference/methods for the methods that this room calls.
"""

import contextlib
import math
from collections.abc import Iterator, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.chat.errors import ChatError, Refused, RetryLater, Uncertain

LATER: Mapping[str, float] = {
    "ratelimited": 30.0,
    "rate_limited": 30.0,
    "service_unavailable": 30.0,
    "request_timeout": 5.0,  # what we sent arrived cut off
    "message_limit_exceeded": 300.0,  # the whole workspace writes too much
    "team_added_to_org": 300.0,  # these three: the workspace is being moved
    "org_login_required": 300.0,
    "external_channel_migrating": 300.0,
}
"""Codes that say "not now", with the seconds to wait where Slack does not say how long (``Retry-After``)."""

PERHAPS_DONE = frozenset(
    {"internal_error", "fatal_error", "messaging_processing_failed", "file_update_failed", "update_failed"}
)
"""Failures inside Slack; of some it says that a part may have been done before."""

TOKEN_LOST = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"})
"""Codes that say that the workspace has taken our token away: nothing there will succeed until it is installed anew."""

NOT_EDITABLE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"})
"""Codes of an edit that say that the message is gone or fixed for good, while its channel may still be posted to."""

LEAST_WAIT, LONGEST_WAIT = 1.0, 3600.0
"""Seconds within which a wait is kept that somebody else asked for: a proxy may say 0 again and again, or the year 9999."""
UNREACHABLE_AGAIN_IN = 10.0
"""Seconds until a request is made again that found no connection."""


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Around a call to Slack: whatever it raises is raised as RetryLater, Refused or Uncertain."""
    try:
        yield
    except ChatError:
        raise
    except (SlackClientError, aiohttp.ClientError, OSError) as error:  # a TimeoutError is an OSError
        raise chat_error(error) from error


def chat_error(error: Exception) -> ChatError:
    """The reaction to a failed call. A code that is not known counts as a refusal: ``ok: false`` says that it was not done."""
    match error:
        case SlackApiError():
            return _of_answer(error.response)
        case SlackClientError():  # slack_sdk found the request itself malformed, and did not send it
            return Refused("invalid_arguments")
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError() | aiohttp.InvalidURL():
            return RetryLater(UNREACHABLE_AGAIN_IN)  # there was no connection, so nothing was sent
        case _:
            return Uncertain(type(error).__name__)


def retry_after(response: Any) -> float | None:
    """The seconds that an answer asks us to wait, an hour at most; None: it does not say, or not in a way that can be read."""
    headers = getattr(response, "headers", None) or {}
    value: Any = next((value for name, value in headers.items() if str(name).lower() == "retry-after"), None)
    try:
        seconds = float(value[0] if isinstance(value, list) else value)
    except (TypeError, ValueError, IndexError):
        return None
    return None if math.isnan(seconds) else min(max(0.0, seconds), LONGEST_WAIT)


def code_of(response: Any) -> str:
    """The error code of an answer; where it is not Slack's JSON (a proxy answered), ``http_<status>``."""
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    return code if isinstance(code, str) and code else f"http_{status_of(response)}"


def status_of(response: Any) -> int:
    """The HTTP status, of a slack_sdk answer or of a raw aiohttp one (which slack_sdk hands on where it cannot read it)."""
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    return status if isinstance(status, int) else 0


def _of_answer(response: Any) -> ChatError:
    code, status = code_of(response), status_of(response)
    if code in LATER or status == 429:
        wait = retry_after(response)
        return RetryLater(LATER.get(code, LATER["ratelimited"]) if wait is None else max(wait, LEAST_WAIT))
    if code in PERHAPS_DONE or (code.startswith("http_") and not 400 <= status < 500):
        return Uncertain(code)  # what a gateway says does not tell what the server behind it did
    return Refused(code)
