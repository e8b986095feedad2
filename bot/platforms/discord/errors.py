"""What Discord's API answers, and what breaks on the way to it -> what the outbox understands (``bot.chat.errors``).

It knows no route: a code means the same wherever it comes from. The codes are those of
https://docs.discord.com/developers/topics/opcodes-and-status-codes#json.
"""

import contextlib
import logging
import math
from collections.abc import Iterator, Mapping

import aiohttp
import discord
from discord.utils import MISSING

from bot.chat.errors import ChatError, Refused, RetryLater, Uncertain

log = logging.getLogger(__name__)

CODES: Mapping[int, str] = {
    10003: "unknown_channel",
    10004: "unknown_guild",
    10007: "unknown_member",
    10008: "unknown_message",
    10013: "unknown_user",
    10015: "unknown_webhook",
    10062: "unknown_interaction",
    20009: "explicit_content",
    30007: "too_many_webhooks",
    30046: "edits_limited",
    40004: "sending_disabled",
    40005: "too_large",
    40060: "already_acknowledged",
    50001: "missing_access",
    50005: "not_ours",
    50006: "empty_message",
    50007: "dms_closed",
    50008: "not_a_text_channel",
    50013: "missing_permissions",
    50021: "system_message",
    50027: "invalid_webhook_token",
    50035: "invalid_form",
    50083: "thread_archived",
    50278: "dms_closed",
    160005: "thread_locked",
    160006: "threads_full",
    160007: "threads_full",
    200000: "moderated",
    200001: "title_moderated",
    240000: "harmful_link",
}
"""Refusals that are known by a name, which has a sentence for people where they can do something (``outbox.reason_``)."""

LATER: Mapping[int, float] = {
    20016: 30.0,  # slow mode
    20026: 300.0,  # the app was flagged for spam; a person at Discord looks into it
    20028: 30.0,  # too many writes in the channel
    20029: 30.0,  # the same of the server
    31001: 30.0,
    40002: 300.0,  # the account has to be verified
    40003: 60.0,  # direct messages are opened too fast
    40062: 30.0,
    110001: 30.0,  # not in the region at the moment
    130000: 30.0,  # overloaded
}
"""Codes that say "not now", with the seconds to wait where Discord does not say how long."""

CHANNEL_LOST = frozenset(
    {
        "missing_access",
        "missing_permissions",
        "unknown_channel",
        "unknown_guild",
        "not_a_text_channel",
        "thread_archived",
        "thread_locked",
    }
)
"""Refusals that say that nothing can be shown in a channel any more. Sending opens an archived thread again, so one that
stays archived is locked."""
NOT_EDITABLE = frozenset({"unknown_message", "edits_limited", "not_ours", "system_message", "thread_archived"})
"""Refusals of an edit after which the message can be posted afresh: sending also opens an archived thread."""
TOKEN_SPENT = frozenset(
    {"unknown_webhook", "unknown_interaction", "invalid_webhook_token", "already_acknowledged", "unknown_message"}
)
"""Refusals that say that an interaction serves no more."""

LIMITED_FOR = 60.0
"""Seconds to wait after a 429 that says nothing: it then comes from in front of the API."""
LOGGED_OUT_FOR = 30.0
"""Seconds until a request is made again that was refused for its token: by then an operator may have put another in its place, and
started the bot again, which Discord ends as well."""
LEAST_WAIT, LONGEST_WAIT = 1.0, 3600.0
"""Seconds within which a wait is kept that somebody else asked for: a proxy may say 0 again and again, or the year 9999."""
UNREACHABLE_AGAIN_IN = 10.0
"""Seconds until a request is made again that found no connection."""


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Around a call to Discord: whatever it raises is raised as RetryLater, Refused or Uncertain."""
    try:
        yield
    except ChatError:
        raise
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:  # a TimeoutError is an OSError
        raise chat_error(error) from error
    except (RuntimeError, AttributeError) as error:
        if not _is_without_session(error):
            raise
        raise Uncertain("no_session") from error  # discord.py may have sent it before, and was about to send it again


def chat_error(error: Exception) -> ChatError:
    """The reaction to a failed call. A code that is not known counts as a refusal: its status says that it was not done."""
    match error:
        case discord.RateLimited():
            return RetryLater(_kept(error.retry_after))
        case discord.HTTPException():
            return _of_answer(error)
        case discord.DiscordException():  # discord.py found the request itself malformed, and did not send it
            return Refused("invalid_arguments")
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError() | aiohttp.InvalidURL():
            return RetryLater(UNREACHABLE_AGAIN_IN)  # there was no connection, so nothing was sent
        case _:
            return Uncertain(type(error).__name__)


def code_of(error: discord.HTTPException) -> str:
    """What a refusal is called here: by its name, ``discord_<code>``, or ``http_<status>`` where it has no code."""
    if error.code in CODES:
        return CODES[error.code]
    return f"discord_{error.code}" if error.code else f"http_{error.status}"


def _is_without_session(error: RuntimeError | AttributeError) -> bool:
    """Whether the client is being opened anew meanwhile: neither aiohttp nor discord.py has an error of its own for that."""
    if isinstance(error, AttributeError):
        return error.obj is MISSING
    return str(error) == "Session is closed"


def _of_answer(error: discord.HTTPException) -> ChatError:
    if (error.status == 429 and error.code not in CODES) or error.code in LATER:
        wait = _retry_after(error)
        return RetryLater(LATER.get(error.code, LIMITED_FOR) if wait is None else _kept(wait))
    if error.status == 401 and error.code not in CODES:
        log.error(
            "Discord does not accept the token any more: put another in DISCORD_TOKEN, and start again. Nothing is lost"
        )
        return RetryLater(LOGGED_OUT_FOR)
    if error.status == 413:
        return Refused("too_large")
    if not 400 <= error.status < 500:
        return Uncertain(code_of(error))  # what a gateway says does not tell what the server behind it did
    return Refused(code_of(error))


def _retry_after(error: discord.HTTPException) -> float | None:
    """The seconds that an answer asks us to wait; None: it does not say, or not in a way that can be read."""
    headers = getattr(error.response, "headers", None) or {}
    try:
        seconds = float(headers.get("Retry-After", "nan"))
    except (TypeError, ValueError):
        return None
    return None if math.isnan(seconds) else seconds


def _kept(seconds: float) -> float:
    return min(max(LEAST_WAIT, seconds), LONGEST_WAIT)
