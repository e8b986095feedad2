"""Sentences about setting Slack up: what is wrong with a setting, what a scope is for, the manifest, the doctor's findings."""

SENTENCES: dict[str, str] = {
    # What a value is, and where the right one is found
    "slack.token.bot": "a bot token (xoxb-)",
    "slack.token.app": "an app-level token (xapp-)",
    "slack.token.user": "the token of a person (xoxp-)",
    "slack.token.rotating_bot": "a bot token that runs out (xoxe.xoxb-)",
    "slack.token.config": "a configuration token (xoxe.xoxp-)",
    "slack.token.refresh": "a refresh token (xoxe-)",
    "slack.token.unknown": "no token of Slack's",
    "slack.where.SLACK_BOT_TOKEN": (
        "The bot token begins with xoxb-. It is on https://api.slack.com/apps: your app, OAuth & Permissions, "
        "“Bot User OAuth Token”; it appears there once the app is installed."
    ),
    "slack.where.SLACK_APP_TOKEN": (
        "The app-level token begins with xapp-. It is made on https://api.slack.com/apps: your app, Basic Information, "
        "“App-Level Tokens”, with the scope connections:write."
    ),
    "slack.where.SLACK_SIGNING_SECRET": (
        "It is on https://api.slack.com/apps: your app, Basic Information, “App Credentials”, “Signing Secret”."
    ),
    "slack.where.SLACK_CLIENT_ID": (
        "It is on https://api.slack.com/apps: your app, Basic Information, “App Credentials”, “Client ID”: two numbers with "
        "a point between them."
    ),
    "slack.where.SLACK_CLIENT_SECRET": (
        "It is on https://api.slack.com/apps: your app, Basic Information, “App Credentials”, “Client Secret”."
    ),
    "slack.where.SLACK_CONFIG_TOKEN": (
        "A configuration token begins with xoxe.xoxp- and lives for 12 hours. It is made on https://api.slack.com/apps, "
        "below the list of your apps: “Your App Configuration Tokens”."
    ),
    # A setting that cannot be used
    "slack.bad.wrong_token": "It holds {found}. {where}",
    "slack.bad.token_rotation": (
        "It holds a bot token that runs out after 12 hours, since token rotation is switched on for this app, which cannot be "
        "undone there. Make a new app with `threadtune slack manifest`."
    ),
    "slack.bad.token_in_slack_signing_secret": "It holds {found}. The signing secret is no token. {where}",
    "slack.bad.token_in_slack_client_id": "It holds {found}. {where}",
    "slack.bad.token_in_slack_client_secret": "It holds {found}. The client secret is no token. {where}",
    "slack.bad.app_id": "It holds the app's ID. {where}",
    "slack.bad.oauth_half": "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET belong together, and it is not set. {where}",
    "slack.bad.token_and_oauth": (
        "SLACK_CLIENT_ID is set as well. For one workspace, unset SLACK_CLIENT_ID and SLACK_CLIENT_SECRET; for several, "
        "unset SLACK_BOT_TOKEN: each workspace then gets a token of its own when the app is installed there."
    ),
    "slack.bad.oauth_needs_http": (
        "SLACK_CLIENT_ID is set, so several workspaces are to install the app. Slack sends whoever installs it back to a "
        "public address, which Socket Mode has none of: set it to http (docs/slack.md, “Several workspaces”)."
    ),
    "slack.bad.no_bot_token": (
        "It is not set, though other settings of Slack's are. {where} If this is not to be served in Slack at all, unset "
        "them, or talk in the terminal: threadtune chat"
    ),
    "slack.bad.no_app_token": (
        "It is not set, and Socket Mode needs it. {where} If this is not to be served in Slack at all, unset SLACK_BOT_TOKEN, "
        "or talk in the terminal: threadtune chat"
    ),
    "slack.bad.no_signing_secret": (
        "It is not set, and without it nobody can tell a request of Slack's from a forged one, so THREADTUNE_SLACK_TRANSPORT=http "
        "needs it. {where}"
    ),
    "slack.bad.bad_address": "It is no address of a server, such as https://slack.com/api/. Unset it to use Slack itself.",
    "slack.bad.open_address": (
        "It begins with http:, so that tokens would travel unencrypted. Only an address of this machine, such as "
        "http://127.0.0.1:4003/api/, may. Unset it to use Slack itself."
    ),
    "slack.bad.team_no_id": (
        "“{team}” is no id of a workspace. It is T and some letters and digits, and stands in the address of Slack in a "
        "browser: app.slack.com/client/T0123ABCD/… Several have commas between them."
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
    "slack.cli.bad_name": "The name of a Slack app has 1 to 35 characters.",
    "slack.cli.bad_address": "--http needs the public address of this bot, such as https://threadtune.example.com",
    "slack.cli.serving_one": "Slack: workspace {team} as @{bot}, by {transport}.",
    "slack.cli.serving_many": "Slack: {count} workspaces, by {transport}. Others install it at {address}",
    "slack.cli.socket": "Socket Mode",
    "slack.cli.http": "HTTP on {host}:{port}",
    "slack.cli.stop": "Stop with Ctrl-C.",
    "slack.cli.app_scope": "App-level token",
    "slack.cli.bot_scope": "Bot token",
}
