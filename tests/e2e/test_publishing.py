"""A run is trained, saved and published with the parts that do it in earnest: the worker, llama.cpp, and HTTP between.

Only Ollama itself is a small server of ours; what it is asked, llama.cpp answers, with the weights that were sent to it.
"""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from storage.domain import Job, JobState
from storage.domain.recipes import Recipe
from tests.fakes.ollama_engine import OllamaEngine
from tests.fakes.ollama_server import OllamaServer
from tests.fakes.tiny_gguf import NAME, write_tiny_gguf
from tests.unit.trainer.house import QUICK, House, eventually
from trainer.backends.local import LocalBackend
from trainer.client import ExportRequest, JobRequest, PublishRequest, TrainRequest
from trainer.ollama import Server
from trainer.publishing import Publisher
from trainer.supervisor import Supervisor

RECIPE = Recipe(rank=4, alpha=8, learning_rate=1e-2, epochs=8, batch_size=4, context=256)
PARTS = {3: "validation", 5: "test", 7: "validation", 9: "test"}


@dataclass(frozen=True)
class Base:
    path: Path
    provenance: Mapping[str, Any] = field(default_factory=lambda: {"name": "tiny", "source": "registry", "gguf": NAME})


@dataclass
class Works:
    house: House
    there: OllamaServer
    base: Path

    async def resolve(self, name: str) -> Base:
        return Base(self.base)

    async def do(self, request: JobRequest, request_id: str) -> Job:
        supervisor = Supervisor(
            store=self.house.store,
            home=self.house.home,
            base_models=self,
            backend=LocalBackend(),
            pace=replace(QUICK, silence=200.0),
            publisher=Publisher(self.house.home, partial(Server, self.there.url)),
        )
        job = await self.house.submit(request, request_id)

        async def ended() -> bool:
            return (await self.house.store.jobs.get(job.id)).state.ended

        stop = asyncio.Event()
        running = asyncio.create_task(supervisor.run(stop))
        try:
            await eventually(ended, 240)
        finally:
            stop.set()
            await running
        return await self.house.store.jobs.get(job.id)

    @property
    def folder(self) -> Path:
        return self.house.home / "models/notes/1"


@pytest.fixture
async def works(tmp_path: Path, tiny: Path) -> AsyncIterator[Works]:
    base = shutil.copytree(tiny, tmp_path / "base")
    write_tiny_gguf(base)
    engine = OllamaEngine()
    async with OllamaServer(tmp_path / "blobs", engine.expects).running() as there:
        works = Works(House(tmp_path / "home"), there, base)
        rows = [
            {
                "id": f"row_{place}",
                "instruction": "Write a user story from this note.",
                "input": f"note {place} " * (place % 5),
                "output": f"As a user, I want number {place}.",
                "part": PARTS.get(place, "train"),
            }
            for place in range(16)
        ]
        works.house.run.rows.write_text("".join(json.dumps(row) + "\n" for row in rows))
        for request in (
            TrainRequest(run_id="run_1", base="tiny", recipe=RECIPE),
            ExportRequest(run_id="run_1", base="tiny", name="notes", version=1),
        ):
            done = await works.do(request, type(request).__name__)
            assert done.state is JobState.DONE, done.failure
        yield works
    await engine.aclose()


PUBLISH = PublishRequest(run_id="run_1", base="tiny", name="notes", version=1, model="Team-Notes-v1")


async def test_what_was_trained_answers_there_as_here_and_the_base_under_its_name_is_found_out(works: Works) -> None:
    done = await works.do(PUBLISH, "first")
    assert done.state is JobState.DONE, done.failure
    assert done.result is not None
    assert done.result["requests"] == 12
    assert done.result["difference"] < 0.02, "float32 weights in 16 bits"
    assert works.there.names == ["Team-Notes-v1:latest"]

    shutil.copyfile(works.base / NAME, works.folder / "ollama/model.gguf")
    done = await works.do(replace(PUBLISH, model="Team-Notes-v2"), "second")
    assert done.failure is not None
    assert done.failure.code == "ollama_unfaithful"
    assert works.there.names == ["Team-Notes-v1:latest"]
