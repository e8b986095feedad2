"""``/tune`` as Discord has it: a command group with a subcommand for each word, and the command in the menu of a message.

It builds what is registered. What a command does is ``commanding``'s and ``acting``'s to say, in the process that hears it.
"""

import inspect
from collections.abc import Callable, Coroutine
from typing import Any, cast

import discord
from discord import app_commands

from bot.chat.port import Words
from bot.platforms.discord import places
from bot.platforms.discord.autocomplete import Choices
from bot.platforms.discord.options import MORE, OPTIONS, PROJECT, Option, Value, command_text, options_of

__all__ = ["MORE", "commands", "use_as_example"]

TUNE = "tune"
_CONTEXTS = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)
_INSTALLS = app_commands.AppInstallationType(guild=True, user=False)
_NOT_GIVEN = inspect.Parameter.empty
_TYPES: dict[str, Any] = {"text": str, "yes": bool, "role": discord.Role}
Callback = Callable[..., Coroutine[Any, Any, None]]


def commands(words: Words) -> list["app_commands.Group | app_commands.ContextMenu"]:
    """All that is registered with Discord."""
    return [_tune(words), use_as_example(words)]


def use_as_example(words: Words) -> app_commands.ContextMenu:
    """In the menu of any message."""

    async def propose(interaction: discord.Interaction, message: discord.Message) -> None:
        await _acting(interaction).propose(interaction, message)

    return app_commands.ContextMenu(
        name=words("discord.use_as_example"),
        callback=propose,
        allowed_contexts=_CONTEXTS,
        allowed_installs=_INSTALLS,
    )


def _tune(words: Words) -> app_commands.Group:
    group = app_commands.Group(
        name=TUNE,
        description=words("discord.tune"),
        allowed_contexts=_CONTEXTS,
        allowed_installs=_INSTALLS,
    )
    for word in OPTIONS:
        group.add_command(_command(word, words))
    return group


def _command(word: str, words: Words) -> "app_commands.Command[Any, ..., None]":
    options = options_of(word)
    command: app_commands.Command[Any, ..., None] = app_commands.Command(
        name=word, description=words(f"discord.command.{word}"), callback=_callback(word, options, words)
    )
    for option in options:
        if option.complete:
            command.autocomplete(option.name)(_completing(option.complete))
    return command


def _callback(word: str, options: tuple[Option, ...], words: Words) -> Callback:
    """A callback with the parameters that discord.py reads the options from."""

    async def obey(interaction: discord.Interaction, **given: Any) -> None:
        filled = {name: _value(value) for name, value in given.items() if value is not None}
        if any(isinstance(value, discord.Role) and value.is_default() for value in given.values()):
            await _acting(interaction).refuse(interaction, "discord.share_everyone")
            return
        project = "" if word == "new" else str(filled.get(PROJECT, ""))
        commanding = cast(Any, interaction.client).commanding
        await commanding.obey(interaction, command_text(word, filled), project)

    first = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=discord.Interaction)
    obey.__signature__ = inspect.Signature([first, *map(_parameter, options)])  # type: ignore[attr-defined]  # inspect's own
    described = {one.name: words(_description(word, one.name)) for one in options}
    choices = {
        one.name: [app_commands.Choice(name=words(f"discord.choice.{value}"), value=value) for value in one.choices]
        for one in options
        if one.choices
    }
    found: Callback = app_commands.describe(**described)(obey) if described else obey
    return app_commands.choices(**choices)(found) if choices else found


def _parameter(option: Option) -> inspect.Parameter:
    """Only keywords may be without a default behind others that have one."""
    annotation = app_commands.Range[int, 1, option.most] if option.kind == "number" else _TYPES[option.kind]
    return inspect.Parameter(
        option.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=_NOT_GIVEN if option.required else None,
        annotation=annotation if option.required else annotation | None,
    )


def _description(word: str, name: str) -> str:
    return "discord.option.project" if name == PROJECT and word != "new" else f"discord.option.{word}.{name}"


def _completing(kind: str) -> Callable[[discord.Interaction, str], Coroutine[Any, Any, Choices]]:
    async def complete(interaction: discord.Interaction, current: str) -> Choices:
        acting = _acting(interaction)
        found: Choices = await acting.complete(interaction, kind, current) if acting else []
        return found

    return complete


def _value(given: Any) -> Value:
    if isinstance(given, discord.Role):
        return f"{places.group_id(given.guild.id, given.id)} {given.name}"
    return cast(Value, given.value if isinstance(given, app_commands.Choice) else given)


def _acting(interaction: discord.Interaction) -> Any:
    """Who acts on it in the process that heard it (``acting.Acting``)."""
    return cast(Any, interaction.client).acting
