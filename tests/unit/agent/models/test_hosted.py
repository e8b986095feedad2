"""Which hosted models may be asked."""

import pytest

from agent.models.hosted import HostedModels, is_model_name
from tests.fakes.chat_model import ScriptedChatModel


@pytest.mark.parametrize(
    "name", ["openai:gpt-4o-mini", "ollama:llama3.2:3b", "ollama:hf.co/a/b:Q4_K_M", "google_genai:x"]
)
def test_names_are_provider_and_model(name: str) -> None:
    assert is_model_name(name)


@pytest.mark.parametrize(
    "name",
    ["", "embedded", "openai:", ":x", "OPENAI:x", "openai:a b", "openai:../x", "openai:*", "a:" + "x" * 200, "a:b\n"],
)
def test_anything_else_is_no_name(name: str) -> None:
    assert not is_model_name(name)


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("openai:gpt-4o-mini", True),
        ("openai:gpt-4o", False),
        ("ollama:llama3.2", True),
        ("ollama_x:llama3.2", False),
        ("anthropic:claude", False),
    ],
)
def test_only_what_the_installation_names_may_be_asked(name: str, allowed: bool) -> None:
    hosted = HostedModels(allowed=("openai:gpt-4o-mini", "ollama:*"), make=lambda _: ScriptedChatModel())
    assert hosted.allows(name) is allowed
