"""What the Slack app is allowed and told: its scopes and events, each with what needs it, and the manifest that makes the app.

The one list of these. The manifest, the documentation's table and the doctor all come from it; a test holds it against the
methods and events that this room uses, and against Slack's published schema of manifests.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from bot.chat.port import Words

COMMAND = "/tune"
EXAMPLE_SHORTCUT = "use_as_example"
"""The callback id of the message shortcut."""
EVENTS_PATH = "/slack/events"
"""Where Slack sends events, presses, forms and commands (slack_bolt's own default)."""
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"

LONGEST_NAME = 35
"""Characters of an app's name (slackapi/manifest-schema, ``display_information.name``)."""
NEW_APP = "https://api.slack.com/apps?new_app=1"
PROMPTS = ("begin", "status", "models", "help")
"""What is suggested in the app's messages, at most four: ``slack.prompt.<name>.title`` and ``.message``."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """One permission. What it is for, in words, is ``slack.scope.<name>``."""

    name: str
    methods: tuple[str, ...] = ()
    """Methods of the Web API that we call and that need it."""
    events: tuple[str, ...] = ()
    """Events that we listen to and that need it."""


SCOPES = (
    Scope(name="app_mentions:read", events=("app_mention",)),
    Scope(name="assistant:write", methods=("assistant.threads.setSuggestedPrompts",)),
    Scope(
        name="channels:history",
        methods=("conversations.history", "conversations.replies"),
        events=("message.channels",),
    ),
    Scope(
        name="channels:read",
        methods=("conversations.info", "users.conversations"),
        events=("channel_left", "channel_deleted", "channel_archive", "member_left_channel"),
    ),
    Scope(
        name="chat:write",
        methods=(
            "assistant.threads.setStatus",
            "chat.postEphemeral",
            "chat.postMessage",
            "chat.update",
        ),
    ),
    Scope(name="commands"),
    Scope(name="files:read", methods=("files.info",)),
    Scope(name="files:write", methods=("files.completeUploadExternal", "files.getUploadURLExternal")),
    Scope(
        name="groups:history",
        methods=("conversations.history", "conversations.replies"),
        events=("message.groups",),
    ),
    Scope(
        name="groups:read",
        methods=("conversations.info", "users.conversations"),
        events=("group_left", "group_deleted", "group_archive"),
    ),
    Scope(name="im:history", methods=("conversations.history", "conversations.replies"), events=("message.im",)),
    Scope(name="im:write", methods=("conversations.open",)),
    Scope(name="reactions:write", methods=("reactions.add",)),
    Scope(name="users:read", methods=("bots.info", "users.info")),
)
"""The bot token's, by name. Where each method and event says so: https://docs.slack.dev/reference/methods and .../events."""

FREE_EVENTS = ("app_home_opened", "app_uninstalled", "tokens_revoked")
"""Events that need no scope."""

APP_SCOPE = "connections:write"
"""The app-level token's, for Socket Mode."""


def bot_events() -> list[str]:
    """The events that the app is told of, by name."""
    return sorted({event for scope in SCOPES for event in scope.events} | set(FREE_EVENTS))


def manifest(words: Words, name: str = "Threadtune", address: str | None = None) -> dict[str, Any]:
    """The configuration of the app. ``address``: the public https address of the bot, for HTTP; None: Socket Mode.

    Its shape is that of https://github.com/slackapi/manifest-schema, version 2.
    """
    base = address.rstrip("/") if address else ""
    url = {"request_url": base + EVENTS_PATH} if base else {}
    options = {"message_menu_options_url": base + EVENTS_PATH} if base else {}
    oauth: dict[str, Any] = {"redirect_urls": [base + REDIRECT_PATH]} if base else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": name,
            "description": words("slack.manifest.description"),
            "long_description": words("slack.manifest.long"),
        },
        "features": _features(words, name, base),
        "oauth_config": oauth | {"scopes": {"bot": [scope.name for scope in SCOPES]}},
        "settings": {
            "event_subscriptions": url | {"bot_events": bot_events()},
            "interactivity": {"is_enabled": True} | url | options,
            "org_deploy_enabled": False,
            "socket_mode_enabled": not base,
            "token_rotation_enabled": False,
        },
    }


