"""Pictures and other files of ours into a conversation, below the message that they belong to.

A file is known by the marker in its name, so that after a broken connection it can be looked up whether it is there.
"""

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.errors import Refused, RetryLater, Uncertain
from bot.chat.text import one_line, shortened
from bot.platforms.slack.client import CONNECT_WITHIN
from bot.platforms.slack.errors import UNREACHABLE_AGAIN_IN, translated
from bot.platforms.slack.files import is_slacks

LONGEST_ALT = 1000
"""Characters; Slack refuses more (``alt_txt_too_large``)."""
LONGEST_TITLE = 200
SENT_WITHIN = 120.0
"""Seconds for the content."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a file is shown."""

    channel: str
    thread: str = ""
    """The root of the thread; empty: in the channel itself."""


def is_there(messages: Iterable[Mapping[str, Any]], name: str) -> bool:
    """Whether one of these messages shows a file of that name, as Slack may have changed it (it drops some signs)."""
    wanted = _plain(name)
    files = (file for message in messages for file in message.get("files") or ())
    return any(_plain(str(file.get("name") or "")) == wanted and file.get("mode") != "tombstone" for file in files)


async def upload_file(
    client: AsyncWebClient, path: Path, name: str, place: Place, *, alt: str = "", title: str = ""
) -> str:
    """Upload a file of the home folder (the caller checked its path), and return its id in Slack.

    Raises as ``upload``, and Refused(``not_found``) where the file is not there.
    """
    try:
        content = await asyncio.to_thread(path.read_bytes)
    except OSError as error:
        raise Refused("not_found") from error
    return await upload(client, content, name, place, alt=alt, title=title)


async def upload(
    client: AsyncWebClient, content: bytes, name: str, place: Place, *, alt: str = "", title: str = ""
) -> str:
    """Upload a content and show it, and return the id of the file.

    ``client``: one that raises as the chat port has it (``client.SlackClient``). ``alt``: what a picture shows, in words;
    Slack keeps the first 1,000 characters. Raises Refused (what Slack says, ``empty``, ``not_slacks``), RetryLater, and
    Uncertain where it may be shown already.
    """
    if not content:
        raise Refused("empty")
    words = {"alt_txt": shortened(one_line(alt), LONGEST_ALT)} if alt else {}
    promised = await _harmless(client.files_getUploadURLExternal(filename=name, length=len(content), **words))
    await _send(client, str(promised["upload_url"]), content)
    shown = {"id": promised["file_id"], "title": shortened(one_line(title or name), LONGEST_TITLE)}
    thread = place.thread or None
    await client.files_completeUploadExternal(files=[shown], channel_id=place.channel, thread_ts=thread)
    return str(promised["file_id"])


async def _harmless(call: Any) -> Any:
    """A call that shows nobody anything: where its outcome is not known, it can simply be made again."""
    try:
        return await call
    except Uncertain as error:
        raise RetryLater(UNREACHABLE_AGAIN_IN) from error


async def _send(client: AsyncWebClient, url: str, content: bytes) -> None:
    """The content to where Slack wants it. It goes without a token: the address itself is the permission."""
    if not is_slacks(url, client.base_url):
        raise Refused("not_slacks")
    within = aiohttp.ClientTimeout(total=SENT_WITHIN, sock_connect=CONNECT_WITHIN)
    headers = {"Content-Type": "application/octet-stream"}

    async def post() -> int:
        with translated():
            session = client.session or aiohttp.ClientSession()
            try:
                async with session.post(
                    url, data=content, headers=headers, timeout=within, allow_redirects=False
                ) as answer:
                    return answer.status
            finally:
                if session is not client.session:
                    await session.close()

    status = await _harmless(post())
    if status == 429 or status >= 500:
        raise RetryLater(UNREACHABLE_AGAIN_IN)
    if status != 200:
        raise Refused(f"http_{status}")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
