"""Saved versions answer from the embedded engine if their copy is whole and of this base; else somebody else is asked."""

import hashlib
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent.models.embedded_versions import EmbeddedVersions
from agent.models.engine import Engine
from agent.models.shared_engine import SharedEngine
from agent.models.tuned import FirstOf, TunedAnswer
from storage.domain import ModelVersion
from storage.files import Files

BASE = "the hash of the base"
ASK = [{"role": "user", "content": "Write a short summary of the interview for the product team."}]


def version(number: int) -> ModelVersion:
    return ModelVersion(
        id=f"model_{number}",
        project_id="project_1",
        run_id=f"run_{number}",
        name="team",
        version=number,
        metrics={},
        created_at=datetime(2026, 11, 21, tzinfo=UTC),
    )


@pytest.fixture
def save(tmp_path: Path, adapters: list[Path]) -> Callable[..., Path]:
    """Save a version with a copy for the engine, as an export does; returns its folder."""

    def write(number: int, **provenance: Any) -> Path:
        folder = tmp_path / "home" / "models" / "team" / str(number)
        folder.mkdir(parents=True)
        content = adapters[number].read_bytes()
        (folder / "adapter.gguf").write_bytes(content)
        engine = {"adapter_sha256": hashlib.sha256(content).hexdigest(), "base_sha256": BASE}
        (folder / "provenance.json").write_text(json.dumps({"engine": engine} | provenance))
        return folder

    return write


@pytest.fixture
async def versions(tiny_gguf: Path, tmp_path: Path) -> AsyncIterator[EmbeddedVersions]:
    engine = SharedEngine(Engine(tiny_gguf, context=512, threads=1))
    yield EmbeddedVersions(engine, Files(tmp_path / "home"), BASE)
    await engine.aclose()


async def test_the_base_and_each_version_answer_in_their_own_way(
    versions: EmbeddedVersions, save: Callable[..., Path]
) -> None:
    save(1)
    save(2)
    asked = (None, version(1), version(2))
    told = [await versions.ask(one, ASK, 12) for one in asked]
    assert all(told)
    assert len({answer.text for answer in told if answer}) == 3
    assert [await versions.ask(one, ASK, 12) for one in asked] == told, "greedy: the same again"


async def test_an_answer_says_whether_it_was_cut_off(versions: EmbeddedVersions) -> None:
    answer = await versions.ask(None, ASK, 3)
    assert answer
    assert not answer.finished


@pytest.mark.parametrize(
    "provenance",
    [
        {"engine": None},
        {"engine": {"adapter_sha256": "of another file", "base_sha256": BASE}},
        {"engine": {"base_sha256": "another base"}},
        {"engine": ["not", "ours"]},
    ],
)
async def test_a_copy_that_is_not_known_to_be_right_is_not_loaded(
    versions: EmbeddedVersions, save: Callable[..., Path], provenance: dict[str, Any]
) -> None:
    save(1, **provenance)
    assert await versions.ask(version(1), ASK, 5) is None
    assert versions.engine.engine.pid is None, "it was not even started"


async def test_a_version_without_a_copy_is_left_to_others(
    versions: EmbeddedVersions, save: Callable[..., Path]
) -> None:
    (save(1) / "adapter.gguf").unlink()
    (save(2) / "provenance.json").unlink()
    assert await versions.ask(version(1), ASK, 5) is None
    assert await versions.ask(version(2), ASK, 5) is None


async def test_a_version_that_is_deleted_after_it_was_asked_is_not_asked_again(
    versions: EmbeddedVersions, save: Callable[..., Path]
) -> None:
    folder = save(1)
    assert await versions.ask(version(1), ASK, 5)
    for file in folder.iterdir():
        file.unlink()
    assert await versions.ask(version(1), ASK, 5) is None
    assert await versions.ask(None, ASK, 5)


async def test_without_an_engine_nobody_answers_and_nothing_is_raised(
    tmp_path: Path, save: Callable[..., Path]
) -> None:
    (tmp_path / "broken.gguf").write_bytes(b"no model")
    save(1)
    versions = EmbeddedVersions(SharedEngine(Engine(tmp_path / "broken.gguf")), Files(tmp_path / "home"), BASE)
    assert await versions.ask(version(1), ASK, 5) is None
    assert await versions.ask(None, ASK, 5) is None
    await versions.aclose()
    await versions.aclose()


async def test_nobody_is_waited_for_without_end(versions: EmbeddedVersions) -> None:
    hasty = EmbeddedVersions(versions.engine, versions.files, BASE, patience=0.0)
    assert await hasty.ask(None, ASK, 5) is None


async def test_a_request_beyond_the_context_is_left_to_others(versions: EmbeddedVersions) -> None:
    assert await versions.ask(None, [{"role": "user", "content": "very " * 2000}], 5) is None


class Server:
    """Answers with its text, or not at all."""

    def __init__(self, text: str | None) -> None:
        self.text = text
        self.asked = 0
        self.closed = False

    async def ask(self, version: ModelVersion | None, messages: Any, max_tokens: int) -> TunedAnswer | None:
        self.asked += 1
        return None if self.text is None else TunedAnswer(text=self.text)

    async def aclose(self) -> None:
        self.closed = True


async def test_of_several_servers_the_first_that_has_an_answer_gives_it() -> None:
    silent, empty, late = Server(None), Server(""), Server("late")
    first = FirstOf([silent, empty, late])
    assert await first.ask(None, ASK, 5) == TunedAnswer(text=""), "an empty answer is one"
    assert (silent.asked, empty.asked, late.asked) == (1, 1, 0)
    assert await FirstOf([silent]).ask(None, ASK, 5) is None
    await first.aclose()
    assert silent.closed
    assert late.closed
