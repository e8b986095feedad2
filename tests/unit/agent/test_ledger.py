"""What was answered once is there after a crash, whatever the crash left of the last line."""

import asyncio
from pathlib import Path

import pytest

from agent.ledger import Ledger
from storage.files import Files

NAME = "runs/r/judgements.jsonl"


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


async def test_what_was_added_is_there_for_the_next_process(files: Files) -> None:
    await Ledger(files, NAME).add("a", {"score": 4, "reason": "Straße\u2028\n„gut“"})
    kept = Ledger(files, NAME).get("a")
    assert kept == {"key": "a", "score": 4, "reason": "Straße\u2028\n„gut“"}
    assert Ledger(files, NAME).get("b") is None


async def test_the_first_answer_stays(files: Files) -> None:
    ledger = Ledger(files, NAME)
    await ledger.add("a", {"score": 4})
    await ledger.add("a", {"score": 1})
    await Ledger(files, NAME).add("a", {"score": 1})
    assert Ledger(files, NAME).get("a") == ledger.get("a") == {"key": "a", "score": 4}
    assert files.read_text(NAME).count("\n") == 1


@pytest.mark.parametrize("cut", range(1, 30))
async def test_a_last_line_that_was_cut_off_is_not_there_and_harms_nothing(files: Files, cut: int) -> None:
    ledger = Ledger(files, NAME)
    await ledger.add("a", {"reason": "gut"})
    await ledger.add("b", {"reason": "für beide"})
    files.write_bytes(NAME, files.read_bytes(NAME)[:-cut])
    again = Ledger(files, NAME)
    assert again.get("a") is not None
    await again.add("b", {"reason": "besser"})
    await again.add("c", {"reason": "neu"})
    found = Ledger(files, NAME)
    assert [bool(found.get(key)) for key in "abc"] == [True, True, True]


@pytest.mark.parametrize("line", ["null", "[]", '{"score": 1}', '{"key": 7}', "{", "\x00\x00"])
async def test_a_line_that_is_none_of_ours_counts_as_not_there(files: Files, line: str) -> None:
    files.write_text(NAME, f'{line}\n{{"key": "a"}}\n')
    assert Ledger(files, NAME).get("a") == {"key": "a"}


async def test_many_at_once_are_a_line_each(files: Files) -> None:
    ledger = Ledger(files, NAME)
    await asyncio.gather(*(ledger.add(str(n), {"text": "x" * 20_000}) for n in range(20)))
    assert all(Ledger(files, NAME).get(str(n)) for n in range(20))
