"""Files that people send: which of them are read, and how they come here.

The address of a file runs out within a day, so it is asked for afresh, by its message. It goes to Discord's own hosts alone,
without the token. It does not know what a file means.

https://docs.discord.com/developers/reference#signed-attachment-cdn-urls
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import discord

from bot.chat.downloading import DISK_AGAIN_IN, patience, save
from bot.chat.errors import Refused, RetryLater, Uncertain
from bot.chat.events import Attachment
from bot.chat.file_types import is_read
from bot.platforms.discord.errors import UNREACHABLE_AGAIN_IN, translated

log = logging.getLogger(__name__)

HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
"""Where Discord keeps what people attach."""
CONNECT_WITHIN = 10.0
"""Seconds."""
BUSY_AGAIN_IN = 30.0
"""Seconds until a file is asked for again where Discord's hosts are overloaded."""
NOT_YET = 1.0
"""Seconds until a file is asked for again that is wanted before the client's login."""
GONE = frozenset({"unknown_message", "unknown_channel", "missing_access"})
"""Refusals that say that nobody can look at the message any more, or we cannot."""


def attachments(message: discord.Message) -> tuple[Attachment, ...]:
    """The files of a message."""
    return tuple(_attachment(file, message) for file in message.attachments)


def refused(name: str, content_type: str | None) -> str:
    """Why a file will not be fetched: ``wrong_type``; empty: it will. ``content_type``: as Discord says, with a charset."""
    kind = (content_type or "").partition(";")[0].strip().lower()
    return "" if is_read(name, kind) else "wrong_type"


def is_discords(url: str, base_url: str) -> bool:
    """Whether a file may be fetched from there: Discord's own hosts over https, or the host and port of the configured API,
    which only a stand-in serves files from."""
    try:
        parts, base = urlsplit(url), urlsplit(base_url)
        same = (parts.scheme, parts.hostname, parts.port) == (base.scheme, base.hostname, base.port)
        port = parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or "\\" in url:
        return False
    return same or (parts.scheme == "https" and port is None and (parts.hostname or "") in HOSTS)


@dataclass(eq=False)
class Downloads:
    """Begins its own connections, since those of the client carry the token."""

    client: discord.Client
    base_url: str
    _session: aiohttp.ClientSession | None = field(default=None, init=False)

    async def fetch(self, remote: Mapping[str, str], target: Path, most: int) -> None:
        """Bring a file to ``target``, wholly or not at all.

        Raises Refused: ``too_large`` (more than ``most`` bytes), ``not_readable`` (its message is gone, or closed to us);
        RetryLater.
        """
        try:
            await self._download(await self._address(remote), target, most)
        except (aiohttp.ClientError, TimeoutError, Uncertain) as error:
            raise RetryLater(UNREACHABLE_AGAIN_IN) from error
        except OSError as error:
            log.warning("a file cannot be written: %s", error)
            raise RetryLater(DISK_AGAIN_IN) from error

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _address(self, remote: Mapping[str, str]) -> str:
        """Where the file lies now. Raises Refused, RetryLater, Uncertain."""
        if self.client.user is None or self.client.is_closed():
            raise RetryLater(NOT_YET)
        channel = self.client.get_partial_messageable(int(remote["channel"]))
        try:
            with translated():
                message = await channel.fetch_message(int(remote["message"]))
        except Refused as error:
            raise Refused("not_readable" if error.code in GONE else error.code) from error
        found = [file.url for file in message.attachments if str(file.id) == remote["attachment"]]
        if not found or not is_discords(found[0], self.base_url):
            raise Refused("not_readable")
        return found[0]

    async def _download(self, url: str, target: Path, most: int) -> None:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        headers = {"Accept-Encoding": "identity"}
        async with self._session.get(
            url, headers=headers, allow_redirects=False, timeout=patience(CONNECT_WITHIN)
        ) as answer:
            if answer.status == 429 or answer.status >= 500:
                raise RetryLater(BUSY_AGAIN_IN)
            if answer.status != 200:
                raise Refused("not_readable")
            await save(answer, target, most)


def _attachment(file: discord.Attachment, message: discord.Message) -> Attachment:
    why = refused(file.filename, file.content_type)
    remote = {"channel": str(message.channel.id), "message": str(message.id), "attachment": str(file.id)}
    return Attachment(
        name=file.filename or str(file.id),
        size=max(file.size or 0, 0),
        remote=None if why else remote,
        refused=why,
    )
