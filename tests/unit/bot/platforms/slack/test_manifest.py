"""The manifest makes an app that has all that the Slack room uses, and no more; Slack's published limits are kept."""

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient

from agent.words import say
from bot.commands import parse
from bot.platforms.slack.limits import METHODS, SPECIAL_METHODS
from bot.platforms.slack.manifest import (
    APP_SCOPE,
    FREE_EVENTS,
    LONGEST_NAME,
    SCOPES,
    as_yaml,
    bot_events,
    differences,
    is_public_address,
    link,
    manifest,
    prompts,
)

ROOM = Path(__file__).parents[5] / "bot" / "platforms" / "slack"
ADDRESS = "https://threadtune.example.com"

BOUNDS: Mapping[str, tuple[int, int]] = {
    "display_information.name": (1, 35),
    "display_information.description": (1, 140),
    "display_information.long_description": (175, 4000),
    "features.agent_view.agent_description": (1, 300),
    "features.agent_view.suggested_prompts": (1, 4),
    "features.bot_user.display_name": (1, 80),
    "features.shortcuts": (1, 10),
    "features.shortcuts.0.name": (1, 24),
    "features.shortcuts.0.callback_id": (1, 255),
    "features.shortcuts.0.description": (1, 150),
    "features.slash_commands": (1, 50),
    "features.slash_commands.0.command": (2, 32),
    "features.slash_commands.0.description": (1, 2000),
    "features.slash_commands.0.usage_hint": (1, 1000),
    "oauth_config.scopes.bot": (1, 255),
    "settings.event_subscriptions.bot_events": (1, 100),
}
"""Characters or members, from github.com/slackapi/manifest-schema, ``schemas/manifest.schema.2.0.0.json``."""

KNOWN: Mapping[str, set[str]] = {
    "": {"_metadata", "display_information", "features", "oauth_config", "settings"},
    "_metadata": {"major_version", "minor_version"},
    "display_information": {"name", "description", "long_description", "background_color"},
    "features": {"app_home", "agent_view", "bot_user", "shortcuts", "slash_commands"},
    "features.app_home": {"home_tab_enabled", "messages_tab_enabled", "messages_tab_read_only_enabled"},
    "features.agent_view": {"agent_description", "suggested_prompts", "actions"},
    "features.agent_view.suggested_prompts.0": {"title", "message"},
    "features.bot_user": {"display_name", "always_online"},
    "features.shortcuts.0": {"name", "type", "callback_id", "description"},
    "features.slash_commands.0": {"command", "url", "description", "usage_hint", "should_escape"},
    "oauth_config": {"redirect_urls", "scopes"},
    "oauth_config.scopes": {"bot"},
    "settings": {
        "event_subscriptions",
        "interactivity",
        "org_deploy_enabled",
        "socket_mode_enabled",
        "token_rotation_enabled",
    },
    "settings.event_subscriptions": {"request_url", "bot_events"},
    "settings.interactivity": {"is_enabled", "request_url", "message_menu_options_url"},
}
"""The names that the schema knows at each place; it refuses all others (``additionalProperties: false``)."""


def at(made: Any, path: str) -> Any:
    for step in filter(None, path.split(".")):
        made = made[int(step)] if step.isdecimal() else made[step]
    return made


@pytest.fixture(params=[None, ADDRESS], ids=["Socket Mode", "HTTP"])
def made(request: pytest.FixtureRequest) -> dict[str, Any]:
    return manifest(say, address=request.param)


@pytest.mark.parametrize("path", BOUNDS)
def test_everything_is_as_long_as_slack_takes_it(made: dict[str, Any], path: str) -> None:
    least, most = BOUNDS[path]
    assert least <= len(at(made, path)) <= most


@pytest.mark.parametrize("path", KNOWN)
def test_nothing_is_in_it_that_slack_does_not_know(made: dict[str, Any], path: str) -> None:
    assert set(at(made, path)) <= KNOWN[path]


