"""A part of a drawn message -> what discord.py sends of it, with its files read from the home folder.

It does not know where the message goes, nor what becomes of it where a file cannot be had.
"""

import asyncio
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord

from bot.chat.errors import Refused
from bot.platforms.discord.drawing import Attached, Part

MOST_BYTES = 10 * 1024 * 1024
"""Of a file: what a bot may send to a server that nobody pays for
(https://docs.discord.com/developers/reference#uploading-files)."""

Arguments = dict[str, Any]


@dataclass(eq=False)
class Attaching:
    path_of: Callable[[str], Path]
    """A file of the home folder by its relative path, which is checked there. Raises Refused."""

    async def sent(self, part: Part, mention: int | None) -> Arguments:
        """What ``send`` takes, without ``nonce``. Raises as ``_files`` does."""
        shown: Arguments = {
            "content": part.content,
            "embeds": list(part.embeds),
            "allowed_mentions": mentions(mention),
            "suppress_embeds": not part.embeds,
        }
        if part.files:
            shown["files"] = await self._files(part.files)
        if part.view is not None:
            part.view.stop()  # what is pressed is known by its id: the client keeps no view
            shown["view"] = part.view
        return shown

    async def replaced(self, part: Part, mention: int | None) -> Arguments:
        """What ``edit`` takes: whatever the part does not have is taken away. Raises as ``_files`` does."""
        shown = await self.sent(part, mention)
        del shown["suppress_embeds"]
        files = shown.pop("files", [])
        return {"view": None} | shown | {"attachments": files}

    async def _files(self, files: Sequence[Attached]) -> list[discord.File]:
        """Raises Refused: ``not_found`` (or what ``path_of`` says), ``empty``, ``too_large``."""
        return [await asyncio.to_thread(self._file, file) for file in files]

    def _file(self, file: Attached) -> discord.File:
        content = self._content(file)
        if not content:
            raise Refused("empty")
        if len(content) > MOST_BYTES:
            raise Refused("too_large")
        return discord.File(io.BytesIO(content), file.name, description=file.description or None)

    def _content(self, file: Attached) -> bytes:
        if not file.path:
            return file.text.encode("utf-8", "replace")
        try:
            with self.path_of(file.path).open("rb") as opened:
                return opened.read(MOST_BYTES + 1)
        except OSError as error:
            raise Refused("not_found") from error


def mentions(user: int | None) -> discord.AllowedMentions:
    """Nobody is notified but this person."""
    who = [discord.Object(user)] if user is not None else False
    return discord.AllowedMentions(everyone=False, roles=False, users=who, replied_user=False)
