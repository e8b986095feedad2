"""The doctor's findings: what is well is said to be well, and each fault comes with its remedy."""

import contextlib
import hashlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.doctor import base_model, database, engine, home, judges, ollama
from bot.settings import Settings
from storage.domain import Job, JobKind, JobState, Machine
from storage.errors import StoreUnavailable
from storage.memory import memory_store
from storage.ports import Store
from tests.fakes.ollama_server import OllamaServer

NAME = "SmolLM2-135M-Instruct"


@contextlib.asynccontextmanager
async def already_open(store: Store) -> AsyncIterator[Store]:
    """A store that somebody else opened and will close."""
    yield store


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    for name in (
        "XDG_DATA_HOME",
        "THREADTUNE_MODEL_CACHE",
        "THREADTUNE_BASE_MODEL",
        "THREADTUNE_DATABASE",
        "THREADTUNE_OLLAMA",
        "OLLAMA_HOST",
    ):
        monkeypatch.delenv(name, raising=False)
    return Settings(home=folder)


def base(settings: Settings) -> Path:
    """A base model as it lies there once it was prepared."""
    folder = settings.home / "base_models" / NAME
    folder.mkdir(parents=True)
    files = {}
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        (folder / name).write_bytes(b"{}")
        files[name] = {"size": 2, "sha256": hashlib.sha256(b"{}").hexdigest()}
    (folder / "provenance.json").write_text(json.dumps({"name": NAME, "source": "registry", "files": files}))
    return folder


def test_a_home_of_ones_own_is_fine(settings: Settings) -> None:
    assert home(settings)[0].level == "ok"


def test_a_home_that_others_can_read_deserves_a_look(settings: Settings) -> None:
    settings.home.chmod(0o755)
    found = home(settings)[0]
    assert (found.level, "chmod 700" in found.text) == ("warn", True)


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (found,) = home(Settings(home=tmp_path / "file" / "home"))
    assert found.level == "fail"
    assert "--home" in found.text


async def test_a_whole_base_model(settings: Settings) -> None:
    base(settings)
    assert (await base_model(settings)).level == "ok"


async def test_a_missing_base_model_names_the_command(settings: Settings) -> None:
    found = await base_model(settings)
    assert (found.level, "threadtune setup" in found.text) == ("fail", True)


@pytest.mark.parametrize("content", [b"", b"[]"])
async def test_a_damaged_base_model_names_the_file(settings: Settings, content: bytes) -> None:
    (base(settings) / "model.safetensors").write_bytes(content)
    found = await base_model(settings)
    assert (found.level, "model.safetensors" in found.text) == ("fail", True)


def test_a_home_elsewhere_uses_the_models_of_the_ordinary_one(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert settings.shared_models is None
    (tmp_path / ".threadtune" / "base_models").mkdir(parents=True)
    assert settings.shared_models == tmp_path / ".threadtune" / "base_models"
    assert Settings(home=tmp_path / ".threadtune").shared_models is None
    assert Settings(home=tmp_path, model_cache=tmp_path / "cache").shared_models == tmp_path / "cache"


def test_an_engine_that_cannot_be_loaded_names_the_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "xllamacpp.py").write_text("raise ImportError('libgomp.so.1 is missing')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = engine()
    assert (found.level, "libgomp.so.1 is missing" in found.text) == ("fail", True)
    (tmp_path / "xllamacpp.py").write_text("__version__ = '1.2'")
    assert (engine().level, "1.2" in engine().text) == ("ok", True)


async def found_in(store: Store, settings: Settings) -> dict[str, str]:
    settings.database_path.touch()
    return {finding.subject: finding.level for finding in await database(settings, lambda _: already_open(store))}


async def test_an_open_database_without_work_is_fine(settings: Settings) -> None:
    assert await found_in(memory_store(), settings) == {"Database": "ok", "Trainer": "ok"}


async def test_work_without_a_trainer_deserves_a_look(settings: Settings) -> None:
    store, now = memory_store(), datetime.now(UTC)
    job = Job(id="j", request_id="q", kind=JobKind.PROBE, run_id="r", spec={}, state=JobState.QUEUED, created_at=now)
    await store.jobs.submit(job)
    assert (await found_in(store, settings))["Trainer"] == "warn"
    await store.machines.put(Machine(id="m", facts={}, seen_at=now))
    assert (await found_in(store, settings))["Trainer"] == "ok"


async def test_a_database_that_does_not_open_fails(settings: Settings) -> None:
    def locked(_: Settings) -> object:
        raise StoreUnavailable("locked")

    settings.database_path.touch()
    found = await database(settings, locked)  # type: ignore[arg-type]  # it never returns
    assert [finding.level for finding in found] == ["fail", "warn"]
    assert "in use by another program" in found[0].text


async def silent(weights: Path, text: str) -> dict[str, float]:
    return {}


async def test_without_a_server_set_up_nothing_is_asked_of_any(settings: Settings) -> None:
    found = await ollama(settings)
    assert (found.level, "THREADTUNE_OLLAMA=" in found.text) == ("ok", True)


async def test_an_ollama_server_that_answers_is_named_with_its_version(settings: Settings, tmp_path: Path) -> None:
    async with OllamaServer(tmp_path / "blobs", silent).running() as server:
        found = await ollama(settings.model_copy(update={"ollama": SecretStr(server.url), "team": "PM"}))
    assert (found.level, "0.34.4" in found.text, "`PM-" in found.text) == ("ok", True, True)


async def test_an_ollama_server_that_is_too_old_deserves_a_look(settings: Settings, tmp_path: Path) -> None:
    async with OllamaServer(tmp_path / "blobs", silent, version="0.11.4").running() as server:
        found = await ollama(settings.model_copy(update={"ollama": SecretStr(server.url)}))
    assert (found.level, "0.12.11" in found.text) == ("warn", True)


async def test_an_ollama_server_that_is_away_is_told_without_its_address(settings: Settings) -> None:
    found = await ollama(settings.model_copy(update={"ollama": SecretStr("http://me:secret@127.0.0.1:9")}))
    assert (found.level, "ollama serve" in found.text, "secret" in found.text) == ("warn", True, False)


@pytest.mark.parametrize(
    ("judge", "level", "words"),
    [
        (None, "ok", "The chat model (embedded) is put to the test"),
        ("ollama:llama3.2, openai:gpt-4o-mini", "ok", "scored by ollama:llama3.2, openai:gpt-4o-mini,"),
        ("embedded", "ok", "scored by embedded,"),
        ("gpt-4o-mini, ollama:, :llama", "warn", "names gpt-4o-mini, ollama:, :llama, which is no model"),
    ],
)
def test_judges_are_named_and_a_name_that_cannot_be_one_is_told(
    settings: Settings, judge: str | None, level: str, words: str
) -> None:
    found = judges(settings.model_copy(update={"judge": judge}))
    assert (found.level, words in found.text) == (level, True)
