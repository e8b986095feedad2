"""A process ends when its platforms have nothing more to hear, or with the fault of any part; nothing is left running."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from bot.bootstrap import _base_facts, judge_of, run_beside
from bot.settings import Settings
from trainer.recipes import SMOLLM2_135M


class Service:
    """Works until it is told to stop, and then takes its time to finish."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.finished = False

    async def run(self, stop: asyncio.Event) -> None:
        if self.fault:
            raise self.fault
        await stop.wait()
        await asyncio.sleep(0)
        self.finished = True


async def silent() -> None:
    await asyncio.Event().wait()


async def over() -> None:
    """A platform that has heard everything."""


async def broken() -> None:
    raise ValueError("the platform")


async def test_it_ends_with_the_last_platform_and_what_is_in_hand_is_finished() -> None:
    service = Service()
    await run_beside([service.run], [over(), over()])
    assert service.finished


async def test_a_platform_goes_on_although_another_has_ended() -> None:
    heard: list[str] = []

    async def slow() -> None:
        await asyncio.sleep(0.01)
        heard.append("everything")

    await run_beside([Service().run], [over(), slow()])
    assert heard == ["everything"]


async def test_the_fault_of_a_platform_ends_all_and_is_raised_as_it_was() -> None:
    service = Service()
    with pytest.raises(ValueError, match="the platform"):
        await run_beside([service.run], [broken(), silent()])
    assert service.finished


async def test_the_fault_of_a_service_ends_all() -> None:
    with pytest.raises(OSError, match="gone"):
        await run_beside([Service(OSError("gone")).run, Service().run], [silent()])


async def test_being_cancelled_ends_all() -> None:
    service = Service()
    running = asyncio.create_task(run_beside([service.run], [silent()]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert service.finished


async def test_a_service_that_does_not_stop_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.bootstrap.GRACE", 0.01)

    async def stubborn(stop: asyncio.Event) -> None:
        await asyncio.Event().wait()

    await run_beside([stubborn], [over()])


@pytest.mark.parametrize(
    ("chat_model", "judge", "name"),
    [
        ("embedded", None, None),
        ("embedded", "", None),
        ("embedded", "embedded", None),
        ("ollama:llama3.2", "ollama:llama3.2", None),
        ("embedded", "ollama:llama3.2", "ollama:llama3.2"),
        ("openai:gpt-4o-mini", "embedded", "embedded"),
    ],
)
async def test_a_judge_is_made_only_where_it_is_another_than_the_chat_model(
    chat_model: str, judge: str | None, name: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREADTUNE_CHAT_MODEL", chat_model)
    if judge is not None:
        monkeypatch.setenv("THREADTUNE_JUDGE", judge)
    made = judge_of(Settings(), None)
    assert (made.name if made else None) == name
    if made:
        await made.aclose()


class TestTheOllamaServer:
    @pytest.fixture(autouse=True)
    def unset(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("THREADTUNE_OLLAMA", "OLLAMA_HOST"):
            monkeypatch.delenv(name, raising=False)

    def test_is_none_unless_it_is_named(self) -> None:
        assert Settings().ollama is None

    @pytest.mark.parametrize("name", ["THREADTUNE_OLLAMA", "OLLAMA_HOST"])
    def test_is_named_by_ours_or_by_what_its_own_tools_read(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        monkeypatch.setenv(name, "http://127.0.0.1:11434")
        assert named(Settings()) == "http://127.0.0.1:11434"

    def test_ours_counts_before_theirs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OLLAMA_HOST", "0.0.0.0")
        monkeypatch.setenv("THREADTUNE_OLLAMA", "http://models:11434")
        assert named(Settings()) == "http://models:11434"

    def test_is_none_where_ours_is_empty_whatever_theirs_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OLLAMA_HOST", "0.0.0.0")
        monkeypatch.setenv("THREADTUNE_OLLAMA", "")
        assert Settings().ollama is None

    def test_is_never_shown_since_it_may_hold_a_password(self) -> None:
        assert "hush" not in repr(Settings(ollama=SecretStr("http://me:hush@host")))

    @pytest.mark.parametrize("address", ["http://bob:secret#x@host", "http://bob:secret/x@host", "bob:secret?x@host"])
    def test_is_refused_without_a_word_of_it_where_its_password_ends_it(
        self, monkeypatch: pytest.MonkeyPatch, address: str
    ) -> None:
        monkeypatch.setenv("THREADTUNE_OLLAMA", address)
        with pytest.raises(ValidationError, match="%23 for #") as caught:
            Settings()
        assert "secret" not in str(caught.value)


def named(settings: Settings) -> str:
    return settings.ollama.get_secret_value() if settings.ollama else ""


@pytest.mark.parametrize("config", [None, "{", "[]", "{}", '{"hidden_size": 8, "num_attention_heads": 0}'])
def test_a_base_whose_configuration_cannot_be_read_is_reckoned_as_the_one_we_ship_with(
    tmp_path: Path, config: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    if config is not None:
        (tmp_path / "config.json").write_text(config, encoding="utf-8")
    assert _base_facts(tmp_path) == SMOLLM2_135M
    assert "cannot be read" in caplog.text
