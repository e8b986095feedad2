"""What the environment says of Slack and of Discord is read under their usual names, and never shown."""

import os

import pytest
from pydantic import SecretStr, ValidationError

from bot.settings import Settings

VARIABLES = (
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "SLACK_CONFIG_TOKEN",
)


@pytest.fixture(autouse=True)
def _no_chat(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if "SLACK" in name or "DISCORD" in name]:
        monkeypatch.delenv(name)


def test_without_any_of_its_settings_there_is_no_slack() -> None:
    assert Settings().slack is None


def test_how_events_would_come_does_not_by_itself_set_slack_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADTUNE_SLACK_TRANSPORT", "http")
    monkeypatch.setenv("SLACK_CONFIG_TOKEN", "xoxe.xoxp-1")
    assert Settings().slack is None


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.setenv(name, " ")
    assert Settings().slack is None


def test_slack_is_read_under_its_own_names_without_what_came_along_with_a_copy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in VARIABLES:
        monkeypatch.setenv(name, f"  {name.lower()}\n")
    monkeypatch.setenv("THREADTUNE_SLACK_TRANSPORT", "http")
    monkeypatch.setenv("THREADTUNE_SLACK_API_URL", "http://127.0.0.1:4003/api")
    monkeypatch.setenv("THREADTUNE_SLACK_PORT", "8080")
    monkeypatch.setenv("THREADTUNE_SLACK_HOST", "0.0.0.0")
    setup = Settings().slack
    assert setup is not None
    assert setup.bot_token == "slack_bot_token"
    assert setup.app_token == "slack_app_token"
    assert setup.signing_secret == "slack_signing_secret"
    assert (setup.client_id, setup.client_secret) == ("slack_client_id", "slack_client_secret")
    assert setup.config_token == "slack_config_token"
    assert (setup.transport, setup.api_url) == ("http", "http://127.0.0.1:4003/api/")
    assert (setup.host, setup.port) == ("0.0.0.0", 8080)


@pytest.mark.parametrize("written", ["T01,T02", "T01, T02", " T01\nT02 ,", "T01 T02"])
def test_the_allow_list_takes_commas_and_blanks(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("THREADTUNE_SLACK_TEAMS", written)
    assert Settings().slack_teams == {"T01", "T02"}


def test_an_empty_allow_list_lists_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADTUNE_SLACK_TEAMS", " , ")
    assert Settings().slack_teams == frozenset()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("THREADTUNE_SLACK_PORT", "0"),
        ("THREADTUNE_SLACK_PORT", "65536"),
        ("THREADTUNE_SLACK_PORT", "web"),
        ("THREADTUNE_SLACK_TRANSPORT", "pigeon"),
    ],
)
def test_what_makes_no_sense_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match="slack_"):
        Settings()


def test_no_secret_is_in_a_repr() -> None:
    secrets = {
        name: SecretStr(f"{name}-hush")
        for name in (
            "slack_bot_token",
            "slack_app_token",
            "slack_signing_secret",
            "slack_client_secret",
            "slack_config_token",
        )
    }
    settings = Settings(**secrets)  # type: ignore[arg-type]  # these fields alone are secrets
    assert settings.slack is not None
    assert settings.slack.app_token == "slack_app_token-hush"
    assert "hush" not in repr(settings) + str(settings) + repr(settings.slack) + str(settings.slack)


class TestDiscord:
    def test_is_none_without_its_settings(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DISCORD_TOKEN", " ")
        monkeypatch.setenv("THREADTUNE_DISCORD_SERVERS", " , ")
        assert Settings().discord is None

    def test_is_read_as_it_was_copied_and_where_a_stand_in_answers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DISCORD_TOKEN", " a.b.c\n")
        monkeypatch.setenv("THREADTUNE_DISCORD_API_URL", "http://127.0.0.1:4003/api/")
        monkeypatch.setenv("THREADTUNE_DISCORD_GATEWAY_URL", "ws://127.0.0.1:4004/")
        monkeypatch.setenv("THREADTUNE_DISCORD_SERVERS", "1098765432109876543, 1098765432109876544")
        setup = Settings().discord
        assert setup is not None
        assert (setup.token, setup.api_url) == ("a.b.c", "http://127.0.0.1:4003/api")
        assert setup.gateway_url == "ws://127.0.0.1:4004/"
        assert setup.servers == {"1098765432109876543", "1098765432109876544"}

    def test_is_discord_itself_unless_told_otherwise(self) -> None:
        setup = Settings(discord_token=SecretStr("a.b.c")).discord
        assert setup is not None
        assert (setup.api_url, setup.gateway_url) == ("https://discord.com/api/v10", "wss://gateway.discord.gg/")

    def test_keeps_its_token_out_of_every_repr(self) -> None:
        settings = Settings(discord_token=SecretStr("hush"))
        assert settings.discord is not None
        assert settings.discord.token == "hush"
        assert "hush" not in repr(settings) + str(settings) + repr(settings.discord)
