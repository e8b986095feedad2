"""What Slack sends to an app, in its documented shapes (https://docs.slack.dev/reference/interaction-payloads and /events).

``base`` is the small Slack's own address, for the links in a payload.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from tests.fakes.slack_strict import elements, options_of
from tests.fakes.slack_web import show_file, show_view
from tests.fakes.slack_workspace import APP_ID, Message, ResponseUrl, View, Workspace

TOKEN = "verification-token"
DOMAIN = "ward"


def event(workspace: Workspace, inner: Mapping[str, Any]) -> dict[str, Any]:
    """An event as it is delivered; each has an id of its own, which its repetitions keep."""
    return {
        "token": TOKEN,
        "team_id": workspace.id,
        "context_team_id": workspace.id,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": dict(inner),
        "type": "event_callback",
        "event_id": f"Ev{workspace.number():010d}",
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.id,
                "user_id": workspace.bot,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{workspace.id}-{workspace.number()}",
    }


def message_event(base: str, workspace: Workspace, message: Message) -> dict[str, Any]:
    """``message``, as an app in the channel hears it."""
    kind = workspace.channels[message.channel].kind
    inner = workspace.show(message) | {
        "channel": message.channel,
        "event_ts": message.ts,
        "channel_type": kind,
    }
    if message.bot_id is None:
        inner["client_msg_id"] = f"00000000-0000-0000-0000-{workspace.number():012d}"
    if message.files:
        files = [workspace.files[id] for id in message.files]
        inner |= {"subtype": "file_share", "files": [show_file(workspace, file, base) for file in files]}
    return event(workspace, inner)


def mention_event(base: str, workspace: Workspace, message: Message) -> dict[str, Any]:
    """``app_mention``: the same message once more, with another event id."""
    inner = message_event(base, workspace, message)["event"]
    for name in ("channel_type", "subtype"):
        inner.pop(name, None)
    return event(workspace, inner | {"type": "app_mention"})


def changed_event(workspace: Workspace, message: Message, before: Mapping[str, Any]) -> dict[str, Any]:
    now = {"message": workspace.show(message), "previous_message": dict(before)}
    return event(workspace, _about(workspace, message, "message_changed") | now)


def deleted_event(workspace: Workspace, message: Message) -> dict[str, Any]:
    was = {"previous_message": workspace.show(message), "deleted_ts": message.ts}
    return event(workspace, _about(workspace, message, "message_deleted") | was)


def _about(workspace: Workspace, message: Message, subtype: str) -> dict[str, Any]:
    ts = workspace.ts()
    return {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": message.channel,
        "channel_type": workspace.channels[message.channel].kind,
        "ts": ts,
        "event_ts": ts,
    }


def rich_text(workspace: Workspace, text: str) -> list[dict[str, Any]]:
    """What Slack's own composer makes of a text, with its mentions."""
    parts: list[dict[str, Any]] = []
    rest = text
    while "<@" in rest:
        before, _, rest = rest.partition("<@")
        user, _, rest = rest.partition(">")
        parts += [{"type": "text", "text": _plain(before)}] if before else []
        parts.append({"type": "user", "user_id": user})
    parts += [{"type": "text", "text": _plain(rest)}] if rest else []
    section = {"type": "rich_text_section", "elements": parts}
    return [{"type": "rich_text", "block_id": f"r{workspace.number()}", "elements": [section]}]


