"""The ``threadtune`` command line: what can be typed, and what is said when it cannot be done.

It assembles nothing itself, and imports what is heavy only in the command that needs it.
"""

import os
import re
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.command_line import awaited, fail, reporting, settings_of
from bot.discord_app import discord
from bot.slack_app import slack

if TYPE_CHECKING:
    from bot.listing import Listing
    from bot.settings import Settings
    from bot.terminal import Script, Terminal

app = typer.Typer(
    name="threadtune",
    help="Turn a conversation into a fine-tuned model. Begin with: threadtune chat",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(slack, name="slack")
app.add_typer(discord, name="discord")

Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder for everything (else THREADTUNE_HOME, else ~/.threadtune).", file_okay=False),
]
Plain = Annotated[bool, typer.Option("--plain", help="For screen readers: lines only, no boxes, no redrawing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
_CONVERSATION = re.compile(r"[A-Za-z0-9._-]{1,64}")


@app.command()
def run(
    home: Home = None,
    plain: Plain = False,
    with_terminal: Annotated[
        bool, typer.Option("--terminal", help="Talk on this terminal too, beside the platforms that are set up.")
    ] = False,
) -> None:
    """Serve the chat platforms that are set up (else this terminal), until stopped."""
    from agent.words import say

    settings = settings_of(home)
    if settings.slack is None and settings.discord is None:
        typer.echo(say("cli.no_platform"), err=True)
        _chat(home, plain, None)
        return
    with reporting(settings):
        from bot.bootstrap import prepare_home
        from bot.progress import progress_bar
        from bot.rooms import serve_platforms

        prepare_home(settings)
        terminal = _terminal(settings, plain, beside=True) if with_terminal else None
        try:
            with progress_bar(settings.base_model) as progress:
                awaited(serve_platforms(settings, progress, typer.echo, terminal))
        except KeyboardInterrupt:  # being stopped is how it ends
            typer.echo(say("cli.stopped"))


@app.command()
def chat(
    home: Home = None,
    script: Annotated[
        Path | None,
        typer.Option(
            help="Play a conversation from a file: one message a line, /tune commands, @wait trained|evaluated|idle, "
            "@expect TEXT, @pick LABEL, @upload PATH, # comments. The exit status is 0 if all went as expected, 1 if "
            "not, 2 if the script cannot be read."
        ),
    ] = None,
    plain: Plain = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with this script where it was interrupted; nothing is said twice.")
    ] = False,
    conversation: Annotated[
        str | None, typer.Option(help="Name of the conversation to go on with (else `terminal`; with --as, that name).")
    ] = None,
    speaker: Annotated[
        str | None, typer.Option("--as", help="Who you are, where several people share this home (else your account).")
    ] = None,
) -> None:
    """Talk to Threadtune on this terminal. Lines on standard input work as messages too. Starts a trainer unless one lives."""
    _chat(home, plain, script, resume, conversation, speaker)


@app.command()
def trainer(
    home: Home = None,
    exit_when_idle: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="End after so long without a job; else it stays.")
    ] = None,
) -> None:
    """Train models in the background, until stopped. `threadtune chat` starts one by itself."""
    settings = settings_of(home)
    with reporting(settings):
        from bot.bootstrap import prepare_home
        from bot.trainer_process import trainer_command

        prepare_home(settings)
        sys.stdout.flush()
        command = trainer_command(settings.home, exit_when_idle)
        os.execv(command[0], command)  # noqa: S606  # this process becomes the trainer


@app.command()
def doctor(home: Home = None) -> None:
    """Check this installation. Says what to put right, and ends with status 1 if something is wrong."""
    from agent.words import say

    settings = settings_of(home)
    with reporting(settings):
        from bot.bootstrap import opened_store
        from bot.doctor import examine

        findings = awaited(examine(settings, opened_store))
        for finding in findings:
            typer.echo(finding.line())
        failures = sum(finding.level == "fail" for finding in findings)
        warnings = sum(finding.level == "warn" for finding in findings)
        if failures:
            typer.echo(say("doctor.some_failures", count=failures))
            raise typer.Exit(1)
        typer.echo(say("doctor.some_warnings", count=warnings) if warnings else say("doctor.all_well"))


@app.command()
def models(home: Home = None, plain: Plain = False, as_json: AsJson = False) -> None:
    """List the models: version, date, test losses, folder."""
    settings = settings_of(home)

    async def listing() -> "Listing":
        from bot.bootstrap import opened_store
        from bot.listing import models

        async with opened_store(settings) as store:
            return await models(store, settings.home)

    _print_listing(settings, listing, plain, as_json)


@app.command()
def datasets(home: Home = None, plain: Plain = False, as_json: AsJson = False) -> None:
    """List the datasets and how their rows are divided."""
    settings = settings_of(home)

    async def listing() -> "Listing":
        from bot.bootstrap import opened_store
        from bot.listing import datasets

        async with opened_store(settings) as store:
            return await datasets(store)

    _print_listing(settings, listing, plain, as_json)


