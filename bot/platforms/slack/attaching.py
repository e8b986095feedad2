"""What goes below a message in Slack: its picture, the whole of a long text.

The message itself stands whatever comes of that: where an upload is refused, its words stand in its place.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.chat.errors import ChatError, RetryLater, Uncertain
from bot.chat.messages import ChatMessage
from bot.chat.port import Receipt
from bot.platforms.slack.blocks import (
    AS_IT_IS,
    WITHOUT_PREVIEWS,
    Drawn,
    Payload,
    TextFile,
    Words,
    draw,
    marker_of,
    pages,
)
from bot.platforms.slack.client import SlackClient
from bot.platforms.slack.history import Found, in_channel, in_thread
from bot.platforms.slack.inbound import is_direct
from bot.platforms.slack.pictures import Place, is_there, name_of, upload, upload_file

log = logging.getLogger(__name__)

PAGES = 5
"""Answers of history that are read to find something again; beyond them it counts as not there."""
SHORT = 3.0
"""Seconds that a file waits for its turn; for a longer wait its words stand in its place."""


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where something is shown."""

    team: str
    channel: str
    thread: str = ""
    user: str = ""
    """The person who did something there last, if they are known."""

    @property
    def direct(self) -> bool:
        return is_direct(self.channel)

    @property
    def place(self) -> dict[str, Any]:
        return {"channel": self.channel} | ({"thread_ts": self.thread} if self.thread else {})

    def receipt(self, ts: str) -> Receipt:
        return {"team": self.team, "channel": self.channel, "ts": ts} | ({"thread": self.thread} if self.thread else {})


def drawn_at(spot: Spot, message: ChatMessage, marker: str, words: Words, picture_refused: bool = False) -> Drawn:
    """The message as it is shown there. Raises ValueError where Slack could not carry it."""
    mention = "" if spot.direct or message.only_to else spot.user
    return draw(message, marker, words, in_thread=bool(spot.thread), mention=mention, picture_refused=picture_refused)


async def look(client: SlackClient, spot: Spot) -> Sequence[Found]:
    """What stands there, the latest of it. Raises RetryLater, Refused, Uncertain."""
    if spot.thread:
        return await in_thread(client, spot.channel, spot.thread, PAGES)
    return await in_channel(client, spot.channel)


@dataclass(eq=False)
class Attaching:
    words: Words
    path_of: Callable[[str], Path]
    """A file of the home folder by its relative path, which is checked there."""

    async def attach(
        self,
        client: SlackClient,
        spot: Spot,
        ts: str,
        message: ChatMessage,
        marker: str,
        drawn: Drawn,
        again: bool = False,
    ) -> None:
        """``ts``: of the message; empty where it stands elsewhere. ``again``: some of it may be there already."""
        if not message.picture and not drawn.file:
            return
        below = replace(spot, thread=spot.thread or ts)
        there = await self._there(client, below) if again else []
        if message.picture and not await self._picture(client, below, message, marker, there) and ts:
            await self._picture_in_words(client, spot, ts, message, marker)
        if drawn.file and not await self._text(client, below, drawn.file, there):
            await self._in_pages(client, below, pages(drawn.file, marker, self.words), there)

    async def _picture(
        self, client: SlackClient, below: Spot, message: ChatMessage, marker: str, there: Sequence[Found]
    ) -> bool:
        assert message.picture is not None
        name, alt = name_of(message.picture.path, marker), message.picture.alt
        path = self.path_of(message.picture.path)

        async def make() -> str:
            return await upload_file(client, path, name, _place(below), alt=alt, title=message.text or alt)

        return is_there(there, name) or await self._uploaded(client, below, name, make)

    async def _text(self, client: SlackClient, below: Spot, file: TextFile, there: Sequence[Found]) -> bool:
        async def make() -> str:
            return await upload(client, file.text.encode(), file.name, _place(below))

        return is_there(there, file.name) or await self._uploaded(client, below, file.name, make)

    async def _uploaded(self, client: SlackClient, below: Spot, name: str, make: Callable[[], Awaitable[str]]) -> bool:
        """Upload; False: it is not there. A short wait is waited for, once."""
        try:
            try:
                await make()
            except RetryLater as later:
                if later.seconds > SHORT:
                    raise
                await asyncio.sleep(later.seconds)
                await make()
        except Uncertain:
            return is_there(await self._there(client, below), name)
        except ChatError as error:
            log.warning("file %s cannot be uploaded (%s); it is told in words", name, error)
            return False
        return True

    async def _there(self, client: SlackClient, below: Spot) -> Sequence[Found]:
        """What stands there, as far as it can be had."""
        try:
            return await look(client, below)
        except ChatError as error:
            log.info("a thread cannot be looked at: %s", error)
            return []

    async def _picture_in_words(
        self, client: SlackClient, spot: Spot, ts: str, message: ChatMessage, marker: str
    ) -> None:
        drawn = drawn_at(spot, message, marker, self.words, picture_refused=True)
        try:
            await client.chat_update(channel=spot.channel, ts=ts, **drawn.payload, **AS_IT_IS)
        except ChatError as error:
            log.warning("a picture could be neither shown nor told in words: %s", error)

    async def _in_pages(
        self, client: SlackClient, below: Spot, texts: Sequence[Payload], there: Sequence[Found]
    ) -> None:
        """A long text as messages, those of them that are not there yet."""
        known = {marker_of(dict(one)) for one in there}
        for text in texts:
            if marker_of(text) in known:
                continue
            try:
                await self._page(client, {**below.place, **text, **AS_IT_IS, **WITHOUT_PREVIEWS})
            except ChatError as error:
                log.warning("a page of a long text could not be posted: %s", error)
                return

    async def _page(self, client: SlackClient, payload: dict[str, Any]) -> None:
        """Post at the pace of the channel."""
        try:
            await client.chat_postMessage(**payload)
        except RetryLater as later:
            await asyncio.sleep(later.seconds)
            await client.chat_postMessage(**payload)


def _place(spot: Spot) -> Place:
    return Place(channel=spot.channel, thread=spot.thread)
