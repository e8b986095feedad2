"""How a lane of work rests when it found nothing to do: until it is woken, told to stop, or time to look again.

Several lanes share the work; an idle bot should leave the cores to the trainer, so only the first looks often.
"""

import asyncio

SELDOM = 10
"""How much more seldom the other lanes look by themselves; whoever finds something wakes them."""


def look_every(seconds: float, lane: int) -> float:
    """Seconds between the looks of a lane, counted from 0."""
    return seconds * (SELDOM if lane else 1)


async def rest(woken: asyncio.Event, stop: asyncio.Event, seconds: float | None) -> None:
    """Wait for either event, at most so long, if there is a limit; ``woken`` is cleared first."""
    woken.clear()
    waiters = [asyncio.create_task(woken.wait()), asyncio.create_task(stop.wait())]
    try:
        await asyncio.wait(waiters, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for waiter in waiters:
            waiter.cancel()
