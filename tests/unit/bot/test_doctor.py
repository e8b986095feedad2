"""The doctor's findings: what is well is said to be well, and each fault comes with its remedy."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.doctor import already_open, base_model, database, home, is_whole_safetensors
from bot.settings import Settings
from storage.domain import Job, JobKind, JobState, Machine
from storage.errors import StoreUnavailable
from storage.memory import memory_store
from storage.ports import Store

NAME = "SmolLM2-135M-Instruct"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return Settings(home=folder)


def safetensors(path: Path, missing: int = 0) -> None:
    header = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(8 - missing))


def base(settings: Settings) -> Path:
    folder = settings.home / "base_models" / NAME
    folder.mkdir(parents=True)
    for name in ("config.json", "tokenizer.json"):
        (folder / name).write_text("{}")
    safetensors(folder / "model.safetensors")
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


def test_a_whole_base_model(settings: Settings) -> None:
    base(settings)
    assert base_model(settings).level == "ok"


def test_a_missing_base_model_names_the_command(settings: Settings) -> None:
    found = base_model(settings)
    assert (found.level, "threadtune setup" in found.text) == ("fail", True)


@pytest.mark.parametrize("fault", ["cut", "no weights", "bad tokenizer"])
def test_a_damaged_base_model_names_the_file(settings: Settings, fault: str) -> None:
    folder = base(settings)
    if fault == "cut":
        safetensors(folder / "model.safetensors", missing=1)
    elif fault == "no weights":
        (folder / "model.safetensors").unlink()
    else:
        (folder / "tokenizer.json").write_text('{"half":')
    found = base_model(settings)
    assert found.level == "fail"
    assert {"cut": "model.safetensors", "no weights": "weights", "bad tokenizer": "tokenizer.json"}[fault] in found.text


@pytest.mark.parametrize("content", [b"", b"\x00" * 8, b"\xff" * 20, b"\x02\0\0\0\0\0\0\0[]"])
def test_what_is_no_safetensors_file_is_not_whole(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "f").write_bytes(content)
    assert not is_whole_safetensors(tmp_path / "f")


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
