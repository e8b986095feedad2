"""Sentences about setting Slack up: what is wrong with a setting, what a scope is for, the manifest, the doctor's findings."""

SENTENCES: dict[str, str] = {
    # What a value is, and where the right one is found
    "setup.slack.token.bot": "a bot token (xoxb-)",
    "setup.slack.token.app": "an app-level token (xapp-)",
    "setup.slack.token.user": "the token of a person (xoxp-)",
    "setup.slack.token.rotating_bot": "a bot token that runs out (xoxe.xoxb-)",
    "setup.slack.token.config": "a configuration token (xoxe.xoxp-)",
    "setup.slack.token.refresh": "a refresh token (xoxe-)",
    "setup.slack.token.unknown": "no token of Slack's",
    "setup.slack.where.SLACK_BOT_TOKEN": (
        "The bot token begins with xoxb-. It is on https://api.slack.com/apps: your app, OAuth & Permissions, "
        "“Bot User OAuth Token”; it appears there once the app is installed."
    ),
    "setup.slack.where.SLACK_APP_TOKEN": (
        "The app-level token begins with xapp-. It is made on https://api.slack.com/apps: your app, Basic Information, "
        "“App-Level Tokens”, with the scope connections:write."
    ),
    "setup.slack.where.SLACK_SIGNING_SECRET": (
        "It is on https://api.slack.com/apps: your app, Basic Information, “App Credentials”, “Signing Secret”."
    ),
    "setup.slack.where.SLACK_CLIENT_ID": (
        "It is on https://api.slack.com/apps: your app, Basic Information, “App Credentials”, “Client ID”: two numbers with "
        "a point between them."
    ),
    "setup.slack.where.SLACK_CLIENT_SECRET": (
        "It is on https://api.slack.com/apps: your app, Basic Information, “App Credentials”, “Client Secret”."
    ),
    "setup.slack.where.SLACK_CONFIG_TOKEN": (
        "A configuration token begins with xoxe.xoxp- and lives for 12 hours. It is made on https://api.slack.com/apps, "
        "below the list of your apps: “Your App Configuration Tokens”."
    ),
    # A setting that cannot be used
    "setup.slack.bad.wrong_token": "It holds {found}. {where}",
    "setup.slack.bad.token_rotation": (
        "It holds a bot token that runs out after 12 hours, since token rotation is switched on for this app, which cannot be "
        "undone there. Make a new app with `threadtune slack manifest`."
    ),
    "setup.slack.bad.token_in_slack_signing_secret": "It holds {found}. The signing secret is no token. {where}",
    "setup.slack.bad.token_in_slack_client_id": "It holds {found}. {where}",
    "setup.slack.bad.token_in_slack_client_secret": "It holds {found}. The client secret is no token. {where}",
    "setup.slack.bad.app_id": "It holds the app's ID. {where}",
    "setup.slack.bad.oauth_half": "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET belong together, and it is not set. {where}",
    "setup.slack.bad.token_and_oauth": (
        "SLACK_CLIENT_ID is set as well. For one workspace, unset SLACK_CLIENT_ID and SLACK_CLIENT_SECRET; for several, "
        "unset SLACK_BOT_TOKEN: each workspace then gets a token of its own when the app is installed there."
    ),
    "setup.slack.bad.oauth_needs_http": (
        "SLACK_CLIENT_ID is set, so several workspaces are to install the app. Slack sends whoever installs it back to a "
        "public address, which Socket Mode has none of: set it to http (docs/slack.md, “Several workspaces”)."
    ),
    "setup.slack.bad.no_bot_token": (
        "It is not set, though other settings of Slack's are. {where} If this is not to be served in Slack at all, unset "
        "them, or talk in the terminal: threadtune chat"
    ),
    "setup.slack.bad.no_app_token": (
        "It is not set, and Socket Mode needs it. {where} If this is not to be served in Slack at all, unset SLACK_BOT_TOKEN, "
        "or talk in the terminal: threadtune chat"
    ),
    "setup.slack.bad.no_signing_secret": (
        "It is not set, and without it nobody can tell a request of Slack's from a forged one, so THREADTUNE_SLACK_TRANSPORT=http "
        "needs it. {where}"
    ),
    "setup.slack.bad.bad_address": "It is no address of a server, such as https://slack.com/api/. Unset it to use Slack itself.",
    "setup.slack.bad.open_address": (
        "It begins with http:, so that tokens would travel unencrypted. Only an address of this machine, such as "
        "http://127.0.0.1:4003/api/, may. Unset it to use Slack itself."
    ),
    "setup.slack.bad.team_no_id": (
        "“{team}” is no id of a workspace. It is T and some letters and digits, and stands in the address of Slack in a "
        "browser: app.slack.com/client/T0123ABCD/… Several have commas between them."
    ),
    "setup.slack.bad.token_refused": (
        "Slack does not accept it ({reason}). The app may have been removed from the workspace, or the token replaced. {where} "
        "If need be, install the app there again (Install App)."
    ),
    "setup.slack.bad.team_not_listed": (
        "SLACK_BOT_TOKEN is of the workspace {team}, which is not among those listed. Add it, or unset the list to serve "
        "whichever workspace the token is of."
    ),
    # What a scope is for
    "slack.scope.app_mentions:read": "hear a mention in a channel, which begins a thread",
    "slack.scope.assistant:write": "be listed as an agent, and suggest what to write in its messages",
    "slack.scope.channels:history": "hear replies in its own threads of public channels, and look for those it missed",
    "slack.scope.channels:read": "know in which public channels it is, and hear when it was removed from one",
    "slack.scope.chat:write": "answer, and edit its own cards in place",
    "slack.scope.commands": "offer /tune and the shortcut “Use as training example”",
    "slack.scope.files:read": "fetch a file that somebody sent it, to read examples from",
    "slack.scope.files:write": "send the loss chart, and long answers and exports as files",
    "slack.scope.groups:history": "hear replies in its own threads of private channels it was invited to",
    "slack.scope.groups:read": "know in which private channels it is, and hear when it was removed from one",
    "slack.scope.im:history": "hear what somebody writes to it directly: the interview",
    "slack.scope.im:write": "write to somebody first, to ask whether a message of theirs may be used",
    "slack.scope.reactions:write": "show at once that a message was seen",
    "slack.scope.users:read": "call people by their names, and know bots from people",
    "slack.scope.connections:write": "open the connection of Socket Mode (on the app-level token alone)",
    # The manifest
    "slack.manifest.description": "Teach a small language model a task, by example, in a conversation.",
    "slack.manifest.long": (
        "Threadtune interviews you and your colleagues for examples of a task, has each of them confirmed, trains a small "
        "language model on them in the background, and shows in the same conversation how it did before and after. It never "
        "collects what is said in a channel: a text becomes an example only when a person gives it and its author agrees."
    ),
    "slack.manifest.agent": "Teaches a small language model a task, by example. Say what you wish a model could do.",
    "slack.manifest.command": "Teach, train and ask your own model",
    "slack.manifest.usage": "new · add · review · train · status · compare · ask · help",
    "slack.manifest.shortcut": "Use as training example",
    "slack.manifest.shortcut_description": "Make this message an example, if its author agrees",
    "slack.prompt.begin.title": "Teach a model a task",
    "slack.prompt.begin.message": "new",
    "slack.prompt.status.title": "Where are we?",
    "slack.prompt.status.message": "status",
    "slack.prompt.models.title": "Show my models",
    "slack.prompt.models.message": "models",
    "slack.prompt.help.title": "What can you do?",
    "slack.prompt.help.message": "help",
    # The page on which an installation by OAuth ends
    "slack.install.title": "Threadtune was not installed",
    "slack.install.again": "Try again",
    "slack.install.access_denied": "You did not allow it, so nothing was changed.",
    "slack.install.invalid_browser": (
        "This page was not opened by the browser in which the installation began, or it was opened twice. Begin again."
    ),
    "slack.install.invalid_state": "It took longer than ten minutes, or this page was opened twice. Begin again.",
    "slack.install.invalid_code": "Slack did not confirm it. Begin again; if that does not help, run threadtune doctor.",
    "slack.install.storage_error": "It could not be kept, since the database cannot be used at the moment. Try again later.",
    "slack.install.not_served": (
        "This Threadtune does not serve your workspace. Whoever operates it can add the workspace's id to "
        "THREADTUNE_SLACK_TEAMS. Nothing of yours was kept; you can remove the app again in Slack."
    ),
    "slack.install.failed": "Slack reported: {code}. Begin again; if that does not help, run threadtune doctor.",
    "slack.cli.paste": (
        "Paste the above at https://api.slack.com/apps?new_app=1 under “From a manifest”, or open the address that "
        "`threadtune slack manifest --link` prints. What comes next: docs/slack.md"
    ),
    "slack.cli.port_in_use": (
        "Port {port} is in use by another program, perhaps another `threadtune run`. End that, or choose another port with "
        "THREADTUNE_SLACK_PORT, and tell the web server in front of it."
    ),
    "slack.cli.host_elsewhere": (
        "THREADTUNE_SLACK_HOST is {host}, which is no address of this machine. Unset it, or set it to 0.0.0.0 to let other "
        "machines in."
    ),
    "slack.cli.bad_name": "The name of a Slack app has 1 to 35 characters.",
    "slack.cli.bad_address": "--http needs the public address of this bot, such as https://threadtune.example.com",
    "slack.cli.serving_one": "Slack: workspace {team} as @{bot}, by {transport}.",
    "slack.cli.serving_many": (
        "Slack: the workspaces that installed it ({count} so far), by {transport}. Others do so at /slack/install below its public address."
    ),
    "slack.cli.connecting": "Slack does not answer at the moment. It is tried again and again, by {transport}.",
    "slack.cli.socket": "Socket Mode",
    "slack.cli.http": "HTTP on {host}:{port}",
    # The doctor
    "doctor.slack": "Slack",
    "doctor.slack_subject": "Slack, {what}",
    "doctor.slack_none": "Not set up. docs/slack.md tells how, in a few minutes.",
    "doctor.slack_token": "token",
    "doctor.slack_teams": "allow-list",
    "doctor.slack_scopes": "permissions",
    "doctor.slack_clock": "clock",
    "doctor.slack_socket": "Socket Mode",
    "doctor.slack_http": "HTTP",
    "doctor.slack_events": "events",
    "doctor.slack_channels": "channels",
    "doctor.slack_unreachable": (
        "Slack does not answer ({reason}). Check the network, and THREADTUNE_SLACK_API_URL if you set it."
    ),
    "doctor.slack_token_ok": "Workspace {team} ({id}), as @{bot}.",
    "doctor.slack_token_lost": (
        "Slack does not accept the bot token ({reason}): the app was removed from the workspace, or the token was replaced. "
        "On https://api.slack.com/apps, your app, Install App: install it again, and put its “Bot User OAuth Token” into "
        "SLACK_BOT_TOKEN. With several workspaces, somebody there opens /slack/install again."
    ),
    "doctor.slack_token_refused": "Slack answers “{reason}” to the bot token. Try again; if it stays so, install the app again.",
    "doctor.slack_token_person": (
        "SLACK_BOT_TOKEN is of a person (@{name}), not of a bot. Take the “Bot User OAuth Token” (xoxb-) from "
        "https://api.slack.com/apps: your app, OAuth & Permissions."
    ),
    "doctor.slack_not_installed": (
        "No workspace has installed the app yet. Open /slack/install below this bot's public address, once for each."
    ),
    "doctor.slack_team_not_listed": (
        "The token is of {team} ({id}), and THREADTUNE_SLACK_TEAMS lists only {listed}, so nobody there is answered. "
        "Add {id}, or unset the list."
    ),
    "doctor.slack_scopes_ok": "All {count} that are needed, and no other.",
    "doctor.slack_scopes_more": "All that are needed. It also has {more}, which Threadtune does not use; you can remove that.",
    "doctor.slack_scopes_unknown": "Slack did not say what the token may do.",
    "doctor.slack_scope": "{name} (to {what})",
    "doctor.slack_scopes_missing": (
        "Missing: {missing}. On https://api.slack.com/apps, your app, App Manifest: paste what `threadtune slack manifest` "
        "prints, save, and then install the app again (Install App)."
    ),
    "doctor.slack_clock_ahead": (
        "This machine's clock is {seconds} s ahead of Slack's. From 300 s on, signed requests are refused. Let the system set "
        "its time by itself (NTP)."
    ),
    "doctor.slack_clock_behind": (
        "This machine's clock is {seconds} s behind Slack's. From 300 s on, signed requests are refused. Let the system set "
        "its time by itself (NTP)."
    ),
    "doctor.slack_socket_ok": "The app-level token opens a connection.",
    "doctor.slack_socket_scope": (
        "The app-level token lacks the scope connections:write. On https://api.slack.com/apps, your app, Basic Information, "
        "“App-Level Tokens”: generate one with it, and put it into SLACK_APP_TOKEN."
    ),
    "doctor.slack_socket_lost": (
        "Slack does not accept the app-level token ({reason}). On https://api.slack.com/apps, your app, Basic Information, "
        "“App-Level Tokens”: generate one with the scope connections:write, and put it into SLACK_APP_TOKEN."
    ),
    "doctor.slack_socket_refused": (
        "Slack opens no connection ({reason}). On https://api.slack.com/apps, your app, Socket Mode: check that it is on."
    ),
    "doctor.slack_socket_other_app": (
        "The two tokens are of two apps: SLACK_APP_TOKEN of {app}, SLACK_BOT_TOKEN of {bot_app}. Take both from one app, else "
        "nothing that is said reaches this bot."
    ),
    "doctor.slack_http_ok": "The bot answers signed requests at {host}:{port}{path}.",
    "doctor.slack_http_silent": (
        "Nothing answers at {host}:{port}{path}. If the bot is to run on this machine now, start it: threadtune run"
    ),
    "doctor.slack_http_refused": (
        "What answers at {host}:{port}{path} refuses a request signed with SLACK_SIGNING_SECRET (status {status}). Another "
        "program may have that port (THREADTUNE_SLACK_PORT), or the bot runs with another secret: start it again."
    ),
    "doctor.slack_manifest_ok": "The app is set as `threadtune slack manifest` has it.",
    "doctor.slack_manifest_differs": (
        "The app is not set as it should be: {lacks}. On https://api.slack.com/apps, your app, App Manifest: paste what "
        "`threadtune slack manifest` prints (with --http and the address, where you use that), save, and install it again."
    ),
    "doctor.slack_lacks_scope": "the scope {what} is missing",
    "doctor.slack_lacks_event": "the event {what} is not subscribed to",
    "doctor.slack_lacks_command": "the command {what} is missing",
    "doctor.slack_lacks_shortcut": "the message shortcut “Use as training example” ({what}) is missing",
    "doctor.slack_lacks_socket_mode": "Socket Mode is on where THREADTUNE_SLACK_TRANSPORT says http, or the other way round",
    "doctor.slack_lacks_interactivity": "interactivity is off, so buttons and forms do nothing",
    "doctor.slack_lacks_token_rotation": "token rotation is on, so the bot token runs out",
    "doctor.slack_lacks_home_tab": "the home tab is off",
    "doctor.slack_lacks_messages_tab": "the messages tab is off, so nobody can write to the bot directly",
    "doctor.slack_lacks_read_only": "the messages tab is read-only, so nobody can write to the bot directly",
    "doctor.slack_lacks_agent_view": "it is not set up as an agent",
    "doctor.slack_events_lost": (
        "Slack does not accept SLACK_CONFIG_TOKEN ({reason}): it lives for 12 hours. Make a new one on "
        "https://api.slack.com/apps, below the list of your apps, or unset it."
    ),
    "doctor.slack_events_refused": "The app's manifest cannot be read ({reason}). Is SLACK_CONFIG_TOKEN of whoever manages the app?",
    "doctor.slack_heard_last": "Heard from Slack last on {at}. To try now, write “status” to the bot directly.",
    "doctor.slack_heard_never": (
        "Nothing was heard from Slack yet. Start the bot (threadtune run) and write “hello” to it directly. If no answer comes, "
        "set SLACK_CONFIG_TOKEN (docs/slack.md) and run threadtune doctor again: it then compares the app's events."
    ),
    "doctor.slack_channels_ok": "The bot is in all {count} channels in which it has a conversation.",
    "doctor.slack_channels_left": (
        "The bot is no longer in {channels}, where it has a conversation. To go on there, somebody writes in the channel: "
        "/invite and the bot's name"
    ),
    "doctor.slack_channels_lost": "In which channels the bot is cannot be read ({reason}).",
    "doctor.slack_channels_refused": "In which channels the bot is cannot be read ({reason}).",
}
