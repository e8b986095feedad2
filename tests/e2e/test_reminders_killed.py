"""``kill -9`` at random of two bots that serve at once: what is due is said once, and what people decide is counted once.

The seed is printed; ``THREADTUNE_KILL_SEED`` repeats it. ``THREADTUNE_KILLS``: how many, for a shorter play.
"""

import asyncio
import contextlib
import os
import random
import secrets
import subprocess
from collections.abc import Sequence
from itertools import cycle
from typing import Any

import pytest

from storage.files import Files
from storage.sql import open_store
from tests.e2e.persistent_people import LOOK_EVERY, PATIENCE, Decider, Judge, Persistent, Planner, Suggested
from tests.e2e.processes import Household, kill
from tests.e2e.test_reminders import chat

KILLS = int(os.environ.get("THREADTUNE_KILLS") or 50)
"""On each kind of database."""
CALM = 90.0
"""Seconds that both bots are left alone at the end, until one of them is killed again."""


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_what_is_due_is_said_once_and_what_is_decided_counted_once(
    household: Household, database_url: str
) -> None:
    household.environment["THREADTUNE_DATABASE"] = database_url
    seed = int(os.environ.get("THREADTUNE_KILL_SEED") or secrets.randbits(32))
    print(f"THREADTUNE_KILL_SEED={seed}")
    chance = random.Random(seed)
    async with contextlib.aclosing(await open_store(database_url)) as store:
        files = Files(household.home)
        judge = Judge(store, files, "judge", chance)
        await judge.prepare()
        suggested = [Suggested(store, files, f"suggested-{number}", chance) for number in range(3)]
        planners = [Planner(store, files, f"planner-{number}", chance) for number in range(2)]
        people = [judge, Decider(store, files, "decider", chance), *suggested, *planners]
        await live_under_fire(household, people, chance)
        print(f"{KILLS} kills:", {one.name: await one.check() for one in people})


async def live_under_fire(household: Household, people: Sequence[Persistent], chance: random.Random) -> None:
    """Let people act while one bot or the other is killed and started again; then let everything come to rest."""
    acting = asyncio.gather(*(one.act() for one in people))
    bots = [chat(household, number) for number in range(2)]
    heard = 0
    for _ in range(KILLS):
        heard = await heard_more(people, heard)
        await asyncio.sleep(chance.uniform(0, 4))
        await killed_and_started(household, bots, chance.randrange(2))
    for one in people:
        one.over.set()
    for at in cycle((0, 1)):
        if await come_to_rest(acting, people):
            break
        await killed_and_started(household, bots, at)  # what is planned every ten minutes is planned at a start, too
    await acting
    for bot in bots:
        await asyncio.to_thread(bot.communicate, None, 60)


async def come_to_rest(acting: "asyncio.Future[Any]", people: Sequence[Persistent]) -> bool:
    """Wait for a while until nobody does or expects anything; whether that is so."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CALM):
            while not (acting.done() and all([await one.is_settled() for one in people])):  # noqa: ASYNC110  # others do it
                await asyncio.sleep(1)
            return True
    return False


async def heard_more(people: Sequence[Persistent], before: int) -> int:
    """Wait until the bots have said more to people than that many messages, so that a slow machine is not only ever starting
    bots; returns how many they have said."""
    async with asyncio.timeout(PATIENCE):
        while (heard := sum([await one.heard() for one in people])) <= before:  # noqa: ASYNC110  # other processes do it
            await asyncio.sleep(LOOK_EVERY)
    return heard


async def killed_and_started(household: Household, bots: "list[subprocess.Popen[bytes]]", at: int) -> None:
    assert bots[at].poll() is None, f"it ended by itself: {household.output(f'chat-{at}')[-3000:]}"
    await asyncio.to_thread(kill, bots[at])
    await asyncio.to_thread(bots[at].communicate)
    bots[at] = chat(household, at)
