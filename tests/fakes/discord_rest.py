"""The routes of the small Discord's API: pure of HTTP, a world and a request in, a payload out, or an ApiError.

As strict as the real one where our room depends on it. Made after https://docs.discord.com/developers/reference.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.discord_strict import check_message
from tests.fakes.discord_world import (
    DM,
    EDITS_OF_OLD,
    EPHEMERAL,
    THREADS,
    TOKEN_LIVES,
    ApiError,
    Channel,
    Interaction,
    Payload,
    World,
)

HOUR = 3600.0
_KEPT = ("content", "embeds", "components", "flags", "message_reference")


@dataclass
class Request:
    method: str
    path: str
    """Behind ``/api/v10``."""
    body: Any = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    """By file name."""
    base: str = ""
    """Where files are had."""


Route = Callable[..., Any]
ROUTES: list[tuple[str, re.Pattern[str], Route]] = []


def route(method: str, path: str) -> Callable[[Route], Route]:
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))

    def known(function: Route) -> Route:
        ROUTES.append((method, pattern, function))
        return function

    return known


def answer(world: World, request: Request) -> Any:
    """Raises ApiError."""
    for method, pattern, function in ROUTES:
        if method == request.method and (found := pattern.fullmatch(request.path)):
            return function(world, request, *found.groups())
    raise ApiError(404, 0, f"404: Not Found ({request.method} {request.path})")


@route("GET", "/users/@me")
def me(world: World, request: Request) -> Payload:
    return world.users[world.bot]


@route("GET", "/(?:oauth2/)?applications/@me")
def application(world: World, request: Request) -> Payload:
    return world.application()


@route("GET", "/users/@me/guilds")
def guilds(world: World, request: Request) -> list[Payload]:
    return [{"id": str(one.id), "name": one.name, "icon": None} for one in world.guilds.values()]


@route("GET", "/users/{user}")
def user(world: World, request: Request, user: str) -> Payload:
    if int(user) not in world.users:
        raise ApiError(404, 10013, "Unknown User")
    return world.users[int(user)]


@route("POST", "/users/@me/channels")
def open_direct(world: World, request: Request) -> Payload:
    user = int(request.body["recipient_id"])
    if user not in world.users:
        raise ApiError(400, 50033, "Invalid Recipient(s)")
    return world.channel_payload(world.direct(user))


@route("GET", "/guilds/{guild}")
def guild(world: World, request: Request, guild: str) -> Payload:
    if int(guild) not in world.guilds:
        raise ApiError(404, 10004, "Unknown Guild")
    return world.guild_payload(world.guilds[int(guild)])


@route("GET", "/guilds/{guild}/channels")
def channels(world: World, request: Request, guild: str) -> list[Payload]:
    return list(world.guild_payload(world.guilds[int(guild)])["channels"])


@route("GET", "/guilds/{guild}/threads/active")
def threads(world: World, request: Request, guild: str) -> Payload:
    return {"threads": world.guild_payload(world.guilds[int(guild)])["threads"], "members": [], "has_more": False}


@route("GET", "/guilds/{guild}/roles")
def roles(world: World, request: Request, guild: str) -> list[Payload]:
    return list(world.guilds[int(guild)].roles.values())


@route("GET", "/guilds/{guild}/members/{user}")
def member(world: World, request: Request, guild: str, user: str) -> Payload:
    if int(user) not in world.guilds[int(guild)].members:
        raise ApiError(404, 10007, "Unknown Member")
    return world.guilds[int(guild)].members[int(user)]


@route("GET", "/channels/{channel}")
def channel(world: World, request: Request, channel: str) -> Payload:
    return world.channel_payload(world.channel(int(channel)))


@route("PATCH", "/channels/{channel}")
def change_channel(world: World, request: Request, channel: str) -> Payload:
    found = world.channel(int(channel))
    if found.locked:
        raise ApiError(403, 50013, "Missing Permissions")
    found.archived = bool(request.body.get("archived", found.archived))
    found.name = str(request.body.get("name", found.name))
    world.dispatch("THREAD_UPDATE", world.channel_payload(found))
    return world.channel_payload(found)


@route("PUT", "/channels/{channel}/thread-members/{user}")
def join_thread(world: World, request: Request, channel: str, user: str) -> None:
    world.channel(int(channel)).members.add(world.bot if user == "@me" else int(user))


@route("POST", "/channels/{channel}/typing")
def typing(world: World, request: Request, channel: str) -> None:
    world.channel(int(channel))


@route("POST", "/channels/{channel}/messages/{message}/threads")
def thread_from_message(world: World, request: Request, channel: str, message: str) -> Payload:
    parent = world.channel(int(channel))
    _message(parent, message)
    if int(message) in world.channels:
        raise ApiError(400, 160004, "A thread has already been created for this message")
    return _begun(world, world.add_thread(parent, request.body["name"], int(message)))


@route("POST", "/channels/{channel}/threads")
def thread(world: World, request: Request, channel: str) -> Payload:
    parent = world.channel(int(channel))
    return _begun(world, world.add_thread(parent, request.body["name"], type=request.body.get("type", 12)))


@route("GET", "/channels/{channel}/messages")
def history(world: World, request: Request, channel: str) -> list[Payload]:
    found = world.channel(int(channel))
    if "history" in found.denied:
        return []
    before, after = int(request.query.get("before", 1 << 63)), int(request.query.get("after", 0))
    said = [one for id, one in sorted(found.messages.items()) if after < id < before]
    limit = int(request.query.get("limit", 50))
    chosen = said[:limit] if "after" in request.query else said[-limit:]
    return [_as_read(world, found, one) for one in reversed(chosen)]


@route("GET", "/channels/{channel}/messages/{message}")
def one_message(world: World, request: Request, channel: str, message: str) -> Payload:
    found = world.channel(int(channel))
    if "history" in found.denied:
        raise ApiError(403, 50013, "Missing Permissions")
    return _as_read(world, found, _message(found, message))


@route("POST", "/channels/{channel}/messages")
def post(world: World, request: Request, channel: str) -> Payload:
    found = world.channel(int(channel))
    _may_write(world, found, request)
    check_message(request.body, request.files)
    nonce = str(request.body.get("nonce") or "") if request.body.get("enforce_nonce") else ""
    return world.post(found, _made(world, request), nonce)


@route("PATCH", "/channels/{channel}/messages/{message}")
def edit(world: World, request: Request, channel: str, message: str) -> Payload:
    found = world.channel(int(channel))
    shown = _message(found, message)
    if int(shown["author"]["id"]) != world.bot:
        raise ApiError(403, 50005, "Cannot edit a message authored by another user")
    if found.archived:
        raise ApiError(400, 50083, "Thread is archived")
    _may_write(world, found, request)
    check_message(request.body, request.files, empty_is_fine=True)
    if world.age(int(message)) > HOUR:
        found.old_edits[int(message)] = found.old_edits.get(int(message), 0) + 1
        if found.old_edits[int(message)] > EDITS_OF_OLD:
            raise ApiError(429, 30046, "Maximum number of edits to messages older than 1 hour reached")
    shown |= _made(world, request) | {"edited_timestamp": world.iso()}
    world.dispatch("MESSAGE_UPDATE", world.told(shown, found))
    return shown


@route("DELETE", "/channels/{channel}/messages/{message}")
def delete(world: World, request: Request, channel: str, message: str) -> None:
    found = world.channel(int(channel))
    _message(found, message)
    del found.messages[int(message)]
    guild = {"guild_id": str(found.guild)} if found.guild else {}
    world.dispatch("MESSAGE_DELETE", {"id": message, "channel_id": channel} | guild)


@route("PUT", "/channels/{channel}/messages/{message}/reactions/{emoji}/@me")
def react(world: World, request: Request, channel: str, message: str, emoji: str) -> None:
    found = world.channel(int(channel))
    _message(found, message)
    if found.archived or {"react", "history"} & found.denied:
        raise ApiError(403, 50013, "Missing Permissions")
    found.reactions.setdefault(int(message), []).append(emoji)


@route("GET", "/applications/{app}/commands")
@route("GET", "/applications/{app}/guilds/{guild}/commands")
def commands(world: World, request: Request, app: str, guild: str = "") -> list[Payload]:
    return world.commands.get(int(guild) if guild else None, [])


@route("PUT", "/applications/{app}/commands")
@route("PUT", "/applications/{app}/guilds/{guild}/commands")
def sync_commands(world: World, request: Request, app: str, guild: str = "") -> list[Payload]:
    if len([one for one in request.body if one.get("type", 1) == 1]) > 100:
        raise ApiError(400, 30032, "Maximum number of application commands reached (100)")
    server = int(guild) if guild else None
    made = [
        {"description": ""}
        | one
        | {"id": str(world.id()), "application_id": app, "version": str(world.id()), "default_member_permissions": None}
        for one in request.body
    ]
    world.commands[server] = made
    return made


@route("POST", "/interactions/{id}/{token}/callback")
def respond(world: World, request: Request, id: str, token: str) -> Payload | None:
    found = _interaction(world, token, 10062)
    if found.answers:
        raise ApiError(400, 40060, "Interaction has already been acknowledged")
    if world.now() - found.at > world.patience:
        raise ApiError(404, 10062, "Unknown interaction")
    type, data = request.body["type"], request.body.get("data") or {}
    if type in (4, 7):
        check_message(data, request.files, empty_is_fine=type == 7)
    found.answers.append(request.body)
    if type == 4:
        found.original = int(_show(world, found, request, data)["id"])
    elif type in (6, 7):
        found.original = found.message
        if type == 7:
            _replace(world, found, found.message or 0, _made(world, request, data))
    if not request.query.get("with_response"):
        return None
    resource = {"type": type} | ({"message": _shown(world, found, found.original)} if found.original else {})
    return {
        "interaction": {"id": id, "type": 2, "response_message_id": str(found.original) if found.original else None},
        "resource": resource,
    }


@route("POST", "/webhooks/{app}/{token}")
def follow_up(world: World, request: Request, app: str, token: str) -> Payload:
    found = _interaction(world, token, 50027)
    if not found.answers:
        raise ApiError(404, 10015, "Unknown Webhook")
    check_message(request.body, request.files)
    body = request.body
    stands_for_thinking = found.answers[-1]["type"] == 5 and found.original is None
    if stands_for_thinking:  # who sees it was settled when it was said that we are thinking
        before = (found.answers[-1].get("data") or {}).get("flags", 0)
        body = {**body, "flags": body.get("flags", 0) & ~EPHEMERAL | before & EPHEMERAL}
    made = _show(world, found, request, body)
    if stands_for_thinking:
        found.original = int(made["id"])
    return made


@route("GET", "/webhooks/{app}/{token}/messages/{message}")
def shown(world: World, request: Request, app: str, token: str, message: str) -> Payload:
    found = _interaction(world, token, 50027)
    return _shown(world, found, found.original if message == "@original" else int(message))


@route("PATCH", "/webhooks/{app}/{token}/messages/{message}")
def replace(world: World, request: Request, app: str, token: str, message: str) -> Payload:
    found = _interaction(world, token, 50027)
    check_message(request.body, request.files, empty_is_fine=True)
    id = found.original if message == "@original" else int(message)
    if id is None:
        id = int(_show(world, found, request, request.body)["id"])
        found.original = id
    return _replace(world, found, id, _made(world, request))


@route("DELETE", "/webhooks/{app}/{token}/messages/{message}")
def take_back(world: World, request: Request, app: str, token: str, message: str) -> None:
    found = _interaction(world, token, 50027)
    id = found.original if message == "@original" else int(message)
    _shown(world, found, id)
    found.shown.pop(id or 0, None)
    world.channels[found.channel].messages.pop(id or 0, None)


def _message(channel: Channel, id: str) -> Payload:
    if int(id) not in channel.messages:
        raise ApiError(404, 10008, "Unknown Message")
    return channel.messages[int(id)]


def _as_read(world: World, channel: Channel, message: Payload) -> Payload:
    """Without its nonce, and without what an application may not read of others."""
    told = world.told(message, channel)
    return {name: told.get(name, message[name]) for name in message}


def _may_write(world: World, channel: Channel, request: Request) -> None:
    if channel.locked or "send" in channel.denied:
        raise ApiError(403, 160005 if channel.locked else 50013, "Missing Permissions")
    if channel.type == DM and channel.recipient in world.closed:
        raise ApiError(403, 50007, "Cannot send messages to this user")
    lacks = {"attach": request.files, "embed": request.body.get("embeds")}
    if any(what for name, what in lacks.items() if name in channel.denied):
        raise ApiError(403, 50013, "Missing Permissions")


def _made(world: World, request: Request, data: Payload | None = None) -> Payload:
    """What a body makes of a message; files are kept under ids of their own."""
    body = request.body if data is None else data
    made = {name: body[name] for name in _KEPT if name in body}
    made["content"] = str(body["content"] or "").strip() if "content" in body else made.get("content", "")
    if "content" not in body:
        del made["content"]
    if "attachments" in body or request.files:
        contents = list(request.files.items())
        made["attachments"] = [
            _attachment(world, request, *contents[int(one["id"])], str(one.get("description") or ""))
            for one in body["attachments"]
        ]
    return made


def _attachment(world: World, request: Request, name: str, content: bytes, description: str) -> Payload:
    id = world.id()
    world.files[id] = content
    url = f"{request.base}/attachments/{id}/{name}"
    return {
        "id": str(id),
        "filename": name,
        "size": len(content),
        "url": url,
        "proxy_url": url,
        "description": description,
    }


def _begun(world: World, thread: Channel) -> Payload:
    world.dispatch("THREAD_CREATE", world.channel_payload(thread) | {"newly_created": True})
    return world.channel_payload(thread)


def _interaction(world: World, token: str, code: int) -> Interaction:
    found = world.interactions.get(token)
    if found is None or world.now() - found.at > TOKEN_LIVES:
        raise ApiError(401 if code == 50027 else 404, code, "Invalid Webhook Token")
    return found


def _show(world: World, interaction: Interaction, request: Request, data: Payload) -> Payload:
    """To everybody, or to the person alone where it, or the answer that it completes, is ephemeral."""
    channel = world.channels[interaction.channel]
    made = _made(world, request, data) | {"application_id": str(world.bot), "webhook_id": str(world.bot)}
    deferred = interaction.answers and interaction.answers[0]["type"] == 5 and interaction.original is None
    flags = (interaction.answers[0].get("data") or {}).get("flags", 0) if deferred else data.get("flags", 0)
    if not flags & EPHEMERAL:
        return world.post(channel, made)
    id = world.id()
    shown = world._blank(id, channel, world.bot) | made | {"flags": flags}
    interaction.shown[id] = shown
    return shown


def _shown(world: World, interaction: Interaction, id: int | None) -> Payload:
    channel = world.channels[interaction.channel]
    for one in (channel.messages, *(other.shown for other in world.interactions.values())):
        if id in one:
            return one[id]
    raise ApiError(404, 10008, "Unknown Message")


def _replace(world: World, interaction: Interaction, id: int, made: Payload) -> Payload:
    shown = _shown(world, interaction, id)
    shown |= made | {"edited_timestamp": world.iso()}
    return shown


__all__ = ["ROUTES", "THREADS", "Request", "answer"]
