"""The Web API of the small Slack: the methods that we call, as strict as the real ones (https://docs.slack.dev/reference/methods).

A method is a function of the workspace and its arguments; what it cannot do it raises as ``SlackError``.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tests.fakes import slack_chat
from tests.fakes.slack_chat import BY_KIND, Arguments, argument, check_picture, need, new_message, page
from tests.fakes.slack_strict import check_view
from tests.fakes.slack_workspace import APP_ID, Channel, File, SlackError, View, Workspace

Method = Callable[[Workspace, Arguments], dict[str, Any]]

SCOPES: Mapping[str, str] = {
    "assistant.threads.setStatus": "chat:write",
    "assistant.threads.setSuggestedPrompts": "assistant:write",
    "assistant.threads.setTitle": "assistant:write",
    "bots.info": "users:read",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.open": "im:write",
    "files.completeUploadExternal": "files:write",
    "files.getUploadURLExternal": "files:write",
    "files.info": "files:read",
    "reactions.add": "reactions:write",
    "reactions.remove": "reactions:write",
    "team.info": "team:read",
    "users.info": "users:read",
}
"""What a method needs whatever it is called with; those that read a channel need the scope of its kind."""


def auth_test(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    return {
        "url": "https://ward.slack.com/",
        "team": workspace.name,
        "user": "threadtune",
        "team_id": workspace.id,
        "user_id": workspace.bot,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


def conversations_open(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    users = argument(given, "users").split(",")
    if len(users) != 1 or users[0] not in workspace.people:
        raise SlackError("user_not_found")
    if workspace.people[users[0]]["is_bot"]:
        raise SlackError("cannot_dm_bot")
    if workspace.people[users[0]]["deleted"]:
        raise SlackError("user_disabled")
    return {"channel": {"id": workspace.direct(users[0]).id}}


def conversations_info(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    channel = workspace.channels.get(argument(given, "channel"))
    if channel is None or (channel.kind != "channel" and workspace.bot not in channel.members):
        raise SlackError("channel_not_found")
    need(workspace, f"{BY_KIND[channel.kind]}:read")
    return {"channel": show_channel(workspace, channel)}


def show_channel(workspace: Workspace, channel: Channel) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": channel.id,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_im": channel.kind == "im",
        "is_private": channel.kind != "channel",
        "is_archived": channel.archived,
        "is_member": workspace.bot in channel.members,
    }
    return shown | ({"user": channel.user} if channel.kind == "im" else {"name": channel.name})


def users_conversations(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    kinds = {"public_channel": "channel", "private_channel": "group", "im": "im"}
    wanted = {kinds[name] for name in str(given.get("types") or "public_channel").split(",") if name in kinds}
    for kind in wanted:
        need(workspace, f"{BY_KIND[kind]}:read")
    found = [c for c in workspace.channels.values() if c.kind in wanted and workspace.bot in c.members]
    if str(given.get("exclude_archived", "0")).lower() in ("1", "true"):
        found = [channel for channel in found if not channel.archived]
    return page([show_channel(workspace, channel) for channel in found], given, "channels", 100)


def users_info(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    user = workspace.people.get(argument(given, "user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user}


def bots_info(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    return {"bot": {"id": workspace.bot_id, "app_id": APP_ID, "user_id": workspace.bot, "name": "Threadtune"}}


def views_open(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    user = workspace.use_trigger(argument(given, "trigger_id"))
    check_view(given.get("view") or {}, "modal")
    view = View(f"V{workspace.number():08d}", user, dict(given["view"]), f"{workspace.number()}.hash")
    workspace.views[view.id] = view
    return {"view": show_view(workspace, view)}


def views_update(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    view = workspace.views.get(argument(given, "view_id"))
    if view is None or view.closed:
        raise SlackError("not_found")
    if given.get("hash") not in (None, "", view.hash):
        raise SlackError("hash_conflict")
    check_view(given.get("view") or {}, "modal")
    view.view, view.hash = dict(given["view"]), f"{workspace.number()}.hash"
    return {"view": show_view(workspace, view)}


def views_publish(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    user = argument(given, "user_id")
    if user not in workspace.people:
        raise SlackError("invalid_arguments", errors=["invalid `user_id`"])
    check_view(given.get("view") or {}, "home")
    for block in given["view"]["blocks"]:
        check_picture(workspace, block)
    workspace.homes[user] = dict(given["view"])
    return {"view": {"id": f"VHOME{user}", "team_id": workspace.id} | workspace.homes[user]}


def show_view(workspace: Workspace, view: View) -> dict[str, Any]:
    return view.view | {
        "id": view.id,
        "team_id": workspace.id,
        "hash": view.hash,
        "root_view_id": view.id,
        "app_id": APP_ID,
        "bot_id": workspace.bot_id,
        "private_metadata": view.view.get("private_metadata", ""),
        "callback_id": view.view.get("callback_id", ""),
        "external_id": view.view.get("external_id", ""),
        "state": {"values": {}},
    }


def get_upload_url(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    length = int(argument(given, "length"))
    if length < 1:
        raise SlackError("missing_argument")
    alt = str(given.get("alt_txt") or "")
    if len(alt) > 1000:
        raise SlackError("alt_txt_too_large")
    id = f"F{workspace.number():08d}"
    workspace.files[id] = File(id, argument(given, "filename"), workspace.bot, length=length, alt=alt)
    return {"upload_url": f"{given['@base']}upload/v1/{workspace.id}/{id}", "file_id": id}


def complete_upload(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    files = []
    for item in given.get("files") or []:
        file = workspace.files.get(item["id"])
        if file is None or file.content is None or file.shared:
            raise SlackError("file_not_found")
        file.title = item.get("title") or file.name
        files.append(file)
    if not files:
        raise SlackError("invalid_arguments", errors=["missing required field: files"])
    if given.get("channel_id"):
        channel = workspace.channels.get(str(given["channel_id"]))
        if channel is None or channel.archived:
            raise SlackError("channel_not_found")
        if workspace.bot not in channel.members:  # even where posting would not need it
            raise SlackError("not_in_channel")
        comment = {
            "channel": channel.id,
            "text": given.get("initial_comment") or " ",
            "thread_ts": given.get("thread_ts"),
        }
        message = new_message(workspace, channel, comment)
        message.files, message.text, message.subtype = [file.id for file in files], message.text.strip(), "file_share"
        workspace.post(message)
        for file in files:
            file.shared = True
    return {"files": [{"id": file.id, "title": file.title} for file in files]}


def files_info(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    file = workspace.files.get(argument(given, "file"))
    if file is None or file.content is None:
        raise SlackError("file_not_found")
    return {"file": show_file(workspace, file, str(given["@base"]))}


def show_file(workspace: Workspace, file: File, base: str) -> dict[str, Any]:
    link = f"{base}files-pri/{workspace.id}-{file.id}/download/{file.name.replace(' ', '_')}"
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": file.filetype,
        "user": file.user,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "file_access": "visible",
        "url_private": link,
        "url_private_download": link,
    }


def set_status(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    workspace.statuses[_assistant_thread(workspace, given)] = str(given.get("status") or "")
    return {}


def set_prompts(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    prompts = given.get("prompts") or []
    if not 1 <= len(prompts) <= 4 or not all(prompt.get("title") and prompt.get("message") for prompt in prompts):
        raise SlackError("invalid_arguments", errors=["1 to 4 prompts with title and message"])
    channel = argument(given, "channel_id")
    if channel not in workspace.channels:
        raise SlackError("channel_not_found")
    workspace.prompts[channel, str(given.get("thread_ts") or "")] = prompts
    return {}


def set_title(workspace: Workspace, given: Arguments) -> dict[str, Any]:
    workspace.titles[_assistant_thread(workspace, given)] = argument(given, "title")
    return {}


def _assistant_thread(workspace: Workspace, given: Arguments) -> tuple[str, str]:
    channel, thread = argument(given, "channel_id"), argument(given, "thread_ts")
    if channel not in workspace.channels:
        raise SlackError("channel_not_found")
    if thread not in workspace.channels[channel].messages:
        raise SlackError("invalid_thread_ts")
    return channel, thread


METHODS: Mapping[str, Method] = {
    "assistant.threads.setStatus": set_status,
    "assistant.threads.setSuggestedPrompts": set_prompts,
    "assistant.threads.setTitle": set_title,
    "auth.test": auth_test,
    "bots.info": bots_info,
    "chat.delete": slack_chat.delete,
    "chat.getPermalink": slack_chat.permalink,
    "chat.postEphemeral": slack_chat.post_ephemeral,
    "chat.postMessage": slack_chat.post_message,
    "chat.update": slack_chat.update,
    "conversations.history": slack_chat.conversations_history,
    "conversations.info": conversations_info,
    "conversations.open": conversations_open,
    "conversations.replies": slack_chat.conversations_replies,
    "files.completeUploadExternal": complete_upload,
    "files.getUploadURLExternal": get_upload_url,
    "files.info": files_info,
    "reactions.add": slack_chat.reactions_add,
    "reactions.remove": slack_chat.reactions_remove,
    "users.conversations": users_conversations,
    "users.info": users_info,
    "views.open": views_open,
    "views.publish": views_publish,
    "views.update": views_update,
}
