"""Setting Discord up: what is wrong with a setting, what a permission is for, what the command line and the doctor say."""

SENTENCES: dict[str, str] = {
    # What stands where a value belongs, and where the right one is found
    "discord.token.application_id": "the application's ID",
    "discord.token.public_key": "the application's public key",
    "discord.token.client_secret": "what looks like the client secret, of OAuth2",
    "discord.token.quoted": "quotation marks; leave them out",
    "discord.token.slack": "a token of Slack's",
    "discord.token.webhook": "the address of a webhook",
    "discord.token.address": "an address",
    "discord.token.cut": "what looks like a part of a bot token, or one that was damaged when it was copied",
    "discord.token.unknown": "no token of Discord's",
    "discord.where.DISCORD_TOKEN": (
        "The bot token has three parts with points between them. It is on https://discord.com/developers/applications: your "
        "application, Bot, “Reset Token”; Discord shows it once."
    ),
    # A setting that cannot be used
    "discord.bad.no_token": (
        "It is not set, though THREADTUNE_DISCORD_SERVERS is. {where} If this is not to be served in Discord at all, unset both."
    ),
    "discord.bad.prefixed": "It begins with “{prefix} ”. Leave that out: only the token itself belongs there.",
    "discord.bad.wrong_token": "It holds {found}. {where}",
    "discord.bad.bad_address": "It is no address of a server, such as {example}. Unset it to use Discord itself.",
    "discord.bad.open_address": (
        "It is an unencrypted address, so that the token would travel in the open. Only an address of this machine, such as "
        "{example}, may be. Unset it to use Discord itself."
    ),
    "discord.bad.server_no_id": (
        "“{server}” is no id of a server. It is a long number: in Discord, User Settings, Advanced, switch Developer Mode on; "
        "then a right click on the server, Copy Server ID. Several have commas between them."
    ),
    "discord.bad.token_refused": (
        "Discord does not accept it. It may have been reset, or the application deleted. {where}"
    ),
    "discord.bad.intent_refused": (
        "Discord does not let this bot read messages in servers, though its application asks for it. On "
        "https://discord.com/developers/applications: your application, Bot, switch “Message Content Intent” on."
    ),
}