def test_socket_mode_needs_no_address() -> None:
    made = manifest(say)
    assert made["settings"]["socket_mode_enabled"] is True
    assert "https:" not in json.dumps(made)


@pytest.mark.parametrize("address", [ADDRESS, ADDRESS + "/"])
def test_over_http_everything_goes_to_the_one_address_and_installing_comes_back_there(address: str) -> None:
    made = manifest(say, address=address)
    events = f"{ADDRESS}/slack/events"
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["settings"]["event_subscriptions"]["request_url"] == events
    assert made["settings"]["interactivity"]["request_url"] == events
    assert made["settings"]["interactivity"]["message_menu_options_url"] == events
    assert made["features"]["slash_commands"][0]["url"] == events
    assert made["oauth_config"]["redirect_urls"] == [f"{ADDRESS}/slack/oauth_redirect"]


def test_what_is_promised_is_in_it(made: dict[str, Any]) -> None:
    home = made["features"]["app_home"]
    assert (home["home_tab_enabled"], home["messages_tab_enabled"]) == (True, True)
    assert home["messages_tab_read_only_enabled"] is False
    assert made["features"]["slash_commands"][0]["command"] == "/tune"
    assert made["features"]["shortcuts"][0]["name"] == "Use as training example"
    assert made["features"]["shortcuts"][0]["type"] == "message"
    assert made["settings"]["interactivity"]["is_enabled"] is True
    assert made["settings"]["token_rotation_enabled"] is False


def test_a_suggested_prompt_is_a_command_that_works() -> None:
    for prompt in prompts(say):
        command = parse(prompt["message"])
        assert command is not None
        assert command.word != "unknown"


def test_the_app_is_called_as_one_likes() -> None:
    made = manifest(say, name="Note tuner")
    assert made["display_information"]["name"] == made["features"]["bot_user"]["display_name"] == "Note tuner"
    assert BOUNDS["display_information.name"] == (1, LONGEST_NAME)


def test_yaml_json_and_the_link_say_the_same(made: dict[str, Any]) -> None:
    assert yaml.safe_load(as_yaml(made)) == made
    address = urlsplit(link(made))
    assert address.netloc == "api.slack.com"
    assert json.loads(parse_qs(address.query)["manifest_json"][0]) == made


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("https://a.example", True),
        ("https://a.example:8443/base/", True),
        ("http://a.example", False),
        ("a.example", False),
        ("https://", False),
        ("https://a.example/?x=1", False),
        ("https://me:secret@a.example", False),
        ("https://[oops", False),
    ],
)
def test_only_an_address_that_slack_could_use_is_taken(address: str, public: bool) -> None:
    assert is_public_address(address) is public


class TestDifferences:
    def test_an_app_as_it_should_be_has_none(self, made: dict[str, Any]) -> None:
        assert differences(made, made) == []

    def test_an_app_that_has_more_has_none(self, made: dict[str, Any]) -> None:
        more = json.loads(json.dumps(made))
        more["oauth_config"]["scopes"]["bot"].append("team:read")
        more["settings"]["event_subscriptions"]["bot_events"].append("team_join")
        assert differences(made, more) == []

    def test_each_thing_that_is_missing_is_named(self) -> None:
        wanted = manifest(say)
        bare = {"features": {"slash_commands": []}, "settings": {"token_rotation_enabled": True}}
        found = differences(wanted, bare)
        assert ("scope", "chat:write") in found
        assert ("event", "message.im") in found
        assert {"command", "shortcut", "socket_mode", "interactivity", "token_rotation", "home_tab", "agent_view"} <= {
            code for code, _ in found
        }
        for code, what in found:
            assert say(f"doctor.slack_lacks_{code}", what=what)

    def test_what_is_no_manifest_lacks_everything(self) -> None:
        wanted = manifest(say)
        assert differences(wanted, {"settings": None, "features": [], "oauth_config": {"scopes": {"bot": None}}})


