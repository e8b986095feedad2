"""A file on its way here: what its sender is not believed about, and how it comes to lie on disk.

It knows no platform: which hosts are asked, and with which token, is each room's.
"""

import asyncio
import os
import re
import tempfile
from pathlib import Path
from typing import IO

import aiohttp

from bot.chat.errors import Refused

TAKEN_WITHIN = 300.0
"""Seconds for a whole file."""
SILENT_FOR = 30.0
"""Seconds without a byte after which it is given up for now."""
DISK_AGAIN_IN = 60.0
"""Seconds until a file is fetched again that could not be written."""
_CHUNK = 256 * 1024


def patience(connect: float) -> aiohttp.ClientTimeout:
    """``connect``: seconds for the connection."""
    return aiohttp.ClientTimeout(total=TAKEN_WITHIN, sock_connect=connect, sock_read=SILENT_FOR)


async def save(answer: aiohttp.ClientResponse, target: Path, most: int) -> None:
    """What is answered -> ``target``, wholly or not at all.

    Raises Refused: ``too_large`` (more than ``most`` bytes), ``not_readable`` (the page of a login); OSError; and what
    aiohttp raises.
    """
    if answer.content_length is not None and answer.content_length > most:
        raise Refused("too_large")
    await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
    descriptor, temporary = await asyncio.to_thread(tempfile.mkstemp, dir=target.parent, prefix=".writing-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            await _stream(answer, file, most)
            await asyncio.to_thread(_to_disk, file)
        await asyncio.to_thread(os.replace, temporary, target)
    except BaseException:
        await asyncio.to_thread(Path(temporary).unlink, missing_ok=True)
        raise


async def _stream(answer: aiohttp.ClientResponse, file: IO[bytes], most: int) -> None:
    """Raises Refused."""
    typed, taken = "Content-Type" in answer.headers, 0
    async for chunk in answer.content.iter_chunked(_CHUNK):
        if (
            not taken
            and not typed
            and re.match(rb"(?i)\s*<(?:!doctype html|html)\b", chunk.removeprefix(b"\xef\xbb\xbf"))
        ):
            raise Refused("not_readable")  # the page of a login, from which a proxy took its type
        taken += len(chunk)
        if taken > most:
            raise Refused("too_large")
        await asyncio.to_thread(file.write, chunk)


def _to_disk(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
