"""Whatever keeps Slack from being served is told by the variable that is wrong, and where the right value is found."""

import dataclasses
import re
import string
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agent.words import knows, say
from bot.failures import bad_setup
from bot.platforms.slack import setup as rules
from bot.platforms.slack.setup import BadSetup, SlackSetup, check

SOCKET = SlackSetup(bot_token="xoxb-1-hush", app_token="xapp-1-A0APP-2-hush")
HTTP = SlackSetup(transport="http", bot_token="xoxb-1-hush", signing_secret="0123456789abcdef")
MANY = SlackSetup(transport="http", signing_secret="0123456789abcdef", client_id="1.2", client_secret="fedcba9876")


@pytest.mark.parametrize("setup", [SOCKET, HTTP, MANY], ids=["socket", "http", "several workspaces"])
def test_a_whole_set_up_is_fine(setup: SlackSetup) -> None:
    check(setup)


FAULTS: dict[str, tuple[SlackSetup, dict[str, object], str, str]] = {
    "an app token for the bot's": (SOCKET, {"bot_token": "xapp-1-hush"}, "SLACK_BOT_TOKEN", "an app-level token"),
    "a bot token for the app's": (SOCKET, {"app_token": "xoxb-1-hush"}, "SLACK_APP_TOKEN", "a bot token"),
    "a person's token": (SOCKET, {"bot_token": "xoxp-1-hush"}, "SLACK_BOT_TOKEN", "the token of a person"),
    "no token at all": (SOCKET, {"bot_token": "hush"}, "SLACK_BOT_TOKEN", "no token of Slack's"),
    "a token that runs out": (SOCKET, {"bot_token": "xoxe.xoxb-1-hush"}, "SLACK_BOT_TOKEN", "token rotation"),
    "a wrong configuration token": (SOCKET, {"config_token": "xoxe-1-hush"}, "SLACK_CONFIG_TOKEN", "12 hours"),
    "no app token for Socket Mode": (SOCKET, {"app_token": ""}, "SLACK_APP_TOKEN", "connections:write"),
    "no bot token": (SOCKET, {"bot_token": ""}, "SLACK_BOT_TOKEN", "OAuth & Permissions"),
    "no signing secret for HTTP": (HTTP, {"signing_secret": ""}, "SLACK_SIGNING_SECRET", "Signing Secret"),
    "a token as signing secret": (HTTP, {"signing_secret": "xoxb-hush"}, "SLACK_SIGNING_SECRET", "is no token"),
    "a client id alone": (MANY, {"client_secret": ""}, "SLACK_CLIENT_SECRET", "belong together"),
    "a client secret alone": (MANY, {"client_id": ""}, "SLACK_CLIENT_ID", "belong together"),
    "the app's id as client id": (MANY, {"client_id": "A0123ABCD"}, "SLACK_CLIENT_ID", "the app's ID"),
    "a token as client secret": (MANY, {"client_secret": "xoxb-hush"}, "SLACK_CLIENT_SECRET", "is no token"),
    "one workspace and several": (MANY, {"bot_token": "xoxb-1-hush"}, "SLACK_BOT_TOKEN", "unset SLACK_CLIENT_ID"),
    "several by Socket Mode": (MANY, {"transport": "socket"}, "THREADTUNE_SLACK_TRANSPORT", "public address"),
    "a workspace by its name": (SOCKET, {"teams": frozenset({"Acme"})}, "THREADTUNE_SLACK_TEAMS", "“Acme”"),
    "no address": (SOCKET, {"api_url": "slack.com/api/"}, "THREADTUNE_SLACK_API_URL", "no address"),
    "half an address": (SOCKET, {"api_url": "https://[oops/api/"}, "THREADTUNE_SLACK_API_URL", "no address"),
    "a port that is none": (SOCKET, {"api_url": "https://a:99999/api/"}, "THREADTUNE_SLACK_API_URL", "no address"),
    "an address in the open": (
        SOCKET,
        {"api_url": "http://evil.example/api/"},
        "THREADTUNE_SLACK_API_URL",
        "unencrypted",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_names_its_variable_and_the_way_out_and_shows_no_secret(fault: str) -> None:
    setup, changes, name, words = FAULTS[fault]
    with pytest.raises(BadSetup) as caught:
        check(dataclasses.replace(setup, **changes))  # type: ignore[arg-type]  # a table of changes has one type
    sentence = bad_setup(caught.value)
    assert sentence.startswith(f"The setting {name} is not usable: ")
    assert words in sentence
    assert "hush" not in sentence + str(caught.value) + repr(caught.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "[::1]"])
def test_this_machine_may_stand_in_for_slack_unencrypted(host: str) -> None:
    check(dataclasses.replace(SOCKET, api_url=f"http://{host}:4003/api/"))


def test_the_allow_list_counts_a_workspace_itself_or_by_its_organisation() -> None:
    setup = dataclasses.replace(SOCKET, teams=frozenset({"T01", "E09"}))
    assert setup.serves("T01")
    assert setup.serves("T02", "E09")
    assert not setup.serves("T02")
    assert not setup.serves("T02", "E01")
    assert SOCKET.serves("T02")


@given(st.text(string.printable, min_size=1, max_size=60))
def test_whatever_stands_where_a_token_belongs_it_is_never_repeated(value: str) -> None:
    assume(not value.startswith("xoxb-"))
    with pytest.raises(BadSetup) as caught:
        check(dataclasses.replace(SOCKET, bot_token=f"{value}-hush-hush"))
    assert "hush-hush" not in bad_setup(caught.value)


def test_every_place_where_a_value_is_found_is_told() -> None:
    for name in ("BOT_TOKEN", "APP_TOKEN", "SIGNING_SECRET", "CLIENT_ID", "CLIENT_SECRET", "CONFIG_TOKEN"):
        assert "https://api.slack.com/apps" in say(f"setup.slack.where.SLACK_{name}")


def test_every_fault_that_is_raised_has_its_words() -> None:
    room = Path(rules.__file__).parent
    raised = re.findall(r"BadSetup\(.*\)", "".join(file.read_text(encoding="utf-8") for file in room.glob("*.py")))
    codes = {code for line in raised for code in re.findall(r', "([a-z_]+)"', line)}
    assert {"wrong_token", "oauth_half", "token_refused", "team_not_listed"} <= codes
    assert [code for code in codes if not knows(f"setup.slack.bad.{code}")] == []
