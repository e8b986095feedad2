"""Lanes that rest: each piece of news wakes one of them, and none is overlooked."""

import asyncio

from bot.resting import rest


async def until_nothing_more_happens() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_one_of_several_that_rest_is_woken() -> None:
    woken, stop = asyncio.Event(), asyncio.Event()
    lanes = [asyncio.create_task(rest(woken, stop, None)) for _ in range(3)]
    for awake in (1, 2, 3):
        await until_nothing_more_happens()
        woken.set()
        await until_nothing_more_happens()
        assert sum(lane.done() for lane in lanes) == awake


async def test_what_came_while_nobody_rested_ends_the_next_rest() -> None:
    woken = asyncio.Event()
    woken.set()
    await rest(woken, asyncio.Event(), None)
    assert not woken.is_set()


async def test_all_of_them_end_when_told_to_stop() -> None:
    woken, stop = asyncio.Event(), asyncio.Event()
    lanes = [asyncio.create_task(rest(woken, stop, None)) for _ in range(3)]
    await until_nothing_more_happens()
    stop.set()
    await asyncio.gather(*lanes)


async def test_it_ends_by_itself_when_it_is_time_to_look_and_leaves_no_task() -> None:
    before = asyncio.all_tasks()
    await rest(asyncio.Event(), asyncio.Event(), 0.001)
    await until_nothing_more_happens()
    assert asyncio.all_tasks() == before