def _features(words: Words, name: str, base: str) -> dict[str, Any]:
    command = {
        "command": COMMAND,
        "description": words("slack.manifest.command"),
        "usage_hint": words("slack.manifest.usage"),
        "should_escape": False,
    }
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "agent_view": {
            "agent_description": words("slack.manifest.agent"),
            "suggested_prompts": prompts(words),
        },
        "bot_user": {"display_name": name, "always_online": True},
        "shortcuts": [
            {
                "name": words("slack.manifest.shortcut"),
                "type": "message",
                "callback_id": EXAMPLE_SHORTCUT,
                "description": words("slack.manifest.shortcut_description"),
            }
        ],
        "slash_commands": [command | ({"url": base + EVENTS_PATH} if base else {})],
    }


def differences(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What an app as it is lacks of what it should be: a code each (``doctor.slack_lacks_<code>``), and what is lacking."""
    return [
        *(("scope", name) for name in _absent(wanted, found, "oauth_config", "scopes", "bot")),
        *(("event", name) for name in _absent(wanted, found, "settings", "event_subscriptions", "bot_events")),
        *(("command", COMMAND) for _ in _absent(wanted, found, "features", "slash_commands", key="command")),
        *(("shortcut", one) for one in _absent(wanted, found, "features", "shortcuts", key="callback_id")),
        *((code, "") for code, path in _SWITCHES.items() if bool(_at(wanted, *path)) != bool(_at(found, *path))),
    ]


_SWITCHES: Mapping[str, tuple[str, ...]] = {
    "socket_mode": ("settings", "socket_mode_enabled"),
    "interactivity": ("settings", "interactivity", "is_enabled"),
    "token_rotation": ("settings", "token_rotation_enabled"),
    "home_tab": ("features", "app_home", "home_tab_enabled"),
    "messages_tab": ("features", "app_home", "messages_tab_enabled"),
    "read_only": ("features", "app_home", "messages_tab_read_only_enabled"),
    "agent_view": ("features", "agent_view"),
}


def _absent(wanted: Mapping[str, Any], found: Mapping[str, Any], *path: str, key: str = "") -> list[str]:
    """The members of a list that are wanted and not there, in order; ``key``: what they are known by."""

    def named(made: Mapping[str, Any]) -> list[str]:
        members = _at(made, *path) or []
        return [str(one.get(key, "")) if isinstance(one, dict) else str(one) for one in members]

    there = set(named(found))
    return [name for name in named(wanted) if name not in there]


def _at(made: Any, *path: str) -> Any:
    """What stands at a path; None where it leads nowhere."""
    for step in path:
        made = made.get(step) if isinstance(made, Mapping) else None
    return made


def prompts(words: Words) -> list[dict[str, str]]:
    """What is suggested to whoever opens the app's messages: ``title`` and the ``message`` that it sends."""
    return [
        {"title": words(f"slack.prompt.{name}.title"), "message": words(f"slack.prompt.{name}.message")}
        for name in PROMPTS
    ]


def is_public_address(address: str) -> bool:
    """Whether Slack could send requests there: https, a host, and nothing behind it that would get lost."""
    try:
        parts = urlsplit(address)
        known = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return known and parts.scheme == "https" and not (parts.query or parts.fragment or parts.username)


def as_yaml(made: Mapping[str, Any]) -> str:
    import yaml

    text: str = yaml.safe_dump(dict(made), sort_keys=False, allow_unicode=True, width=120)
    return text


def link(made: Mapping[str, Any]) -> str:
    """An address that opens Slack's page for a new app with the manifest filled in."""
    return f"{NEW_APP}&manifest_json={quote(json.dumps(made, separators=(',', ':')), safe='')}"
