"""What may be spent on one comparison, whoever asks for it and whenever a process dies."""

import asyncio
from pathlib import Path

import pytest

from agent.allowance import Allowance, allowance_in
from agent.evaluation.cost import Cost
from storage.files import Files

FOLDER = "runs/run_1"
CALL = Cost(calls=1, tokens=100)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def calls(count: int) -> Cost:
    return Cost(calls=count, tokens=100 * count)


async def allowed(files: Files, count: int) -> Allowance:
    found = allowance_in(files, FOLDER)
    await found.allow(calls(count))
    return found


async def test_without_an_estimate_nothing_is_spent(files: Files) -> None:
    assert await allowance_in(files, FOLDER).take([CALL]) == 0


async def test_the_first_calls_are_made_as_long_as_it_lasts(files: Files) -> None:
    found = await allowed(files, 3)
    assert [await found.take([CALL, CALL]), await found.take([CALL, CALL]), await found.take([CALL])] == [2, 1, 0]
    assert allowance_in(files, FOLDER).spent == calls(3)


async def test_two_that_compare_the_same_at_the_same_time_spend_of_the_same(files: Files) -> None:
    await allowed(files, 10)
    both = [allowance_in(files, FOLDER), allowance_in(files, FOLDER)]
    taken = await asyncio.gather(*(one.take([CALL]) for one in both for _ in range(10)))
    assert sum(taken) == 10
    assert allowance_in(files, FOLDER).spent == calls(10)


async def test_what_was_allowed_before_is_allowed_once(files: Files) -> None:
    early, late = allowance_in(files, FOLDER), allowance_in(files, FOLDER)
    await early.allow_first(calls(2))
    await late.allow_first(calls(50))
    assert allowance_in(files, FOLDER).allowed == calls(2)


async def test_more_is_allowed_on_top_of_what_was_spent(files: Files) -> None:
    found = await allowed(files, 2)
    await found.take([CALL, CALL])
    await allowance_in(files, FOLDER).allow(calls(1))
    assert await found.take([CALL, CALL]) == 1


async def test_what_was_not_spent_is_given_back_and_never_more(files: Files) -> None:
    found = await allowed(files, 2)
    await found.take([CALL, CALL])
    await found.give_back(CALL)
    assert found.left == CALL
    await found.give_back(calls(7))
    assert found.spent == Cost()


@pytest.mark.parametrize(
    "damage", ["", "[]", "{", '{"allowed": 3, "spent": "much"}', '{"spent": {"calls": -1}}', "[" * 9999]
)
async def test_a_damaged_file_allows_nothing_until_somebody_allows_it_again(files: Files, damage: str) -> None:
    files.write_text(f"{FOLDER}/judging.json", damage)
    found = allowance_in(files, FOLDER)
    assert await found.take([CALL]) == 0
    await found.allow(calls(1))
    assert await found.take([CALL]) == 1
