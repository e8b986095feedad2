"""What a process that was killed left of an evaluation that nobody recorded goes; nothing else does."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from agent.leftovers import clear_leftovers
from storage.files import Files
from storage.memory import memory_store
from tests.contract.facts import evaluation, project
from tests.fakes.clock import Clock

NOW = Clock().now()


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def written(files: Files, folder: str, age: timedelta) -> None:
    files.write_text(f"{folder}/prompts.jsonl", "{}\n")
    at = (NOW - age).timestamp()
    os.utime(files.path(folder), (at, at))


OLD, YOUNG = timedelta(days=3), timedelta(hours=1)


async def test_folders_of_an_evaluation_that_was_never_recorded_go(files: Files) -> None:
    for folder in ("evaluations/eval_lost", "runs/eval_lost_0", "runs/run_1", "runs/ask_1"):
        written(files, folder, OLD)
    assert await clear_leftovers(memory_store(), files, NOW) == 2
    assert (files.list("evaluations"), sorted(files.list("runs"))) == ([], ["ask_1", "run_1"])


async def test_what_is_recorded_stays_with_the_folders_of_its_jobs(files: Files) -> None:
    store = memory_store()
    await store.projects.add(project())
    await store.evaluations.add(evaluation(id="eval_kept"))
    for folder in ("evaluations/eval_kept", "runs/eval_kept_0", "runs/eval_kept_1"):
        written(files, folder, OLD)
    assert await clear_leftovers(store, files, NOW) == 0
    assert len(files.list("runs")) == 2


async def test_one_that_may_be_recorded_yet_stays(files: Files) -> None:
    written(files, "evaluations/eval_young", YOUNG)
    assert await clear_leftovers(memory_store(), files, NOW) == 0
    assert files.list("evaluations") == ["eval_young"]


async def test_without_any_there_is_nothing_to_do(files: Files) -> None:
    assert await clear_leftovers(memory_store(), files, NOW) == 0
