"""Setting Discord up: what is wrong with a setting, what a permission is for, what the command line and the doctor say."""

SENTENCES: dict[str, str] = {
    # What stands where a value belongs, and where the right one is found
    "setup.discord.token.application_id": "the application's ID",
    "setup.discord.token.public_key": "the application's public key",
    "setup.discord.token.client_secret": "what looks like the client secret, of OAuth2",
    "setup.discord.token.quoted": "quotation marks; leave them out",
    "setup.discord.token.slack": "a token of Slack's",
    "setup.discord.token.webhook": "the address of a webhook",
    "setup.discord.token.address": "an address",
    "setup.discord.token.cut": "what looks like a part of a bot token, or one that was damaged when it was copied",
    "setup.discord.token.unknown": "no token of Discord's",
    "setup.discord.where.DISCORD_TOKEN": (
        "The bot token has three parts with points between them. It is on https://discord.com/developers/applications: your "
        "application, Bot, “Reset Token”; Discord shows it once."
    ),
    # A setting that cannot be used
    "setup.discord.bad.no_token": (
        "It is not set, though THREADTUNE_DISCORD_SERVERS is. {where} If Discord is not to be served at all, unset THREADTUNE_DISCORD_SERVERS."
    ),
    "setup.discord.bad.prefixed": "It begins with “{prefix} ”. Leave that out: only the token itself belongs there.",
    "setup.discord.bad.wrong_token": "It holds {found}. {where}",
    "setup.discord.bad.bad_address": "It is no address of a server, such as {example}. Unset it to use Discord itself.",
    "setup.discord.bad.open_address": (
        "It is an unencrypted address, so that the token would travel in the open. Only an address of this machine, such as "
        "{example}, may be. Unset it to use Discord itself."
    ),
    "setup.discord.bad.server_no_id": (
        "“{server}” is no id of a server. It is a long number: in Discord, User Settings, Advanced, switch Developer Mode on; "
        "then a right click on the server, Copy Server ID. Several have commas between them."
    ),
    "setup.discord.bad.token_refused": (
        "Discord does not accept it. It may have been copied wrongly or reset, or the application deleted. {where}"
    ),
    # What a permission is for, and what Discord calls it
    "discord.permission_name.view_channel": "View Channels",
    "discord.permission_name.send_messages": "Send Messages",
    "discord.permission_name.send_messages_in_threads": "Send Messages in Threads",
    "discord.permission_name.create_public_threads": "Create Public Threads",
    "discord.permission_name.read_message_history": "Read Message History",
    "discord.permission_name.attach_files": "Attach Files",
    "discord.permission_name.embed_links": "Embed Links",
    "discord.permission_name.add_reactions": "Add Reactions",
    "discord.permission.view_channel": "hear a mention in a channel, and replies in its own threads",
    "discord.permission.send_messages": "begin a conversation in a channel, and say there where it goes on",
    "discord.permission.send_messages_in_threads": "answer in its own threads",
    "discord.permission.create_public_threads": "begin a thread from a mention or a command, which then is the conversation",
    "discord.permission.read_message_history": "look for what it missed while it was away, in its own threads and for mentions in their channels, and never post anything twice",
    "discord.permission.attach_files": "send the loss chart, and long answers and exports as files",
    "discord.permission.embed_links": "show its cards, and the card of a run",
    "discord.permission.add_reactions": "show at once that a message was seen",
    # The command line
    "discord.cli.invite": "Open this in a browser where you are signed in to Discord, choose a server, and allow it. Who may manage that server can do so. Then: threadtune doctor",
    "discord.cli.unasked": "Discord does not answer at the moment, so this link is made from the token alone.",
    "discord.cli.no_token": "DISCORD_TOKEN is not set, and without it nobody knows whose link to make. docs/discord.md, step 2, tells where it is found; then: export DISCORD_TOKEN=…",
    "discord.cli.bad_server": "--server needs the id of a server, which is a long number.",
    "discord.cli.serving": "Discord: as {bot}, on {servers}.",
    "discord.cli.no_server": "Discord: as {bot}, on no server yet. This prints the link that adds it to one: threadtune discord invite",
    "discord.cli.no_listed_server": (
        "Discord: as {bot}, on none of the servers that THREADTUNE_DISCORD_SERVERS lists, so nobody there is answered. "
        "threadtune doctor says where the bot is."
    ),
    "discord.cli.servers_more": "{names} and {count} more",
    "discord.cli.not_reading": "In servers it reads only what mentions it, since the message content intent is off: threadtune doctor tells more. When you switch it on, start this again.",
    "discord.cli.connecting": "Discord does not answer at the moment. It is tried again and again.",
    # The doctor
    "doctor.discord": "Discord",
    "doctor.discord_subject": "Discord, {what}",
    "doctor.discord_none": "Not set up. docs/discord.md tells how, in a few minutes.",
    "doctor.discord_token": "token",
    "doctor.discord_app": "application",
    "doctor.discord_intents": "intents",
    "doctor.discord_commands": "commands",
    "doctor.discord_sessions": "connections",
    "doctor.discord_servers": "servers",
    "doctor.discord_permissions": "permissions",
    "doctor.discord_unreachable": (
        "Discord does not answer ({reason}). Check the network, and THREADTUNE_DISCORD_API_URL if you set it."
    ),
    "doctor.discord_limited": (
        "Discord refuses requests of this machine for a while, since there were too many. Wait an hour, then try again."
    ),
    "doctor.discord_refused": "Discord refuses to tell this ({reason}). Try again; if it stays so, add the bot again: threadtune discord invite",
    "doctor.discord_token_ok": "The bot is {bot}, of application {id}.",
    "doctor.discord_token_lost": (
        "Discord does not accept DISCORD_TOKEN: it was copied wrongly or reset, or the application was deleted. On "
        "https://discord.com/developers/applications: your application, Bot, “Reset Token”; put the new one into DISCORD_TOKEN."
    ),
    "doctor.discord_endpoint_set": (
        "An “Interactions Endpoint URL” is set, so commands and buttons go there, and never reach this bot. On "
        "https://discord.com/developers/applications: your application, General Information, empty that field and save."
    ),
    "doctor.discord_code_grant": (
        "“Requires OAuth2 Code Grant” is on, so the invite link does not add the bot. On "
        "https://discord.com/developers/applications: your application, Bot, switch it off and save."
    ),
    "doctor.discord_intents_ok": "The message content intent is on.",
    "doctor.discord_intents_missing": (
        "The message content intent is off. In servers, Discord then hides what people write unless it mentions the bot: replies in its "
        "threads arrive empty, and every question has an Answer button with a form instead. Direct messages, mentions, "
        "commands and buttons work all the same. To hear replies, open https://discord.com/developers/applications: your application, Bot, "
        "switch “Message Content Intent” on, save, and start the bot again."
    ),
    "doctor.discord_commands_ok": "Discord offers all that this version has ({count}).",
    "doctor.discord_commands_none": "Discord offers none yet. The bot registers them when it starts: threadtune run",
    "doctor.discord_commands_differ": (
        "What Discord offers is of another version of Threadtune: {changed}. The bot registers its own when it starts: stop it, and "
        "start it again (threadtune run). People who have Discord open press Ctrl+R there to see the change."
    ),
    "doctor.discord_sessions_ok": "The bot may connect {left} times more of {total} today.",
    "doctor.discord_sessions_few": (
        "The bot may connect only {left} times more of {total} within {hours} h. If it is started again and again, find out why "
        "(logs/threadtune.log): Discord resets the token of a bot that has used them up."
    ),
    "doctor.discord_sessions_none": (
        "The bot has connected {total} times, and Discord lets it connect again in {hours} h. Find out why it is started again and again "
        "(logs/threadtune.log). Discord may have reset the token."
    ),
    "doctor.discord_servers_ok": "The bot is on {servers}.",
    "doctor.discord_servers_none": "The bot is on no server yet. This prints the link that adds it to one: threadtune discord invite",
    "doctor.discord_server_absent": (
        "THREADTUNE_DISCORD_SERVERS lists {ids}, where the bot is not. Add it there (threadtune discord invite), or take it off the list."
    ),
    "doctor.discord_server_not_listed": (
        "The bot is on {servers} too, which THREADTUNE_DISCORD_SERVERS does not list, so nobody there is answered. Add the id, or remove the "
        "bot there."
    ),
    "doctor.discord_servers_open": (
        "Anybody who finds the bot can add it to a server of theirs, and would be served. List your servers in "
        "THREADTUNE_DISCORD_SERVERS. Or on https://discord.com/developers/applications: your application, Installation, set the install link to "
        "None; then Bot, switch “Public Bot” off."
    ),
    "doctor.discord_server_left": (
        "The bot is no longer on the server {id}, where it has conversations. To go on there, add it again: "
        "threadtune discord invite --server {id}"
    ),
    "doctor.discord_permission": "{name} (to {what})",
    "doctor.discord_server_ok": "{server}: all {count} that are needed.",
    "doctor.discord_server_admin": "{server}: it is an administrator there, which is more than it needs. The invite link asks for less.",
    "doctor.discord_server_missing": (
        "{server}: its roles lack {missing}. It works only in channels that allow this. Somebody who manages the server opens the "
        "link again (threadtune discord invite --server {id}), or allows it under Server Settings, Roles."
    ),
    "doctor.discord_channel_missing": (
        "{server}, {channel}: it lacks {missing}. Somebody who manages the channel allows it: Edit Channel, Permissions, add the bot."
    ),
    "doctor.discord_channel_gone": "{server}: the channel {channel}, where it has a conversation, is gone. What was said there is kept.",
    "doctor.discord_timed_out": "{server}: the bot is timed out until {until}, and can say nothing. A moderator there can end that.",
    "doctor.discord_more_servers": "{count} servers more were not looked at one by one.",
}
