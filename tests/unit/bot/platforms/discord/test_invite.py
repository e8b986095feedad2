"""The link asks for what the room uses, all of it and nothing else; each permission has its reason."""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import discord
import pytest

from agent.words import say
from bot.platforms.discord.invite import PERMISSIONS, SCOPES, link, missing, needed

ROOM = Path(__file__).parents[5] / "bot" / "platforms" / "discord"
NAMES = [permission.name for permission in PERMISSIONS]
BOT = 1234567890123456789

ADDRESSED = (
    discord.Guild,
    discord.Member,
    discord.Message,
    discord.PartialMessage,
    discord.PartialMessageable,
    discord.Thread,
)
"""What the room calls methods of, as far as these may need a permission."""

GIVEN: Mapping[str, str] = {
    "embed": "embed_links",
    "embeds": "embed_links",
    "file": "attach_files",
    "files": "attach_files",
    "poll": "send_polls",
    "stickers": "use_external_stickers",
    "tts": "send_tts_messages",
}
"""What may be handed to a call, and what that needs (https://discord.com/developers/docs/topics/permissions)."""

UNTOLD: Mapping[str, set[str]] = {
    "send": {"send_messages", "send_messages_in_threads"},
    "fetch_channel": {"view_channel"},
}
"""Calls whose documentation in discord.py does not say it."""

FREE = {
    "delete": "of our own messages, which needs none",
    "edit": "of our own messages",
    "is_private": "asks nothing of Discord",
    "join": "of texts",
    "permissions_for": "asks nothing of Discord",
    "timeout": "of asyncio",
}
"""Calls of the room whose namesakes in discord.py need a permission."""


def called() -> Iterator[str]:
    """The name of each method that the room calls, and of each argument that it hands to one by name."""
    for file in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from (keyword.arg for keyword in node.keywords if keyword.arg)
                if isinstance(node.func, ast.Attribute):
                    yield node.func.attr


def documented() -> dict[str, set[str]]:
    """The permissions that discord.py's documentation names for a method."""
    found: dict[str, set[str]] = {name: set(needs) for name, needs in UNTOLD.items()}
    for kind in ADDRESSED:
        for name, method in inspect.getmembers(kind, inspect.isfunction):
            needs = re.findall(r"Permissions\.(\w+)`", inspect.getdoc(method) or "")
            if needs:
                found.setdefault(name, set()).update(needs)
    return found | {name: {need} for name, need in GIVEN.items()}


def test_everything_that_the_room_does_is_asked_for() -> None:
    needs = documented()
    used = {name for name in called() if name in needs} - FREE.keys()
    assert {"send", "create_thread", "history", "add_reaction", "embeds", "files"} <= used
    assert {need for name in used for need in needs[name]} <= set(NAMES)


def test_nothing_is_asked_for_that_the_room_does_not_do() -> None:
    needs, used = documented(), set(called())
    for permission in PERMISSIONS:
        calls = [name for name in permission.calls if name in used]
        assert calls == list(permission.calls), f"nothing needs {permission.name} for all of {permission.calls}"
        assert any(permission.name in needs.get(name, ()) for name in calls), permission.name


def test_what_is_taken_to_be_free_is_used_still() -> None:
    assert FREE.keys() <= set(called())


def test_each_permission_is_one_of_discords_and_has_its_name_and_its_reason() -> None:
    assert len(set(NAMES)) == len(NAMES)
    for name in NAMES:
        assert name in discord.Permissions.VALID_FLAGS
        assert say(f"discord.permission_name.{name}")
        assert len(say(f"discord.permission.{name}").split()) >= 3


def test_the_documentation_tells_each_permission_as_it_is_told_everywhere() -> None:
    page = (ROOM.parents[2] / "docs" / "discord.md").read_text(encoding="utf-8")
    section = page.split("## What each permission is for")[1].split("\n## ")[0]
    told = re.findall(r"^\| ([A-Z][A-Za-z ]+) \| ([a-z].+?) \|$", section, re.MULTILINE)
    assert told == [(say(f"discord.permission_name.{name}"), say(f"discord.permission.{name}")) for name in NAMES]


class TestTheLink:
    def test_asks_for_the_permissions_and_to_offer_commands(self) -> None:
        """The bits: https://discord.com/developers/docs/topics/permissions#permissions-bitwise-permission-flags."""
        address = urlsplit(link(BOT))
        asked = parse_qs(address.query)
        assert (address.scheme, address.netloc, address.path) == ("https", "discord.com", "/oauth2/authorize")
        assert asked["client_id"] == [str(BOT)]
        assert asked["scope"] == ["bot applications.commands"]
        assert SCOPES == ("bot", "applications.commands")
        assert int(asked["permissions"][0]) == sum(1 << bit for bit in (6, 10, 11, 14, 15, 16, 35, 38))

    def test_can_be_for_one_server_alone(self) -> None:
        asked = parse_qs(urlsplit(link(BOT, 1098765432109876543)).query)
        assert (asked["guild_id"], asked["disable_guild_select"]) == (["1098765432109876543"], ["true"])
        assert "guild_id" not in parse_qs(urlsplit(link(BOT)).query)

    def test_asks_for_nothing_that_moderators_keep_to_themselves(self) -> None:
        assert not needed().value & discord.Permissions.elevated().value


@pytest.mark.parametrize(
    ("lacks", "named"),
    [
        ({}, []),
        ({"add_reactions": False}, ["add_reactions"]),
        ({"embed_links": False, "attach_files": False}, ["attach_files", "embed_links"]),
        ({"send_messages": False, "embed_links": False, "attach_files": False}, ["send_messages"]),
        (dict.fromkeys(NAMES, False), ["view_channel"]),
    ],
)
def test_of_what_is_missing_the_cause_is_named(lacks: dict[str, bool], named: list[str]) -> None:
    has = needed()
    has.update(**lacks)
    assert missing(has) == named
