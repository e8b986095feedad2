"""What stands in a conversation, read from Slack: as little of it as will do. It does not know what it is read for.

An app that is sold outside Slack's Marketplace may do this once a minute, for 15 messages (``limits.HISTORY``).
"""

from collections.abc import Mapping
from typing import Any

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.platforms.slack.client import SlackClient

Found = Mapping[str, Any]

PAGE = 200
LIMITED_PAGE = 15
"""Messages in one answer; the second for a limited app."""


async def in_thread(client: SlackClient, channel: str, root: str, pages: int = 1, oldest: str = "") -> list[Found]:
    """A thread's messages, the oldest first, its root among them; ``oldest``: only those after it.

    ``pages``: answers that are read at most. Raises RetryLater, Refused, Uncertain.
    """
    found: list[Found] = []
    bounds: dict[str, Any] = {"oldest": oldest} if oldest else {}
    cursor = ""
    for _ in range(pages):
        answer = await client.conversations_replies(
            channel=channel, ts=root, limit=page(client), include_all_metadata=True, cursor=cursor, **bounds
        )
        found += answer.get("messages") or []
        cursor = _next(answer)
        if not cursor:
            break
    return found


async def in_channel(client: SlackClient, channel: str, oldest: str = "") -> list[Found]:
    """The latest messages outside threads, the newest first; ``oldest``: only those after it. Raises as ``in_thread``."""
    bounds: dict[str, Any] = {"oldest": oldest} if oldest else {}
    answer = await client.conversations_history(
        channel=channel, limit=page(client), include_all_metadata=True, **bounds
    )
    return list(answer.get("messages") or [])


def page(client: SlackClient) -> int:
    return LIMITED_PAGE if client.pace.sold else PAGE


def _next(answer: AsyncSlackResponse) -> str:
    return str((answer.get("response_metadata") or {}).get("next_cursor") or "")
