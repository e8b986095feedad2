"""What Discord tells an app when somebody presses, commands or fills in something: payloads of the small Discord.

Made after https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.fakes.discord_components import SELECT
from tests.fakes.discord_world import BITS, EVERYTHING, THREADS, Channel, Interaction, Payload, World

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
SUBCOMMAND, TEXT, NUMBER, YES, ROLE = 1, 3, 4, 5, 8
"""Types of an option."""
MESSAGE_MENU = 3
LABEL, TEXT_DISPLAY = 18, 10


def interaction(world: World, made: Interaction, type: int, data: Payload) -> Payload:
    """``INTERACTION_CREATE``."""
    channel = world.channels[made.channel]
    payload: Payload = {
        "id": str(made.id),
        "application_id": str(world.bot),
        "type": type,
        "token": made.token,
        "version": 1,
        "data": data,
        "channel_id": str(channel.id),
        "channel": world.channel_payload(channel),
        "locale": "en-US",
        "app_permissions": _allowed(world, channel),
        "entitlements": [],
        "attachment_size_limit": 10 * 1024 * 1024,
        "authorizing_integration_owners": {"0": str(channel.guild or 0)},
        "context": 1 if channel.guild is None else 0,
    }
    if channel.guild is None:
        payload["user"] = world.users[made.user]
    else:
        payload["guild_id"] = str(channel.guild)
        payload["guild"] = {"id": str(channel.guild), "locale": "en-US", "features": []}
        payload["guild_locale"] = "en-US"
        payload["member"] = world.guilds[channel.guild].members[made.user] | {"permissions": EVERYTHING}
    return payload


def component(message: Payload, pressed: Mapping[str, Any], value: str | None) -> Payload:
    """The data of a press; ``value``: of the option that was picked, where it is a list."""
    data: Payload = {"custom_id": pressed["custom_id"], "component_type": pressed["type"], "id": 1}
    if pressed["type"] == SELECT:
        data["values"] = [value]
    return data


def command(
    registered: Payload,
    word: str,
    options: Mapping[str, Any],
    focused: str = "",
    roles: Mapping[int, Payload] | None = None,
) -> Payload:
    """The data of ``/tune <word>`` with its options by name. ``focused``: the one that is being typed. ``roles``: of the server, by
    id; one that is picked as an option goes along whole.

    Raises KeyError for a word or an option that was not registered, ValueError where one that is needed is missing.
    """
    sub = next((one for one in registered["options"] if one["name"] == word), None)
    if sub is None:
        raise KeyError(f"{word!r} is not registered")
    known = {one["name"]: one for one in sub.get("options", ())}
    needed = {name for name, one in known.items() if one.get("required")}
    if not focused and not needed <= set(options):
        raise ValueError(f"{sorted(needed - set(options))} has to be given")
    given = [
        {"name": name, "type": known[name]["type"], "value": value} | ({"focused": True} if name == focused else {})
        for name, value in options.items()
    ]
    inner = {"name": word, "type": SUBCOMMAND, "options": given}
    picked = {one["value"]: (roles or {})[int(one["value"])] for one in given if one["type"] == ROLE}
    resolved = {"resolved": {"roles": picked}} if picked else {}
    return {"id": registered["id"], "name": registered["name"], "type": 1, "options": [inner]} | resolved


def menu(registered: Payload, message: Payload, member: Payload | None) -> Payload:
    """The data of a command in the menu of a message. ``member``: its author, where they are in the server still."""
    author = message["author"]["id"]
    resolved: Payload = {"messages": {message["id"]: message}, "users": {author: message["author"]}}
    if member is not None:
        resolved["members"] = {author: {name: value for name, value in member.items() if name != "user"}}
    return {
        "id": registered["id"],
        "name": registered["name"],
        "type": MESSAGE_MENU,
        "target_id": message["id"],
        "resolved": resolved,
    }


def submitted(form: Payload, values: Mapping[str, str]) -> Payload:
    """The data of a form, filled in by ``custom_id``; what is not named is left as it stands there."""
    return {"custom_id": form["custom_id"], "components": _filled(form["components"], values)}


def _filled(nodes: Sequence[Mapping[str, Any]], values: Mapping[str, str]) -> list[Payload]:
    filled: list[Payload] = []
    for number, node in enumerate(nodes, 1):
        if node["type"] == LABEL:
            filled.append({"type": LABEL, "id": number, "component": _entered(node["component"], values)})
        elif node["type"] == TEXT_DISPLAY:
            filled.append({"type": TEXT_DISPLAY, "id": number})
        else:
            raise ValueError(f"a form has no part of type {node['type']}")
    return filled


def _entered(control: Mapping[str, Any], values: Mapping[str, str]) -> Payload:
    """Raises ValueError for what a person cannot send: nothing where something is needed, too much, what is not offered."""
    id = control["custom_id"]
    entered: Payload = {"type": control["type"], "id": 1, "custom_id": id}
    if control["type"] == SELECT:
        default = next((one["value"] for one in control["options"] if one.get("default")), "")
        offered = {one["label"]: one["value"] for one in control["options"]}
        picked = offered[values[id]] if values.get(id) else default
        entered["values"] = [picked] if picked else []
        empty = not picked
    else:
        entered["value"] = values.get(id, control.get("value") or "")
        empty = not entered["value"]
        if len(entered["value"]) > control.get("max_length", 4000):
            raise ValueError(f"{id!r} takes no more than {control['max_length']} characters")
    if empty and control.get("required", True):
        raise ValueError(f"{id!r} has to be filled in")
    return entered


def _allowed(world: World, channel: Channel) -> str:
    """What we may do in a channel, as a number."""
    parent = world.channels[channel.parent] if channel.type in THREADS and channel.parent else channel
    denied = sum(BITS[what] for what in channel.denied | parent.denied)
    return str(int(EVERYTHING) & ~denied)
