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
    """Wait for either event, at most so long, if there is a limit.

    Each time ``woken`` is set, it ends the rest of one lane, which clears it; where none rests, that of the next. So what
    comes while a lane looks is not overlooked, and one piece of news does not have all of them ask the database.
    """
    stopping = asyncio.create_task(stop.wait())
    waking: asyncio.Task[object] | None = None
    try:
        async with asyncio.timeout(seconds):
            while not stop.is_set() and not woken.is_set():
                waking = asyncio.create_task(woken.wait())
                await asyncio.wait((waking, stopping), return_when=asyncio.FIRST_COMPLETED)
            woken.clear()
    except TimeoutError:
        pass
    finally:
        for waiter in filter(None, (waking, stopping)):
            waiter.cancel()
