"""Versions that were published answer from Ollama; whatever is wrong with it, others are left to answer."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from agent.models.ollama import OllamaModels, server_version
from storage.domain import ModelVersion, RunState
from storage.memory import memory_store
from storage.ports import Store
from tests.contract.facts import START, project, run
from tests.fakes.ollama_server import Ill, Model, OllamaServer

VERSION = ModelVersion(
    id="m1", project_id="project_one", run_id="run_1", name="notes", version=2, metrics={}, created_at=START
)
ASKED = [{"role": "user", "content": "Write a notice."}]


async def expects(weights: Path, text: str) -> Mapping[str, float]:
    return {f"<b>asked:</b> {text}": -0.1}


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[OllamaServer]:
    server = OllamaServer(tmp_path / "blobs", expects)
    server.models["Team-Notes-v2:latest"] = Model("sha256:00", "<u>{{ .Prompt }}<a>{{ .Response }}", "", {})
    async with server.running():
        yield server


@pytest.fixture
async def store() -> Store:
    store = memory_store()
    await store.projects.add(project())
    await store.runs.add(replace(run(), id="run_1", state=RunState.SAVED))
    await store.runs.update("run_1", RunState.SAVED, {"publish": {"model": "Team-Notes-v2"}})
    return store


@pytest.fixture
async def models(there: OllamaServer, store: Store) -> AsyncIterator[OllamaModels]:
    made = OllamaModels(there.url, store.runs, patience=5.0)
    yield made
    await made.aclose()


async def test_a_published_version_is_asked_by_the_name_it_has_there(models: OllamaModels) -> None:
    answer = await models.ask(VERSION, ASKED, 320)
    assert answer is not None
    assert answer.text == "<b>asked:</b> <u>Write a notice.<a>", "the model's text, as it is"
    assert answer.finished


async def test_it_is_asked_greedily_and_for_so_many_tokens(models: OllamaModels, there: OllamaServer) -> None:
    await models.ask(VERSION, ASKED, 320)
    assert there.options == {"temperature": 0, "num_predict": 320}


async def test_an_answer_that_was_cut_off_says_so(models: OllamaModels, there: OllamaServer) -> None:
    there.done_reason = "length"
    answer = await models.ask(VERSION, ASKED, 1)
    assert answer is not None
    assert not answer.finished


async def test_the_base_is_not_published(models: OllamaModels, there: OllamaServer) -> None:
    assert await models.ask(None, ASKED, 320) is None
    assert there.requests == []


async def test_a_version_that_was_not_published_is_not_looked_for(
    models: OllamaModels, there: OllamaServer, store: Store
) -> None:
    await store.runs.add(replace(run(), id="run_2", state=RunState.SAVED))
    assert await models.ask(replace(VERSION, run_id="run_2"), ASKED, 320) is None
    assert await models.ask(replace(VERSION, run_id="forgotten"), ASKED, 320) is None
    assert there.requests == []


@pytest.mark.parametrize(
    "ill",
    [
        Ill("POST /api/chat", status=500, times=9),
        Ill("POST /api/chat", status=404, text="model 'Team-Notes-v2' not found", times=9),
        Ill("POST /api/chat", hangs_up=True, times=9),
        Ill("POST /api/chat", status=200, text="not what was asked for", times=9),
    ],
)
async def test_a_server_that_is_ill_has_no_answer(models: OllamaModels, there: OllamaServer, ill: Ill) -> None:
    there.ills = [ill]
    assert await models.ask(VERSION, ASKED, 320) is None


async def test_a_server_that_is_silent_is_not_waited_for(there: OllamaServer, store: Store) -> None:
    there.ills = [Ill("POST /api/chat", hangs=True)]
    impatient = OllamaModels(there.url, store.runs, patience=0.05)
    assert await impatient.ask(VERSION, ASKED, 320) is None
    await impatient.aclose()


async def test_closing_is_harmless_also_before_anything_was_asked_and_again(there: OllamaServer, store: Store) -> None:
    models = OllamaModels(there.url, store.runs)
    await models.aclose()
    await models.ask(VERSION, ASKED, 320)
    await models.aclose()
    await models.aclose()


async def test_a_server_tells_its_version(there: OllamaServer) -> None:
    assert await server_version(there.url) == "0.34.4"


@pytest.mark.parametrize("ill", [Ill("GET /api/version", times=9), Ill("GET /api/version", hangs_up=True, times=9)])
async def test_a_server_that_does_not_answer_has_none(there: OllamaServer, ill: Ill) -> None:
    there.ills = [ill]
    assert await server_version(there.url) is None
    assert await server_version("http://127.0.0.1:9") is None


NO_ADDRESSES = ["http://bob:s3cr3t#x@host", "http://bob:s3cr3t/x@host", "http://[::1", "http://host:99999"]


@pytest.mark.parametrize("address", NO_ADDRESSES)
async def test_what_is_no_address_has_no_version(address: str) -> None:
    assert await server_version(address) is None


@pytest.mark.parametrize("address", NO_ADDRESSES)
async def test_what_is_no_address_does_not_answer_and_is_not_logged(
    store: Store, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert await OllamaModels(address, store.runs).ask(VERSION, ASKED, 320) is None
    assert "does not answer from Ollama" in caplog.text
    assert "s3cr3t" not in caplog.text


async def test_a_name_and_a_password_in_the_address_let_one_in(there: OllamaServer, store: Store) -> None:
    there.login = ("bob", "s3cr3t")
    url = there.url.replace("http://", "http://bob:s3cr3t@")
    assert await server_version(there.url) is None
    assert await server_version(url) == there.version
    models = OllamaModels(url, store.runs)
    assert await models.ask(VERSION, ASKED, 64) is not None
    await models.aclose()
