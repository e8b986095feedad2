"""Files that people send: which of them are read, and how they come here.

The token goes to Slack's own hosts alone, at whatever address a payload names. It does not know what a file means.
"""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp

from bot.chat.downloading import DISK_AGAIN_IN, patience, save
from bot.chat.errors import Refused, RetryLater
from bot.chat.events import Attachment
from bot.chat.file_types import is_read
from bot.platforms.slack.client import BASE_URL, CONNECT_WITHIN
from bot.platforms.slack.errors import LATER, UNREACHABLE_AGAIN_IN, retry_after

log = logging.getLogger(__name__)

_MODES_ELSEWHERE = frozenset({"external", "tombstone", "hidden_by_limit"})
"""A file that lies with somebody else (Google Drive), that was deleted, that the workspace's plan hides."""

MOST_REDIRECTS = 3


def attachments(message: Mapping[str, Any], team: str) -> tuple[Attachment, ...]:
    """The files of a message. ``team``: the workspace in which it was heard, by whose token they can be had."""
    files = message.get("files")
    return tuple(_attachment(file, team) for file in files if isinstance(file, Mapping)) if files else ()


def refused(file: Mapping[str, Any]) -> str:
    """Why a file will not be fetched, by what Slack says about it: ``not_readable``, ``wrong_type``; empty: it will."""
    if file.get("mode") in _MODES_ELSEWHERE or file.get("is_external"):
        return "not_readable"
    if file.get("file_access") == "check_file_info":  # shared from another workspace: nothing but its id is told
        return ""
    return "" if is_read(str(file.get("name") or ""), str(file.get("mimetype") or "")) else "wrong_type"


def address_in(file: Mapping[str, Any]) -> str:
    """Where the content of a file lies; empty where Slack does not say."""
    return str(file.get("url_private_download") or file.get("url_private") or "")


def is_slacks(url: str, base_url: str = BASE_URL) -> bool:
    """Whether the token may be sent there: Slack's own hosts over https, or the host and port of the configured API."""
    try:
        parts, base = urlsplit(url), urlsplit(base_url)
        host = (parts.hostname or "").rstrip(".")
        same = (parts.scheme, host, parts.port) == (base.scheme, base.hostname, base.port)
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or "\\" in url:
        return False
    return same or (parts.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com")))


async def download(
    session: aiohttp.ClientSession, url: str, token: str, target: Path, most: int, base_url: str = BASE_URL
) -> None:
    """Bring a file to ``target``, wholly or not at all.

    Raises Refused: ``too_large`` (more than ``most`` bytes), ``not_readable`` (it is gone, or the token may not read it,
    which Slack answers with the page of a login); RetryLater.
    """
    try:
        async with _answer(session, url, token, base_url) as answer:
            _check(answer)
            await save(answer, target, most)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise RetryLater(UNREACHABLE_AGAIN_IN) from error
    except OSError as error:
        log.warning("a file cannot be written: %s", error)
        raise RetryLater(DISK_AGAIN_IN) from error


def _attachment(file: Mapping[str, Any], team: str) -> Attachment:
    why, size, id = refused(file), file.get("size"), str(file.get("id") or "")
    return Attachment(
        name=str(file.get("name") or file.get("title") or id or "file"),
        size=size if isinstance(size, int) and size >= 0 else 0,
        remote=None if why else {"team": team, "file": id, "url": address_in(file)},
        refused=why,
    )


@asynccontextmanager
async def _answer(
    session: aiohttp.ClientSession, url: str, token: str, base_url: str
) -> AsyncIterator[aiohttp.ClientResponse]:
    """The answer to a request for a file. A redirect is followed by hand, since each host must be Slack's own."""
    for _ in range(MOST_REDIRECTS + 1):
        if not is_slacks(url, base_url):
            raise Refused("not_readable")
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        async with session.get(url, headers=headers, allow_redirects=False, timeout=patience(CONNECT_WITHIN)) as answer:
            if answer.status not in (301, 302, 303, 307, 308):
                yield answer
                return
            url = urljoin(url, answer.headers.get("Location", ""))
    raise Refused("not_readable")


def _check(answer: aiohttp.ClientResponse) -> None:
    """By its head alone. Raises Refused, RetryLater."""
    if answer.status == 429 or answer.status >= 500:
        wait = retry_after(answer)
        raise RetryLater(LATER["service_unavailable"] if wait is None else wait)
    if answer.status != 200 or answer.content_type in ("text/html", "application/xhtml+xml"):
        raise Refused("not_readable")