def escaped(text: str) -> str:
    """As Slack has it in ``text``."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def slash_command(base: str, workspace: Workspace, user: str, channel: str, command: str, text: str) -> dict[str, Any]:
    return {
        "token": TOKEN,
        "team_id": workspace.id,
        "team_domain": DOMAIN,
        "channel_id": channel,
        "channel_name": workspace.channels[channel].name,
        "user_id": user,
        "user_name": workspace.people[user]["name"],
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": _response_url(base, workspace, ResponseUrl(channel, user)),
        "trigger_id": workspace.trigger(user),
    }


def message_action(base: str, workspace: Workspace, user: str, message: Message, callback_id: str) -> dict[str, Any]:
    """A message shortcut."""
    url = ResponseUrl(message.channel, user, message.thread_ts)
    return _acted(workspace, user, "message_action") | {
        "action_ts": f"{time.time():.6f}",
        "channel": _channel(workspace, message.channel),
        "callback_id": callback_id,
        "response_url": _response_url(base, workspace, url),
        "message_ts": message.ts,
        "message": workspace.show(message),
    }


def message_press(
    base: str, workspace: Workspace, user: str, message: Message, action: Mapping[str, Any]
) -> dict[str, Any]:
    """``block_actions`` of a message."""
    container: dict[str, Any] = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.only_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    url = ResponseUrl(message.channel, user, message.thread_ts, message.ts)
    shown = {} if message.only_to else {"message": workspace.show(message)}  # an ephemeral one does not come along
    return (
        _acted(workspace, user, "block_actions")
        | shown
        | {
            "container": container,
            "channel": _channel(workspace, message.channel),
            "state": {"values": {}},
            "response_url": _response_url(base, workspace, url),
            "actions": [dict(action) | {"action_ts": f"{time.time():.6f}"}],
        }
    )


def view_press(
    workspace: Workspace, view: View, values: Mapping[str, Any], action: Mapping[str, Any]
) -> dict[str, Any]:
    """``block_actions`` of a modal."""
    return _acted(workspace, view.user, "block_actions") | {
        "container": {"type": "view", "view_id": view.id},
        "view": show_view(workspace, view) | {"state": {"values": values}},
        "actions": [dict(action) | {"action_ts": f"{time.time():.6f}"}],
    }


def home_press(workspace: Workspace, user: str, action: Mapping[str, Any]) -> dict[str, Any]:
    """``block_actions`` of the home tab."""
    id = f"VHOME{user}"
    home = show_view(workspace, View(id, user, workspace.homes[user], "1.hash"))
    return _acted(workspace, user, "block_actions") | {
        "container": {"type": "view", "view_id": id},
        "view": home,
        "actions": [dict(action) | {"action_ts": f"{time.time():.6f}"}],
    }


def view_submission(workspace: Workspace, view: View, values: Mapping[str, Any]) -> dict[str, Any]:
    return _acted(workspace, view.user, "view_submission") | {
        "view": show_view(workspace, view) | {"state": {"values": values}},
        "response_urls": [],
    }


def view_closed(workspace: Workspace, view: View) -> dict[str, Any]:
    return _acted(workspace, view.user, "view_closed") | {"view": show_view(workspace, view), "is_cleared": False}


def button_action(block: Mapping[str, Any], element: Mapping[str, Any]) -> dict[str, Any]:
    named = {"action_id": element["action_id"], "block_id": block.get("block_id", "b1"), "type": element["type"]}
    more = {name: element[name] for name in ("text", "value", "style") if name in element}
    return named | more


def select_action(block: Mapping[str, Any], element: Mapping[str, Any], option: Mapping[str, Any]) -> dict[str, Any]:
    named = {"action_id": element["action_id"], "block_id": block.get("block_id", "b1"), "type": element["type"]}
    return named | {"selected_option": dict(option)}


def input_values(blocks: Sequence[Mapping[str, Any]], filled: Mapping[str, str]) -> dict[str, Any]:
    """``view.state.values``: what stands in the fields, by block and action; ``filled`` by label overrides.

    Raises KeyError for a label that no field has, and for an option that is not offered.
    """
    values: dict[str, Any] = {}
    left = dict(filled)
    for block, element in elements(blocks):
        if block["type"] != "input":
            continue
        label = block["label"]["text"]
        values[block["block_id"]] = {element["action_id"]: _state(element, left.pop(label, None))}
    if left:
        raise KeyError(f"no field is called {sorted(left)}")
    return values


def _state(element: Mapping[str, Any], text: str | None) -> dict[str, Any]:
    if options := options_of(element):
        option = element.get("initial_option")
        if text is not None:
            option = next((one for one in options if one["text"]["text"] == text), None)
            if option is None:
                raise KeyError(f"{text!r} is not offered")
        return {"type": element["type"], "selected_option": option}
    value = element.get("initial_value") if text is None else text
    return {"type": element["type"], "value": value or None}


def _acted(workspace: Workspace, user: str, kind: str) -> dict[str, Any]:
    return {
        "type": kind,
        "user": {
            "id": user,
            "username": workspace.people[user]["name"],
            "name": workspace.people[user]["name"],
            "team_id": workspace.id,
        },
        "api_app_id": APP_ID,
        "token": TOKEN,
        "trigger_id": workspace.trigger(user),
        "team": {"id": workspace.id, "domain": DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _channel(workspace: Workspace, id: str) -> dict[str, str]:
    return {"id": id, "name": workspace.channels[id].name}


def _response_url(base: str, workspace: Workspace, url: ResponseUrl) -> str:
    id = f"R{workspace.number()}"
    workspace.response_urls[id] = url
    return f"{base}respond/{workspace.id}/{id}"