@app.command()
def stats(
    home: Home = None,
    words: Annotated[
        bool, typer.Option("--words", help="Also what people wrote in the survey, without names.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Did it help? Models made, satisfaction, who comes back, reminders and feature flags, each with its interval."""
    settings = settings_of(home)

    async def lines() -> list[str]:
        from bot.bootstrap import flags_of, opened_store
        from bot.figures import figures

        flags = flags_of(settings)
        async with opened_store(settings) as store:
            return await figures(store, flags, as_json=as_json, words=words)

    with reporting(settings):
        from bot.bootstrap import prepare_home

        prepare_home(settings)
        typer.echo("\n".join(awaited(lines())))


@app.command()
def packs(
    home: Home = None,
    check: Annotated[
        str | None, typer.Option(metavar="FILE|NAME", help="Check this one alone: a file, or a pack by its name.")
    ] = None,
    plain: Plain = False,
    as_json: AsJson = False,
) -> None:
    """List the coverage packs, shipped and yours, and check them. Ends with status 1 if one is broken."""
    settings = settings_of(home)
    with reporting(settings):
        from bot.packs import checked, installed

        report = checked(settings.home, check) if check else installed(settings.home)
        if report.listing.rows or as_json:
            _print(report.listing, plain, as_json)
        for line in report.faults:
            typer.echo(line, err=True)
        if report.faults:
            raise typer.Exit(1)


@app.command()
def setup(home: Home = None) -> None:
    """Fetch and prepare the base model. Quick when that is done already."""
    settings = settings_of(home)
    with reporting(settings):
        from agent.words import say
        from bot.bootstrap import prepare_base, prepare_home
        from bot.progress import progress_bar

        prepare_home(settings)
        with progress_bar(settings.base_model) as progress:
            model = awaited(prepare_base(settings, progress))
        typer.echo(say("cli.setup_done", name=model.name, folder=model.path))


def _chat(
    home: Path | None,
    plain: bool,
    script: Path | None,
    resume: bool = False,
    conversation: str | None = None,
    speaker: str | None = None,
) -> None:
    from agent.words import say

    settings = settings_of(home)
    if speaker is not None and not _CONVERSATION.fullmatch(speaker):
        fail(say("cli.bad_name"), 2)
    conversation = conversation or speaker or "terminal"
    if not _CONVERSATION.fullmatch(conversation):
        fail(say("cli.bad_conversation"), 2)
    if resume and script is None:
        fail(say("cli.resume_without_script"), 2)
    with reporting(settings):
        from bot.bootstrap import prepare_home
        from bot.progress import progress_bar
        from bot.rooms import chat

        read = _read(script)
        prepare_home(settings)
        playing = _begin(settings, script, read, conversation, resume) if script and read is not None else None
        terminal = _terminal(settings, plain, conversation, speaker, playing)
        with progress_bar(settings.base_model) as progress:
            status = awaited(chat(settings, terminal, progress))
        raise typer.Exit(status)


def _terminal(
    settings: "Settings",
    plain: bool,
    conversation: str = "terminal",
    speaker: str | None = None,
    script: "Script | None" = None,
    beside: bool = False,
) -> "Terminal":
    from bot.failures import explain
    from bot.settings import person
    from bot.terminal import Terminal

    return Terminal(
        home=settings.home,
        conversation=conversation,
        person=speaker or person(),
        plain=plain,
        explain=lambda error: explain(error, settings),
        script=script,
        beside=beside,
    )


def _read(path: Path | None) -> list[Any] | None:
    """The steps of a script; ends the command with status 2 and the line where it cannot be played."""
    from agent.words import say
    from bot.platforms.console.script import BadScript, read

    if path is None:
        return None
    try:
        return read(path)
    except FileNotFoundError:
        fail(say("cli.no_script", path=path), 2)
    except OSError as error:
        fail(say("cli.script_unreadable", path=path, reason=error.strerror), 2)
    except BadScript as bad:
        reason = say(f"console.script.{bad.code}", line=bad.line, what=bad.what)
        fail(say("cli.bad_script", path=path, line=bad.line, reason=reason), 2)


def _begin(settings: "Settings", path: Path, steps: list[Any], conversation: str, resume: bool) -> "Script":
    from agent.words import say
    from bot.platforms.console.script import Playing, ScriptChanged
    from bot.terminal import Script

    try:
        playing = Playing.start(path, f"console:{conversation}", settings.home / "scripts", resume)
    except ScriptChanged:
        fail(say("cli.script_changed", path=path), 2)
    return Script(path=path, steps=steps, playing=playing, going_on=resume)


def _print_listing(
    settings: "Settings", listing: "Callable[[], Coroutine[Any, Any, Listing]]", plain: bool, as_json: bool
) -> None:
    with reporting(settings):
        from bot.bootstrap import prepare_home

        prepare_home(settings)
        _print(awaited(listing()), plain, as_json)


def _print(found: "Listing", plain: bool, as_json: bool) -> None:
    if as_json:
        typer.echo(found.as_json())
    elif plain or not sys.stdout.isatty() or not found.rows:
        typer.echo("\n".join(found.as_lines()))
    else:
        from rich.console import Console

        Console().print(found.as_table())


def main() -> None:
    """The entry point of the ``threadtune`` command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app()


if __name__ == "__main__":
    main()
