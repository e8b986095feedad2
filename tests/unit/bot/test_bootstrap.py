"""A process ends when its platforms have nothing more to hear, or with the fault of any part; nothing is left running."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from bot.bootstrap import _base_facts, judges_of, prepare_home, run_beside
from bot.platforms.slack.client import plain_client
from bot.platforms.slack.setup import SlackSetup
from bot.rooms import greeting_of_slack
from bot.settings import Settings
from storage.domain import Installation
from storage.memory import memory_store
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_workspace import Workspace
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
    ("chat_model", "judge", "names"),
    [
        ("embedded", None, ()),
        ("embedded", "", ()),
        ("embedded", " , ", ()),
        ("embedded", "embedded", ()),
        ("ollama:llama3.2", "ollama:llama3.2", ()),
        ("embedded", "ollama:llama3.2", ("ollama:llama3.2",)),
        ("openai:gpt-4o-mini", "embedded", ("embedded",)),
        ("embedded", "ollama:llama3.2, embedded,ollama:llama3.2", ("ollama:llama3.2", "embedded")),
    ],
)
async def test_judges_are_made_only_where_they_are_others_than_the_chat_model(
    chat_model: str, judge: str | None, names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREADTUNE_CHAT_MODEL", chat_model)
    if judge is not None:
        monkeypatch.setenv("THREADTUNE_JUDGE", judge)
    made = judges_of(Settings(), None)
    assert tuple(one.name for one in made) == names
    for one in made:
        await one.aclose()


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


class TestWhatIsSaidAtTheStart:
    async def test_one_workspace_is_named_with_the_bot_and_the_way(self) -> None:
        async with SlackServer().running() as slack:
            setup = SlackSetup(bot_token=slack.ward.token, api_url=slack.api_url)
            said = await greeting_of_slack(setup, memory_store())
        assert said == "Slack: workspace Ward 7 as @threadtune, by Socket Mode."

    async def test_several_workspaces_are_counted(self) -> None:
        store = memory_store()
        data = {"bot_token": "xoxb-1"}
        now = datetime(2026, 11, 21, tzinfo=UTC)
        await store.installations.put(Installation(id="slack:T01", platform="slack", data=data, installed_at=now))
        said = await greeting_of_slack(SlackSetup(transport="http", client_id="1.2", port=8080), store)
        assert "(1 so far), by HTTP on 127.0.0.1:8080." in said

    async def test_a_slack_that_is_away_keeps_nobody_from_starting(self) -> None:
        said = await greeting_of_slack(
            SlackSetup(bot_token="xoxb-1", api_url="http://127.0.0.1:9/api/"), memory_store()
        )
        assert "tried again" in said


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root of all logs, put back as it was."""
    root = logging.getLogger()
    before = (list(root.handlers), root.level, logging.raiseExceptions)
    yield root
    for handler in [one for one in root.handlers if one not in before[0]]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(before[1])
    logging.raiseExceptions = before[2]


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # slack_sdk's, at aiohttp
async def test_the_log_holds_no_token_however_much_it_is_to_tell(tmp_path: Path, root: logging.Logger) -> None:
    ward = Workspace(token="xoxb-1-hush")
    prepare_home(Settings(home=tmp_path / "home", log_level="DEBUG"))
    async with SlackServer(workspaces=[ward], codes={"code": ward}).running() as slack:
        logging.getLogger("bot").debug("asking")
        client = plain_client(ward.token, slack.api_url)
        await client.auth_test()
        granted = await client.oauth_v2_access(client_id="1.2", client_secret="hush", code="code")
        assert granted["access_token"] == ward.token
        slack.faults.add("auth.test", "gateway")
        await greeting_of_slack(SlackSetup(bot_token=ward.token, api_url=slack.api_url), memory_store())
    written = (tmp_path / "home" / "logs" / "threadtune.log").read_text(encoding="utf-8")
    assert "asking" in written
    assert "hush" not in written
