"""The ``threadtune discord`` commands: how the bot is added to a server, and what it may do there."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.command_line import awaited, fail, reporting, settings_of

if TYPE_CHECKING:
    from bot.platforms.discord.setup import DiscordSetup

discord = typer.Typer(
    help="Add the Discord bot to a server. Set-up step by step: docs/discord.md", no_args_is_help=True
)


@discord.command()
def invite(
    server: Annotated[
        str | None, typer.Option(metavar="ID", help="Only to this server: its id (Developer Mode, Copy Server ID).")
    ] = None,
) -> None:
    """Print the link that adds the bot to a server, with the permissions that it needs and no others."""
    from agent.words import say
    from bot.bootstrap import quieten
    from bot.platforms.discord.invite import link
    from bot.platforms.discord.setup import ID, check

    settings = settings_of(None)
    if server is not None and not ID.fullmatch(server):
        fail(say("discord.cli.bad_server"), 2)
    with reporting(settings):
        quieten()
        setup = settings.discord
        if setup is None:
            fail(say("discord.cli.no_token"), 1)
        check(setup)
        typer.echo(link(awaited(_application(setup)), int(server) if server else None))
        typer.echo(say("discord.cli.invite"), err=True)


@discord.command()
def permissions() -> None:
    """List what the bot may do on a server, and what each permission is for."""
    from agent.words import say
    from bot.platforms.discord.invite import PERMISSIONS

    for name in (permission.name for permission in PERMISSIONS):
        typer.echo(f"{say(f'discord.permission_name.{name}')}: {say(f'discord.permission.{name}')}")


async def _application(setup: "DiscordSetup") -> int:
    """The application's id, as Discord says it, or as the token does where Discord is away. ``setup`` was checked."""
    from agent.words import say
    from bot.platforms.discord import checks
    from bot.platforms.discord.setup import id_in

    try:
        return (await checks.identity(setup)).application
    except checks.FAULTS:
        typer.echo(say("discord.cli.unasked"), err=True)
        id = id_in(setup.token)
        assert id is not None, "it was checked"
        return id
