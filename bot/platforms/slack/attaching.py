"""What goes below a message in Slack: its picture, its file, the whole of a long text.

The message itself stands whatever comes of that: where an upload is refused, its words stand in its place.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from bot.chat.errors import ChatError, Refused, RetryLater, Uncertain
from bot.chat.file_names import name_of
from bot.chat.messages import ChatMessage, Enclosure
from bot.chat.port import Receipt, Words
from bot.platforms.slack.blocks import (
    AS_IT_IS,
    WITHOUT_PREVIEWS,
    Drawn,
    Payload,
    TextFile,
    draw,
    marker_of,
    pages,
)
from bot.platforms.slack.client import SlackClient
from bot.platforms.slack.history import Found, in_channel, in_thread
from bot.platforms.slack.inbound import is_direct
from bot.platforms.slack.pictures import Place, is_there, upload, upload_file

log = logging.getLogger(__name__)

PAGES = 5
"""Answers of history that are read to find something again; beyond them it counts as not there."""
SHORT = 3.0
"""Seconds that a file waits for its turn; for a longer wait its words stand in its place."""


@dataclass(frozen=True, kw_only=True)
class Spot(Place):
    """Where a message is shown."""

    team: str
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


@dataclass(frozen=True, kw_only=True)
class Missing:
    """What of a message could not be uploaded."""

    picture: bool = False
    file: str = ""
    """Why not, as a code; empty: it is there, or there is none."""

    def __bool__(self) -> bool:
        return self.picture or bool(self.file)


NOTHING_MISSING = Missing()


def drawn_at(spot: Spot, message: ChatMessage, marker: str, words: Words, missing: Missing = NOTHING_MISSING) -> Drawn:
    """The message as it is shown there. Raises ValueError where Slack could not carry it."""
    return draw(
        message,
        marker,
        words,
        in_thread=bool(spot.thread),
        mention="" if spot.direct or message.only_to else spot.user,
        picture_refused=missing.picture,
        file_refused=missing.file,
    )


async def look(client: SlackClient, spot: Spot) -> Sequence[Found]:
    """What stands there, the latest of it. Raises RetryLater, Refused, Uncertain."""
    if spot.thread:
        return await in_thread(client, spot.channel, spot.thread, PAGES)
    return await in_channel(client, spot.channel)


@dataclass(eq=False)
class Attaching:
    words: Words
    path_of: Callable[[str], Path]
    """A file of the home folder by its relative path, which is checked there. Raises Refused."""

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
        """``ts``: of the message; empty where it stands elsewhere. ``again``: some of it may be there already.

        Raises RetryLater, Refused, Uncertain where a part of a long text is missing yet: doing it ``again`` adds that alone.
        """
        if not message.picture and not message.file and not drawn.file:
            return
        below = replace(spot, thread=spot.thread or ts)
        there = await self._there(client, below) if again else []
        missing = Missing(
            picture=bool(message.picture and await self._picture(client, below, message, marker, there)),
            file=await self._file(client, below, message.file, marker, there) if message.file else "",
        )
        if missing or (message.file and again):
            await self._in_words(client, spot, ts, message, marker, missing)
        if drawn.file and await self._text(client, below, drawn.file, there):
            await self._in_pages(client, below, pages(drawn.file, marker, self.words), there, bool(ts))

    async def _picture(
        self, client: SlackClient, below: Spot, message: ChatMessage, marker: str, there: Sequence[Found]
    ) -> str:
        assert message.picture is not None
        path, alt = message.picture.path, message.picture.alt
        name = name_of(path, marker)

        async def make() -> str:
            title = message.text or alt
            return await upload_file(client, self.path_of(path), name, below, alt=alt, title=title)

        return await self._upload(client, below, name, make, there)

    async def _file(
        self, client: SlackClient, below: Spot, file: Enclosure, marker: str, there: Sequence[Found]
    ) -> str:
        name = name_of(file.name, marker)

        async def make() -> str:
            return await upload_file(client, self.path_of(file.path), name, below, title=file.name)

        return await self._upload(client, below, name, make, there)

    async def _text(self, client: SlackClient, below: Spot, file: TextFile, there: Sequence[Found]) -> str:
        async def make() -> str:
            return await upload(client, file.text.encode(), file.name, below)

        return await self._upload(client, below, file.name, make, there)

    async def _upload(
        self,
        client: SlackClient,
        below: Spot,
        name: str,
        make: Callable[[], Awaitable[str]],
        there: Sequence[Found],
    ) -> str:
        """Upload what is not there yet; returns why it still is not, as a code."""
        if is_there(there, name):
            return ""
        try:
            await _patiently(make)
        except Uncertain:
            return "" if is_there(await self._there(client, below), name) else "no_answer"
        except ChatError as error:
            log.warning("file %s cannot be uploaded (%s); it is told in words", name, error)
            return error.code if isinstance(error, Refused) else "not_at_the_moment"
        return ""

    async def _there(self, client: SlackClient, below: Spot) -> Sequence[Found]:
        """What stands there, as far as it can be had."""
        try:
            return await look(client, below)
        except ChatError as error:
            log.info("a thread cannot be looked at: %s", error)
            return []

    async def _in_words(
        self, client: SlackClient, spot: Spot, ts: str, message: ChatMessage, marker: str, missing: Missing
    ) -> None:
        """The message with words for what is missing, or again without, where it was added later."""
        payload = {**drawn_at(spot, message, marker, self.words, missing).payload, **AS_IT_IS}

        async def tell() -> None:
            if ts:
                await client.chat_update(channel=spot.channel, ts=ts, **payload)
            else:
                await client.chat_postMessage(**spot.place, **payload, **WITHOUT_PREVIEWS)

        try:
            await _patiently(tell)
        except ChatError as error:
            log.warning("what could not be uploaded could not be told in words either: %s", error)

    async def _in_pages(
        self, client: SlackClient, below: Spot, texts: Sequence[Payload], there: Sequence[Found], found_again: bool
    ) -> None:
        """A long text as messages, those of them that are not there yet. ``found_again``: whether the message that they
        belong to can be, so that what fails now can be done later."""
        known = {marker_of(dict(one)) for one in there}
        for text in texts:
            if marker_of(text) in known:
                continue
            payload = {**below.place, **text, **AS_IT_IS, **WITHOUT_PREVIEWS}
            try:
                await _patiently(partial(client.chat_postMessage, **payload))
            except ChatError as error:
                log.warning("a page of a long text could not be posted: %s", error)
                if found_again:
                    raise
                return


async def _patiently(make: Callable[[], Awaitable[object]]) -> None:
    """A short wait is waited for, once."""
    try:
        await make()
    except RetryLater as later:
        if later.seconds > SHORT:
            raise
        await asyncio.sleep(later.seconds)
        await make()
