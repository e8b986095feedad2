"""The embedded engine as a process: it starts on first use, comes back after a crash, and never outlives us."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import psutil
import pytest
from pydantic import BaseModel, Field

from agent.models import ChatModel, Unavailable
from agent.models.embedded import EmbeddedChatModel
from agent.models.engine import Engine, EngineDown
from agent.models.factory import make_chat_model
from agent.models.langchain import LangChainModel
from agent.models.shared_engine import SharedEngine
from tests.real_base import real_base


async def nothing() -> None:
    return None


# Without a model


async def test_an_engine_that_cannot_load_its_file_is_down_and_rests(tmp_path: Path) -> None:
    (tmp_path / "broken.gguf").write_bytes(b"not a model")
    engine = Engine(tmp_path / "broken.gguf", log_file=tmp_path / "logs" / "engine.log")
    with pytest.raises(EngineDown):
        await engine.address()
    assert engine.pid is None
    assert (tmp_path / "logs" / "engine.log").exists()
    (tmp_path / "logs" / "engine.log").unlink()
    with pytest.raises(EngineDown):
        await engine.address()
    assert not (tmp_path / "logs" / "engine.log").exists(), "it was started again at once"
    await engine.aclose()


async def test_an_engine_that_is_closed_does_not_start_again(tmp_path: Path) -> None:
    engine = Engine(tmp_path / "model.gguf")
    await engine.aclose()
    await engine.aclose()
    with pytest.raises(EngineDown):
        await engine.address()


async def test_a_chat_model_over_a_broken_file_is_down(tmp_path: Path) -> None:
    (tmp_path / "broken.gguf").write_bytes(b"not a model")
    model = make_chat_model("embedded", SharedEngine(Engine(tmp_path / "broken.gguf")))
    assert await model.text([{"role": "user", "content": "Hi"}], 5) is None
    assert model.unavailable_reason == Unavailable.DOWN
    await model.aclose()


# With the real one


@pytest.fixture(scope="module")
def gguf() -> Path:
    path = real_base().gguf
    assert path
    return path


@pytest.fixture
async def engine(gguf: Path) -> AsyncIterator[Engine]:
    engine = Engine(gguf, context=512, threads=1)
    yield engine
    await engine.aclose()


def over(engine: Engine) -> ChatModel:
    async def make() -> EmbeddedChatModel:
        return EmbeddedChatModel(engine=SharedEngine(engine))

    return LangChainModel(make, engine.aclose)


class City(BaseModel):
    country: str = Field(min_length=1)
    people: int


ASK = [{"role": "user", "content": "Name the capital of Italy."}]


@pytest.mark.real_model
async def test_it_answers_in_words_and_in_a_form(engine: Engine) -> None:
    model = over(engine)
    assert engine.pid is None, "it started before it was asked"
    answer = await model.text(ASK, 12)
    assert answer
    assert answer == await model.text(ASK, 12)
    city = await model.structured([{"role": "user", "content": "Describe Rome as JSON."}], City, 60)
    assert isinstance(city, City)
    assert model.unavailable_reason is None


@pytest.mark.real_model
async def test_a_form_that_is_cut_off_is_none_with_a_reason(engine: Engine) -> None:
    model = over(engine)
    assert await model.structured(ASK, City, 2) is None
    assert model.unavailable_reason == Unavailable.EMPTY


@pytest.mark.real_model
async def test_a_prompt_beyond_its_context_is_none_and_harms_nothing(engine: Engine) -> None:
    model = over(engine)
    assert await model.text([{"role": "user", "content": "very " * 2000}], 5) is None
    assert model.unavailable_reason == Unavailable.EMPTY
    assert await model.text(ASK, 5)


@pytest.mark.real_model
async def test_it_is_started_again_after_a_crash(engine: Engine) -> None:
    model = over(engine)
    assert await model.text(ASK, 3)
    first = engine.pid
    assert first
    os.kill(first, signal.SIGSEGV)
    assert await model.text(ASK, 3)
    assert engine.pid not in (None, first)


@pytest.mark.real_model
async def test_it_wants_its_key_and_listens_on_the_loopback_interface_only(engine: Engine) -> None:
    address = await engine.address()
    assert engine.pid
    async with httpx.AsyncClient(base_url=address.url, trust_env=False) as client:
        for headers in ({}, {"Authorization": "Bearer guess"}):
            answer = await client.post("/v1/chat/completions", json={"messages": ASK, "max_tokens": 1}, headers=headers)
            assert answer.status_code == 401
    process = psutil.Process(engine.pid)
    assert {at.laddr.ip for at in process.net_connections() if at.status == psutil.CONN_LISTEN} == {"127.0.0.1"}
    assert address.key not in " ".join(process.cmdline())
    assert address.key not in str(process.environ())


@pytest.mark.real_model
async def test_it_ends_when_it_is_closed(gguf: Path) -> None:
    engine = Engine(gguf, context=512, threads=1)
    await engine.address()
    pid = engine.pid
    assert pid
    await engine.aclose()
    assert not psutil.pid_exists(pid)


@pytest.mark.real_model
async def test_it_ends_when_its_parent_is_killed(gguf: Path) -> None:
    program = f"""
import asyncio
from pathlib import Path
from agent.models.engine import Engine

async def main():
    engine = Engine(Path({str(gguf)!r}), context=512, threads=1)
    await engine.address()
    print(engine.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""
    parent = await asyncio.to_thread(subprocess.Popen, [sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert parent.stdout
    child = psutil.Process(int(await asyncio.to_thread(parent.stdout.readline)))
    parent.kill()
    await asyncio.to_thread(parent.wait)
    parent.stdout.close()
    await asyncio.to_thread(psutil.wait_procs, [child], timeout=20)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
