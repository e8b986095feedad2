"""Channels of the small Slack as the Web API has them: posting, editing, reading, reacting.

A method is a function of the workspace and its arguments; what it cannot do it raises as ``SlackError``.
"""

from collections.abc import Mapping
from typing import Any

from tests.fakes.slack_strict import POST_TEXT, check_message, check_metadata
from tests.fakes.slack_workspace import Channel, Message, SlackError, Workspace

Arguments = Mapping[str, Any]

BY_KIND = {"channel": "channels", "group": "groups", "im": "im"}


def need(workspace: Workspace, scope: str) -> None:
    if scope not in workspace.scopes:
        raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(workspace.scopes)))


def argument(given: Arguments, name: str) -> str:
    value = given.get(name)
    if value in (None, ""):
        raise SlackError("invalid_arguments", errors=[f"missing required field: {name}"])
    return str(value)


def readable(workspace: Workspace, id: str, what: str) -> Channel:
    """A channel that the bot may read. Raises SlackError."""
    channel = workspace.channels.get(id)
    if channel is None:
        raise SlackError("channel_not_found")
    need(workspace, f"{BY_KIND[channel.kind]}:{what}")
    if workspace.bot not in channel.members:
        raise SlackError("not_in_channel" if channel.kind == "channel" else "channel_not_found")
    return channel


def writable(workspace: Workspace, id: str) -> Channel:
    """A channel that the bot may post to. Raises SlackError."""
    channel = workspace.direct(id) if id in workspace.people else workspace.channels.get(id)
    if channel is None or (channel.kind != "channel" and workspace.bot not in channel.members):
        raise SlackError("channel_not_found")
    if channel.archived:
        raise SlackError("is_archived")
    if workspace.bot not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def conversations_history(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    channel = readable(workspace, argument(given, "channel"), "history")
    messages = [m for m in channel.messages.values() if not m.deleted and m.thread_ts in (None, m.ts)]
    return listed(workspace, list(reversed(between(messages, given))), given)


def conversations_replies(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    channel, root = readable(workspace, argument(given, "channel"), "history"), argument(given, "ts")
    thread = workspace.thread(channel.id, root)
    if not thread:
        raise SlackError("thread_not_found")
    return listed(workspace, between(thread, given), given)


def between(messages: list[Message], given: Arguments) -> list[Message]:
    """Those from ``oldest`` to ``latest``; the bounds themselves only with ``inclusive``."""
    oldest, latest = str(given.get("oldest") or "0"), str(given.get("latest") or "9999999999")
    inclusive = str(given.get("inclusive", "0")).lower() in ("1", "true")
    bounds = {float(oldest), float(latest)}
    within = [m for m in messages if float(oldest) <= float(m.ts) <= float(latest)]
    return [m for m in within if inclusive or float(m.ts) not in bounds]


def listed(workspace: Workspace, messages: list[Message], given: Arguments) -> dict[str, Any]:
    with_metadata = str(given.get("include_all_metadata", "0")).lower() in ("1", "true")
    return page([workspace.show(message, with_metadata) for message in messages], given, "messages", 100)


def page(items: list[Any], given: Arguments, name: str, usual: int) -> dict[str, Any]:
    most = int(given.get("limit") or usual)
    if not 1 <= most <= 1000:
        raise SlackError("invalid_limit")
    start = int(given.get("cursor") or 0)
    more = str(start + most) if start + most < len(items) else ""
    return {name: items[start : start + most], "has_more": bool(more), "response_metadata": {"next_cursor": more}}


def post_message(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    channel = writable(workspace, argument(given, "channel"))
    message = new_message(workspace, channel, given)
    workspace.post(message)
    return {"channel": channel.id, "ts": message.ts, "message": workspace.show(message)}


def post_ephemeral(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    channel, user = writable(workspace, argument(given, "channel")), argument(given, "user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    message = new_message(workspace, channel, given)
    message.only_to = user
    workspace.post(message)
    return {"message_ts": message.ts}


def new_message(workspace: Workspace, channel: Channel, given: Arguments) -> Message:
    text, blocks = str(given.get("text") or ""), given.get("blocks") or []
    check_message(text, blocks)
    check_metadata(given.get("metadata"))
    for block in blocks:
        check_picture(workspace, block)
    thread = given.get("thread_ts") or None
    if thread is not None:
        root = channel.messages.get(str(thread))
        if root is None or root.deleted:
            raise SlackError("thread_not_found")
        thread = root.thread_ts or root.ts
    return Message(
        channel.id,
        workspace.ts(),
        workspace.bot,
        text[:POST_TEXT],
        blocks,
        str(thread) if thread else None,
        workspace.bot_id,
        given.get("metadata"),
    )


def check_picture(workspace: Workspace, block: Mapping[str, Any]) -> None:
    file = (block.get("slack_file") or {}).get("id")
    if file is not None and (file not in workspace.files or workspace.files[file].content is None):
        raise SlackError("invalid_blocks", errors=["invalid slack file"])


def update(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    channel = writable(workspace, argument(given, "channel"))
    message = workspace.find(channel.id, argument(given, "ts"))
    if message.bot_id != workspace.bot_id:
        raise SlackError("cant_update_message")
    text, blocks = given.get("text"), given.get("blocks")
    check_message(str(text or ""), blocks or [], update=True)
    check_metadata(given.get("metadata"))
    message.text = str(text or "")
    message.blocks = blocks or []  # text alone drops the blocks
    message.metadata = given.get("metadata") or message.metadata
    message.edits += 1
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": workspace.show(message)}


def delete(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    message = workspace.find(argument(given, "channel"), argument(given, "ts"))
    if message.bot_id != workspace.bot_id:
        raise SlackError("cant_delete_message")
    message.deleted = True
    return {"channel": message.channel, "ts": message.ts}


def permalink(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    message = workspace.find(argument(given, "channel"), argument(given, "message_ts"))
    link = f"https://ward.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}"
    return {"channel": message.channel, "permalink": link}


def reactions_add(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    name = argument(given, "name")
    message = workspace.find(argument(given, "channel"), argument(given, "timestamp"))
    readable_or_direct = workspace.channels[message.channel]
    if workspace.bot not in readable_or_direct.members:
        raise SlackError("not_in_channel")
    if not name.replace("_", "").replace("-", "").replace("+", "").isalnum():
        raise SlackError("invalid_name")
    who = message.reactions.setdefault(name, [])
    if workspace.bot in who:
        raise SlackError("already_reacted")
    who.append(workspace.bot)
    return {}


def reactions_remove(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    message = workspace.find(argument(given, "channel"), argument(given, "timestamp"))
    who = message.reactions.get(argument(given, "name"), [])
    if workspace.bot not in who:
        raise SlackError("no_reaction")
    who.remove(workspace.bot)
    return {}
