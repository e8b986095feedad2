"""How a lease is kept while work takes long, and how the work is dropped once somebody else has the lease.

It does not know what is leased, nor what the work is.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from storage.errors import LeaseLost, StorageError

log = logging.getLogger(__name__)

T = TypeVar("T")


async def while_held(work: Coroutine[Any, Any, T], renew: Callable[[], Awaitable[None]], every: float) -> T:
    """Do the work, and renew its lease every so many seconds. A renewal that fails is made again the next time.

    Raises LeaseLost, with the work cancelled and ended, once another process has the lease; else what the work raises.
    """
    working = asyncio.create_task(work)
    renewing = asyncio.create_task(_keep_renewing(renew, every))
    try:
        await asyncio.wait((working, renewing), return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else await renewing
    finally:
        working.cancel()
        renewing.cancel()
        await asyncio.gather(working, renewing, return_exceptions=True)


async def _keep_renewing(renew: Callable[[], Awaitable[None]], every: float) -> Any:
    while True:
        await asyncio.sleep(every)
        try:
            await renew()
        except LeaseLost:
            raise
        except StorageError:
            log.exception("a lease could not be renewed; it is tried again")
