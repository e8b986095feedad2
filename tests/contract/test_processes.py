"""Several processes on one database: real ones, started together."""

import asyncio
import sys
from pathlib import Path

import pytest

from storage.sql import open_store
from tests.contract.facts import conversation, message
from tests.contract.postgres_server import PostgresServer
from tests.contract.worker_process import CONVERSATIONS


async def _run_together(*commands: list[str]) -> list[str]:
    """Run Python with each list of arguments at once; what they wrote to standard error."""
    started = [
        await asyncio.create_subprocess_exec(sys.executable, *command, stderr=asyncio.subprocess.PIPE)
        for command in commands
    ]
    return [(await process.communicate())[1].decode() for process in started]


async def test_two_processes_share_the_inbox(database_url: str) -> None:
    store = await open_store(database_url)
    for number in range(40):
        of = conversation(f"c{number % 4}")
        await store.inbox.put(message(f"{of.id} {number:02}", of), of, None)
    worker = ["-m", "tests.contract.worker_process", database_url]
    assert await _run_together([*worker, "first"], [*worker, "second"]) == ["", ""]

    for group, name in enumerate(CONVERSATIONS):
        replies = [await store.outbox.by_cause(f"{name} {number:02}") for number in range(group, 40, 4)]
        assert [len(reply) for reply in replies] == [1] * 10
        ids = [reply[0].id for reply in replies]
        assert ids == sorted(ids)  # answered in the order in which they were said
    assert len(await store.outbox.by_cause("all")) == len(CONVERSATIONS)
    await store.aclose()


_OPEN = """
import asyncio, sys
from storage.sql import open_store
async def main():
    store = await open_store(sys.argv[1])
    async with store.checkpointer() as saver:
        await saver.aget_tuple({"configurable": {"thread_id": "t"}})
    await store.aclose()
asyncio.run(main())
"""


async def test_processes_that_start_at_once_set_up_a_new_file_together(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'threadtune.db'}"
    assert await _run_together(*[["-c", _OPEN, url]] * 3) == ["", "", ""]


@pytest.mark.postgres
async def test_processes_that_start_at_once_set_up_a_new_database_together(postgres_server: PostgresServer) -> None:
    with postgres_server.temporary_database() as url:
        assert await _run_together(*[["-c", _OPEN, url]] * 3) == ["", "", ""]
