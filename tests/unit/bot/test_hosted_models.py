"""What an installation lets be asked beside versions, by its settings."""

from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import hosted_models
from bot.settings import Settings


def settings(tmp_path: Path, **values: Any) -> Settings:
    return Settings(home=tmp_path, **values)


@pytest.mark.parametrize(
    ("values", "allowed"),
    [
        ({"chat_model": "openai:gpt-4o"}, ("openai:gpt-4o",)),
        ({"judge": "anthropic:claude-x, embedded"}, ("anthropic:claude-x",)),
        ({"contenders": "openai:*, ollama:qwen3"}, ("ollama:qwen3", "openai:*")),
        ({"ollama": "localhost:11434"}, ("ollama:*",)),
    ],
)
def test_what_is_set_up_may_be_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: dict[str, Any], allowed: tuple[str, ...]
) -> None:
    monkeypatch.delenv("OLLAMA_HOST", raising=False)
    found = hosted_models(settings(tmp_path, **values))
    assert found is not None
    assert found.allowed == allowed


def test_where_nothing_is_set_up_no_hosted_model_may_be_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OLLAMA_HOST", raising=False)
    assert hosted_models(settings(tmp_path)) is None


async def test_making_one_reaches_nothing_yet(tmp_path: Path) -> None:
    found = hosted_models(settings(tmp_path, contenders="openai:x"))
    assert found is not None
    model = found.make("openai:x")
    assert (model.name, model.unavailable_reason) == ("openai:x", None)
    await model.aclose()
