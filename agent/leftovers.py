"""Files of evaluations that were never recorded: a process was killed between writing their requests and recording them, and
nobody came back to it. They hold what people gave, and ``/tune forget`` finds only what is recorded.
"""

import asyncio
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from agent.state import EVAL_RUN, evaluation_of_run
from storage.errors import NotFound, StorageError
from storage.files import Files
from storage.ports import Store

_log = logging.getLogger(__name__)

SETTLED = timedelta(days=1)
"""Younger ones may be about to be recorded, by another process or by the turn that is repeated after a crash."""


async def clear_leftovers(store: Store, files: Files, now: datetime) -> int:
    """Delete them; returns how many folders. What the disk or the database refuses is left for the next start."""
    found, cleared = await asyncio.to_thread(lambda: list(_old_folders(files, now))), 0
    for folder, evaluation_id in found:
        try:
            if not await _is_recorded(store, evaluation_id):
                await asyncio.to_thread(files.delete_tree, folder)
                cleared += 1
        except (StorageError, OSError) as error:
            _log.warning("%s was not cleared: %s", folder, error)
    if cleared:
        _log.info("cleared %d folders of evaluations that were never recorded", cleared)
    return cleared


def _old_folders(files: Files, now: datetime) -> Iterator[tuple[str, str]]:
    """Folders of evaluations and of their jobs, each with the evaluation that it is of. It blocks."""
    named = [(f"evaluations/{name}", name) for name in files.list("evaluations")]
    named += [(f"runs/{name}", evaluation_of_run(name)) for name in files.list("runs")]
    for folder, evaluation_id in named:
        if evaluation_id.startswith(EVAL_RUN) and _age(files, folder, now) > SETTLED:
            yield folder, evaluation_id


def _age(files: Files, folder: str, now: datetime) -> timedelta:
    try:
        return timedelta(seconds=now.timestamp() - files.path(folder).stat().st_mtime)
    except OSError:  # gone meanwhile
        return timedelta()


async def _is_recorded(store: Store, evaluation_id: str) -> bool:
    try:
        await store.evaluations.get(evaluation_id)
    except NotFound:
        return False
    return True
