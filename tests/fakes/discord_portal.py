"""What Discord answers about an application and its bot: who it is, where it is, what it may do there. Over real HTTP.

It keeps only what the doctor and the invite link ask for (https://discord.com/developers/docs/resources), and takes one token.
"""

import base64
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import discord
from aiohttp import web
from aiohttp.test_utils import TestServer

APPLICATION = 1234567890123456789
TOKEN = (
    base64.urlsafe_b64encode(str(APPLICATION).encode()).decode().rstrip("=") + ".GhUsh1.hush-hush_hush-hush_hush-hush1"
)
MESSAGE_CONTENT = 1 << 19
"""The flag of the intent that an application of less than a hundred servers has."""
ROLE = 1200000000000000001


@dataclass
class Guild:
    """A server with the bot on it, in the role that was made for it."""

    id: int
    name: str
    allowed: discord.Permissions
    """What the bot's role allows; everybody else's allows nothing."""
    channels: dict[int, dict[str, Any]] = field(default_factory=dict)
    timed_out_until: str | None = None

    def channel(self, id: int, name: str, deny: int = 0, allow: int = 0) -> None:
        """``deny``, ``allow``: for the bot's role, there."""
        overwrite = {"id": str(ROLE), "type": 0, "allow": str(allow), "deny": str(deny)}
        self.channels[id] = {
            "id": str(id),
            "type": 0,
            "name": name,
            "position": 0,
            "parent_id": None,
            "permission_overwrites": [overwrite],
        }

    def as_json(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": "1",
            "roles": [self._role(self.id, 0), self._role(ROLE)],
        }

    def member(self) -> dict[str, Any]:
        return {
            "user": user(APPLICATION, "Threadtune"),
            "roles": [str(ROLE)],
            "joined_at": "2026-11-01T09:00:00+00:00",
            "flags": 0,
            "communication_disabled_until": self.timed_out_until,
        }

    def _role(self, id: int, allowed: int | None = None) -> dict[str, Any]:
        value = self.allowed.value if allowed is None else allowed
        return {
            "id": str(id),
            "name": "Threadtune",
            "permissions": str(value),
            "position": 0,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }


@dataclass
class Portal:
    application: dict[str, Any] = field(default_factory=dict)
    """What differs from an application as it should be."""
    guilds: list[Guild] = field(default_factory=list)
    commands: list[dict[str, Any]] = field(default_factory=list)
    sessions_left: int = 990
    refusals: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    """Status and answer, by the end of a path."""
    asked: list[str] = field(default_factory=list)
    url: str = ""

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Portal"]:
        app = web.Application()
        app.router.add_get("/api/{path:.*}", self._answer)
        async with TestServer(app) as server:
            self.url = str(server.make_url("/api"))
            yield self

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        self.asked.append(path)
        if request.headers.get("Authorization") != f"Bot {TOKEN}":
            return answered({"message": "401: Unauthorized", "code": 0}, 401)
        for end, (status, answer) in self.refusals.items():
            if path.endswith(end):
                return answered(answer, status)
        found = self._found(path)
        if found is None:
            return answered({"message": "Unknown", "code": 10004}, 404)
        return answered(found)

    def _found(self, path: str) -> Any:
        match path.split("/"):
            case ["users", "@me"]:
                return user(APPLICATION, "Threadtune")
            case ["oauth2", "applications", "@me"]:
                return self._application()
            case ["applications", _, "commands"]:
                return self.commands
            case ["gateway", "bot"]:
                limit = {"total": 1000, "remaining": self.sessions_left, "reset_after": 7_100_000, "max_concurrency": 1}
                return {"url": "wss://gateway.discord.gg", "shards": 1, "session_start_limit": limit}
            case ["users", "@me", "guilds"]:
                return [{"id": str(guild.id), "name": guild.name} for guild in self.guilds]
            case ["guilds", id, *rest]:
                return next((self._of(guild, rest) for guild in self.guilds if str(guild.id) == id), None)
        return None

    def _of(self, guild: Guild, rest: list[str]) -> Any:
        if rest[:1] == ["members"]:
            return guild.member()
        return list(guild.channels.values()) if rest == ["channels"] else guild.as_json()

    def _application(self) -> dict[str, Any]:
        return {
            "id": str(APPLICATION),
            "name": "Threadtune",
            "icon": None,
            "description": "",
            "bot_public": False,
            "bot_require_code_grant": False,
            "owner": user(1, "Ada"),
            "verify_key": "0badcafe" * 8,
            "flags": MESSAGE_CONTENT,
        } | self.application


def answered(data: Any, status: int = 200) -> web.Response:
    """Discord names no character set, and discord.py reads only what is of that type to the letter."""
    return web.Response(body=json.dumps(data).encode(), content_type="application/json", status=status)


def user(id: int, name: str) -> dict[str, Any]:
    return {"id": str(id), "username": name, "discriminator": "0", "global_name": None, "avatar": None, "bot": id != 1}
