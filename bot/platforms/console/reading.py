"""Lines of standard input as they come, without a thread that could hold up the end of the process.

It does not know what a line means.
"""

import asyncio
import os
from collections.abc import AsyncIterator

_CHUNK = 65536


async def lines(descriptor: int) -> AsyncIterator[str]:
    """Yield the lines of an open file, pipe or terminal until its end; bytes that are not UTF-8 are replaced."""
    rest = b""
    async for chunk in _chunks(descriptor):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line.decode("utf-8", "replace")
    if rest:
        yield rest.decode("utf-8", "replace")


async def _chunks(descriptor: int) -> AsyncIterator[bytes]:
    while True:
        await _readable(descriptor)
        chunk = os.read(descriptor, _CHUNK)
        if not chunk:
            return
        yield chunk


async def _readable(descriptor: int) -> None:
    """Wait until a read does not block. A plain file never does, and cannot be waited for."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    try:
        loop.add_reader(descriptor, _resolve, ready)
    except PermissionError:
        return
    try:
        await ready
    finally:
        loop.remove_reader(descriptor)


def _resolve(ready: "asyncio.Future[None]") -> None:
    if not ready.done():
        ready.set_result(None)
