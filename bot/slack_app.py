"""The ``threadtune slack`` commands: they print what a Slack app is made from, and reach nothing."""

import json
from typing import Annotated, NoReturn

import typer

slack = typer.Typer(help="Print what makes the Slack app. Set-up step by step: docs/slack.md", no_args_is_help=True)


@slack.command()
def manifest(
    http: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="The public https address of this bot, for HTTP instead of Socket Mode."),
    ] = None,
    name: Annotated[str, typer.Option(help="What the app is called in Slack.")] = "Threadtune",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of YAML; Slack takes both.")] = False,
    as_link: Annotated[
        bool, typer.Option("--link", help="Print an address that opens Slack with all of it filled in.")
    ] = False,
) -> None:
    """Print the manifest: paste it at api.slack.com/apps, and the app is made."""
    from agent.words import say
    from bot.platforms.slack import manifest as app

    if not 1 <= len(name.strip()) <= app.LONGEST_NAME:
        _refuse(say("slack.cli.bad_name"))
    if http is not None and not app.is_public_address(http):
        _refuse(say("slack.cli.bad_address"))
    made = app.manifest(say, name.strip(), http)
    if as_link:
        typer.echo(app.link(made))
        return
    typer.echo(json.dumps(made, indent=2, ensure_ascii=False) if as_json else app.as_yaml(made).rstrip())
    typer.echo(say("slack.cli.paste"), err=True)


@slack.command()
def scopes() -> None:
    """List what the app may do in Slack, and what each permission is for."""
    from agent.words import say
    from bot.platforms.slack.manifest import APP_SCOPE, SCOPES

    for name in [*(scope.name for scope in SCOPES), APP_SCOPE]:
        typer.echo(f"{name}: {say(f'slack.scope.{name}')}")


def _refuse(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)
