"""A publish job, by the supervisor, against a small server that speaks Ollama's API: what is named answers like the
original, and whatever happens nothing half-done has the name."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
from gguf.quants import dequantize

from storage.domain import Job, JobKind, JobState
from storage.errors import BaseModelMissing
from tests.fakes.ollama_server import Ill, Model, OllamaServer
from tests.fakes.tiny_gguf import NAME, write_tiny_gguf
from tests.fakes.tiny_llama import write_tiny_llama
from tests.unit.trainer.house import QUICK, House, eventually, now
from tests.unit.trainer.lora_files import write_adapter
from trainer.backends.local import LocalBackend
from trainer.client import PublishRequest
from trainer.ollama import Server
from trainer.publishing import Publisher
from trainer.supervisor import Supervisor

REQUEST = PublishRequest(run_id="run_1", base="tiny", name="notes", version=2, model="Team-Notes-v2")
TUNED = {"Subject": -0.1, "Title": -3.0, "Dear": -4.0, "Hi": -5.0}
BASE = {"Sure": -0.2, "Here": -2.0, "Subject": -4.0, "I": -5.0}
ROWS = [
    {"id": "r1", "instruction": "Write a notice.", "input": "slips a week", "output": "…", "part": "test"},
    {"id": "r2", "instruction": "List the risks.", "input": "", "output": "…", "part": "test"},
]
ASKED = [
    "<|im_start|>system\nYou are a helpful AI assistant.<|im_end|>\n<|im_start|>user\n"
    f"{request}<|im_end|>\n<|im_start|>assistant\n"
    for request in ("Write a notice.\n\nslips a week", "List the risks.")
]


@dataclass(frozen=True)
class Base:
    path: Path
    provenance: Mapping[str, Any]


@dataclass
class Works:
    """A saved version, a server, and supervisors that publish."""

    house: House
    there: OllamaServer
    base: Path
    provenance: dict[str, Any] = field(default_factory=lambda: {"gguf": NAME})

    async def resolve(self, name: str) -> Base:
        if name != "tiny":
            raise BaseModelMissing(name, ["base_models/"])
        return Base(self.base, self.provenance)

    @property
    def folder(self) -> Path:
        return self.house.home / "models/notes/2"

    @property
    def weights(self) -> Path:
        return self.folder / "ollama/model.gguf"

    @property
    def digest(self) -> str:
        return f"sha256:{hashlib.sha256(self.weights.read_bytes()).hexdigest()}"

    def supervisor(self, *, configured: bool = True) -> Supervisor:
        return Supervisor(
            store=self.house.store,
            home=self.house.home,
            base_models=self,
            backend=LocalBackend(),
            pace=QUICK,
            publisher=Publisher(self.house.home, partial(Server, self.there.url, pause=0)) if configured else None,
        )

    async def publish(self, request: PublishRequest = REQUEST, request_id: str = "req_1") -> Job:
        return await self.house.work(await self.house.submit(request, request_id), self.supervisor())


async def expects(weights: Path, text: str) -> Mapping[str, float]:
    """As the tuned model where its own weights are asked in the words of its training; as the base otherwise."""
    right = text in ASKED and _is_merged(weights)
    return {token: value + 0.03 for token, value in TUNED.items()} if right else BASE


def _is_merged(weights: Path) -> bool:
    norms = {tensor.name: tensor for tensor in gguf.GGUFReader(weights).tensors}
    query = norms["blk.0.attn_q.weight"]
    return bool(np.abs(dequantize(query.data, query.tensor_type)).mean() > 0.3)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_tiny_llama(tmp_path_factory.mktemp("tiny"))
    write_tiny_gguf(folder)
    return folder


@pytest.fixture
async def works(house: House, base: Path, tmp_path: Path) -> AsyncIterator[Works]:
    async with OllamaServer(tmp_path / "blobs", expects).running() as there:
        works = Works(house, there, base)
        works.folder.mkdir(parents=True)
        write_adapter(works.folder / "adapter.gguf", base / NAME)
        (works.folder / "rows.jsonl").write_text(lines(ROWS))
        expected = {"tuned": list(TUNED.items()), "base": list(BASE.items())}
        (works.folder / "next_tokens.jsonl").write_text(lines([{"id": row["id"], **expected} for row in ROWS]))
        yield works


def lines(objects: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(one) + "\n" for one in objects)


class TestAModelThatIsPublished:
    async def test_it_has_its_name_its_weights_and_what_it_is_told(self, works: Works) -> None:
        job = await works.publish()
        assert job.state is JobState.DONE, job.failure
        assert works.there.names == ["Team-Notes-v2:latest"]
        model = works.there.models["Team-Notes-v2:latest"]
        assert model.weights == works.digest
        assert model.system == "You are a helpful AI assistant."
        assert model.parameters["stop"] == ["<|im_end|>"]

    async def test_it_was_asked_in_the_words_of_its_training_before_it_was_named(self, works: Works) -> None:
        await works.publish()
        assert works.there.asked == ASKED
        assert works.there.requests.index("POST /api/copy") > works.there.requests.index("POST /api/chat")

    async def test_the_job_says_what_was_measured(self, works: Works) -> None:
        result = dict((await works.publish()).result or {})
        assert result.pop("difference") == pytest.approx(0.03)
        assert result == {
            "model": "Team-Notes-v2",
            "server": "0.34.4",
            "digest": works.digest,
            "bytes": works.weights.stat().st_size,
            "sent": True,
            "tolerance": 0.15,
            "requests": 2,
        }

    async def test_the_conversation_hears_of_it(self, works: Works) -> None:
        job = await works.publish()
        assert await works.house.finished_events() == [f"run:run_1:publish:{job.id}:done"]

    async def test_a_modelfile_lies_beside_the_weights_for_whoever_does_it_by_hand(self, works: Works) -> None:
        await works.publish()
        assert sorted(path.name for path in works.weights.parent.iterdir()) == ["Modelfile", "model.gguf"]
        text = works.weights.with_name("Modelfile").read_text()
        assert text.startswith("FROM ./model.gguf\n"), "a path of this machine means nothing elsewhere"

    async def test_a_forgotten_row_is_not_asked_about(self, works: Works) -> None:
        (works.folder / "rows.jsonl").write_text(lines(ROWS[1:]))
        job = await works.publish()
        assert job.state is JobState.DONE
        assert works.there.asked == ASKED[1:]


class TestDoingItAgain:
    async def test_the_same_version_again_sends_nothing_and_stays_one_model(self, works: Works) -> None:
        await works.publish()
        again = await works.publish(request_id="req_2")
        assert again.state is JobState.DONE
        assert again.result is not None
        assert not again.result["sent"]
        assert works.there.names == ["Team-Notes-v2:latest"]

    @pytest.mark.parametrize("at", ["POST /api/blobs", "POST /api/create", "POST /api/chat", "POST /api/copy"])
    async def test_a_supervisor_that_is_stopped_at_any_call_is_followed_by_another(self, works: Works, at: str) -> None:
        works.there.ills = [Ill(at, hangs=True)]
        job = await works.house.submit(REQUEST)

        async def reached() -> bool:
            return any(request.startswith(at) for request in works.there.requests)

        await works.house.work_until(reached, works.supervisor())
        assert not (await works.house.store.jobs.get(job.id)).state.ended
        assert "Team-Notes-v2:latest" not in works.there.names
        done = await works.house.work(job, works.supervisor())
        assert done.state is JobState.DONE
        assert works.there.names == ["Team-Notes-v2:latest"]

    async def test_what_a_killed_supervisor_left_on_the_server_is_made_anew(self, works: Works) -> None:
        job = await works.house.submit(REQUEST)
        await works.house.store.jobs.lease("killed", [JobKind.PUBLISH], now(), timedelta(0))
        works.there.models[f"Team-Notes-v2:unchecked-{job.id}-1"] = Model("sha256:" + "0" * 64, "", "", {})
        (works.folder / "ollama").mkdir()
        (works.folder / "ollama/.model.gguf.coming").write_bytes(b"GGUF half")
        done = await works.house.work(job, works.supervisor())
        assert (done.state, done.attempt) == (JobState.DONE, 2)
        assert works.there.names == ["Team-Notes-v2:latest"]
        assert sorted(path.name for path in works.weights.parent.iterdir()) == ["Modelfile", "model.gguf"]

    async def test_a_version_that_takes_its_supervisors_along_is_given_up(self, works: Works) -> None:
        job = await works.house.submit(REQUEST)
        held = replace(job, attempt=11, state=JobState.RUNNING)
        publisher = Publisher(works.house.home, partial(Server, works.there.url))
        with pytest.raises(Exception, match="crashed"):
            await publisher.work(Held(held), asyncio.Event(), works.base, NAME, look_every=0.01)  # type: ignore[arg-type]


@dataclass
class Held:
    job: Job


class TestStopping:
    async def test_a_person_may_stop_it_and_nothing_stays_on_the_server(self, works: Works) -> None:
        works.there.ills = [Ill("POST /api/chat", hangs=True)]
        job = await works.house.submit(REQUEST)
        running = asyncio.create_task(works.house.work(job, works.supervisor()))

        async def asked() -> bool:
            return "POST /api/chat" in works.there.requests

        await eventually(asked)
        await works.house.store.jobs.cancel(job.id, job.created_at)
        assert (await running).state is JobState.CANCELLED
        assert works.there.names == []

    async def test_one_that_was_stopped_before_it_began_asks_the_server_nothing(self, works: Works) -> None:
        job = await works.house.submit(REQUEST)
        await works.house.store.jobs.cancel(job.id, job.created_at)
        assert (await works.house.work(job, works.supervisor())).state is JobState.CANCELLED
        assert works.there.requests == []


async def failed(works: Works, request: PublishRequest = REQUEST) -> str:
    job = await works.publish(request)
    assert job.state is JobState.FAILED
    assert job.failure is not None
    return job.failure.code


class TestACopyThatDoesNotAnswerLikeTheOriginal:
    async def test_it_is_taken_away_again_and_never_had_the_name(self, works: Works) -> None:
        async def as_the_base(weights: Path, text: str) -> Mapping[str, float]:
            return BASE

        works.there.expects = as_the_base
        job = await works.publish()
        assert job.failure is not None
        assert job.failure.code == "ollama_unfaithful"
        assert job.failure.numbers["difference"] > job.failure.numbers["tolerance"] == 0.15
        assert works.there.names == []
        assert "POST /api/copy" not in works.there.requests

    async def test_a_prompt_that_is_put_otherwise_is_noticed(self, works: Works) -> None:
        async def by_another_template(weights: Path, text: str) -> Mapping[str, float]:
            return await expects(weights, text.replace("You are a helpful AI assistant.", ""))

        works.there.expects = by_another_template
        assert await failed(works) == "ollama_unfaithful"

    async def test_one_that_was_published_before_stays(self, works: Works) -> None:
        await works.publish()

        async def as_the_base(weights: Path, text: str) -> Mapping[str, float]:
            return BASE

        works.there.expects = as_the_base
        again = await works.publish(request_id="req_2")
        assert again.state is JobState.FAILED
        assert works.there.names == ["Team-Notes-v2:latest"]

    async def test_without_the_originals_expectations_nothing_is_published(self, works: Works) -> None:
        (works.folder / "next_tokens.jsonl").unlink()
        assert await failed(works) == "nothing_to_compare"
        assert works.there.requests == []


class TestWhatIsNotOurs:
    async def test_a_model_of_that_name_stays_as_it_is(self, works: Works) -> None:
        theirs = Model("sha256:" + "0" * 64, "{{ .Prompt }}", "", {})
        works.there.models["Team-Notes-v2:latest"] = theirs
        assert await failed(works) == "ollama_name_taken"
        assert works.there.models == {"Team-Notes-v2:latest": theirs}


class TestWhyItCannotBeDone:
    async def test_no_server_is_configured(self, works: Works) -> None:
        job = await works.house.work(await works.house.submit(REQUEST), works.supervisor(configured=False))
        assert job.failure is not None
        assert job.failure.code == "ollama_not_set"

    async def test_the_server_is_away(self, works: Works) -> None:
        works.there.url = "http://127.0.0.1:9"
        assert await failed(works) == "ollama_unreachable"

    async def test_the_server_is_too_old(self, works: Works) -> None:
        works.there.version = "0.9.0"
        assert await failed(works) == "ollama_too_old"
        assert works.there.requests == ["GET /api/version"]

    async def test_the_servers_disk_is_full(self, works: Works) -> None:
        works.there.ills = [Ill("POST /api/blobs", text="no space left on device", times=9)]
        assert await failed(works) == "ollama_no_disk"

    async def test_the_server_refuses(self, works: Works) -> None:
        assert await failed(works, replace(REQUEST, model="not a name")) == "ollama_refused"

    async def test_the_base_came_without_a_gguf_file(self, works: Works) -> None:
        works.provenance = {}
        assert await failed(works) == "gguf_missing"

    async def test_the_version_has_no_copy_of_its_adapter_for_llama_cpp(self, works: Works) -> None:
        (works.folder / "adapter.gguf").unlink()
        assert await failed(works) == "no_engine_copy"

    async def test_the_base_is_gone(self, works: Works) -> None:
        assert await failed(works, replace(REQUEST, base="other")) == "base_missing"

    @pytest.mark.parametrize("name", ["../notes", "a/b", ""])
    async def test_a_name_that_leads_elsewhere(self, works: Works, name: str) -> None:
        assert await failed(works, replace(REQUEST, name=name)) == "unsafe_path"