def api_methods() -> Mapping[str, str]:
    """The name in the Web API of each of slack_sdk's methods that calls one."""
    found = {}
    for name, member in inspect.getmembers(AsyncWebClient, inspect.isfunction):
        called = re.findall(r"""api_call\(\s*["']([\w.]+)["']""", inspect.getsource(member))
        if len(called) == 1:
            found[name] = called[0]
    return found


def used_methods() -> Iterator[str]:
    """The methods that the room calls, by attribute or by name."""
    by_attribute = api_methods()
    for file in ROOM.glob("*.py"):
        if file.name in ("manifest.py", "limits.py"):  # they list methods, and call none
            continue
        code = file.read_text(encoding="utf-8")
        yield from (by_attribute[name] for name in re.findall(r"\.(\w+)\(", code) if name in by_attribute)
        yield from (name for name in re.findall(r'"([\w.]+)"', code) if name in set(by_attribute.values()))


OTHERS = {
    "app_context_changed",
    "assistant_thread_started",
    "file_shared",
    "member_joined_channel",
    "reaction_added",
    "team_join",
}
"""Events that a room of this kind might come to listen to: then they belong into the manifest."""


def listened_events() -> set[str]:
    """The types of events that the room has a listener or a table for; of messages, all kinds that are subscribed to."""
    code = "".join(file.read_text(encoding="utf-8") for file in ROOM.glob("*.py") if file.name != "manifest.py")
    return {name for name in OTHERS.union(bot_events()) if f'"{name.split(".")[0]}"' in code}


FREE_METHODS = {
    "apps.connections.open",
    "apps.manifest.export",
    "auth.test",
    "oauth.v2.access",
    "views.open",
    "views.publish",
    "views.update",
}
"""Methods that need no scope of the bot token's."""


def test_the_room_finds_its_own_methods() -> None:
    assert {"auth.test", "users.conversations", "apps.manifest.export"} <= set(used_methods())


def test_every_method_that_is_called_is_covered_by_a_scope() -> None:
    covered = {method for scope in SCOPES for method in scope.methods} | FREE_METHODS
    assert set(used_methods()) <= covered


def test_every_method_that_is_called_has_its_tier_and_no_other() -> None:
    once = {"apps.manifest.export"}  # the doctor's, which calls it once
    assert {*METHODS, *SPECIAL_METHODS} == set(used_methods()) - once


def test_no_scope_is_asked_for_that_nothing_needs() -> None:
    used, heard = set(used_methods()), listened_events()
    for scope in SCOPES:
        needs = [*(one for one in scope.methods if one in used), *(one for one in scope.events if one in heard)]
        assert needs or scope.name == "commands", f"nothing needs {scope.name}"


def test_no_method_or_event_is_listed_that_nothing_uses() -> None:
    used, heard = set(used_methods()), listened_events()
    assert {method for scope in SCOPES for method in scope.methods} <= used
    assert FREE_METHODS - {"oauth.v2.access"} <= used  # slack_bolt calls that one
    assert set(bot_events()) <= heard


def test_each_event_that_is_heard_is_subscribed_to() -> None:
    assert listened_events() <= {*bot_events(), *FREE_EVENTS}


def test_each_scope_has_its_reason() -> None:
    for scope in SCOPES:
        assert len(say(f"slack.scope.{scope.name}").split()) >= 3
    assert [scope.name for scope in SCOPES] == sorted({scope.name for scope in SCOPES})


def test_the_documentation_tells_each_scope_as_it_is_told_everywhere() -> None:
    page = (ROOM.parents[2] / "docs" / "slack.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([\w.:]+)` \| (.+?) \|$", page, re.MULTILINE))
    assert told == {name: say(f"slack.scope.{name}") for name in [*(scope.name for scope in SCOPES), APP_SCOPE]}
