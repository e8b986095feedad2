"""A home folder, a store in memory and a supervisor with quick hands, for the tests of this folder."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from storage.domain import Conversation, InboxEvent, Job, Person
from storage.domain.conversations import EventKind
from storage.domain.recipes import Recipe
from storage.errors import BaseModelMissing
from storage.memory import memory_store
from storage.ports import Store
from trainer.backends.local import LocalBackend
from trainer.client import ExportRequest, GenerateRequest, JobRequest, TrainerClient, TrainRequest
from trainer.machine import Owner
from trainer.run_dir import RunDir
from trainer.supervisor import Pace, Supervisor

FAKE_WORKER = Path(__file__).with_name("fake_worker.py")

QUICK = Pace(
    lease=5.0,
    renew_every=0.1,
    look_every=0.03,
    poll_every=0.02,
    watch_every=0.02,
    publish_every=0.02,
    curve_every=0.02,
    heartbeat_every=0.05,
    cancel_grace=0.3,
    stop_grace=0.2,
    old_worker_wait=0.5,
    silence=20.0,
)

TRAIN = TrainRequest(run_id="run_1", base="tiny", recipe=Recipe())
GENERATE = GenerateRequest(run_id="run_1", base="tiny", adapter_run="run_1")
EXPORT = ExportRequest(run_id="run_1", base="tiny", name="summaries", version=1)


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class _Base:
    path: Path
    provenance: Mapping[str, Any] = field(default_factory=lambda: {"sha256": "abc"})


@dataclass(frozen=True)
class Bases:
    """A resolver that knows the base ``tiny`` only."""

    folder: Path

    async def resolve(self, name: str) -> _Base:
        if name != "tiny":
            raise BaseModelMissing(name, ["base_models/"])
        return _Base(self.folder)


@dataclass
class House:
    home: Path
    store: Store = field(default_factory=memory_store)

    def __post_init__(self) -> None:
        self.write_rows(12)
        (self.run.path / "prompts.jsonl").write_text('{"id": "p1", "instruction": "x", "input": "", "reference": ""}\n')

    @property
    def run(self) -> RunDir:
        return RunDir(self.home / "runs" / "run_1")

    def write_rows(self, count: int, part: str = "train") -> None:
        row = {"instruction": "Say", "input": "a", "output": "b", "part": part}
        self.run.path.mkdir(parents=True, exist_ok=True)
        self.run.rows.write_text("".join(json.dumps({"id": f"r{n}", **row}) + "\n" for n in range(count)))

    async def submit(self, request: JobRequest = TRAIN, request_id: str = "req_1") -> Job:
        await self.store.inbox.put(
            InboxEvent(
                id="hello", conversation_id="c", person_id="p", kind=EventKind.MESSAGE, payload={}, received_at=now()
            ),
            Conversation(id="c", platform="console", address={}),
            Person(id="p", platform="console", display_name="Ada", created_at=now()),
        )
        return await TrainerClient(self.store.jobs).submit(request, request_id, now(), "c")

    def supervisor(
        self,
        behaviours: str = "train",
        pace: Pace = QUICK,
        owner: Owner | None = None,
        store: Store | None = None,
    ) -> Supervisor:
        return Supervisor(
            store=store or self.store,
            home=self.home,
            base_models=Bases(self.home),
            backend=LocalBackend(),
            pace=pace,
            owner=owner,
            command=lambda attempt: [sys.executable, "-I", "-S", str(FAKE_WORKER), behaviours, str(attempt)],
        )

    async def work(self, job: Job, *supervisors: Supervisor) -> Job:
        """Let the supervisors work until the job has ended; returns it."""

        async def ended() -> bool:
            return (await self.store.jobs.get(job.id)).state.ended

        await self.work_until(ended, *supervisors)
        return await self.store.jobs.get(job.id)

    async def work_until(self, holds: Callable[[], Awaitable[bool]], *supervisors: Supervisor) -> None:
        """Let the supervisors work until something holds, then stop them gracefully."""
        stop = asyncio.Event()
        running = [asyncio.create_task(supervisor.run(stop)) for supervisor in supervisors]
        try:
            await eventually(holds)
        finally:
            stop.set()
            await asyncio.gather(*running)

    async def finished_events(self) -> list[str]:
        """The ids of the events that ended jobs put into the inbox; they are taken out of it."""
        found = []
        while event := await self.store.inbox.claim("test", now(), timedelta(seconds=9)):
            found.append(event.id)
            await self.store.inbox.finish(event.id, "test", now(), [], [])
        return [event_id for event_id in found if event_id != "hello"]


async def eventually(holds: Callable[[], Awaitable[bool]], seconds: float = 20.0) -> None:
    """Wait until something holds; the limit only ends a test that would hang."""
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110  # what the tests wait for happens in other processes
            await asyncio.sleep(0.02)
