"""Our own commands as they are typed in Discord, where ``/tune`` has named options: pure functions."""

import re

from bot.platforms.discord.options import COMMAND, MORE, MORE_WORD, OPTIONS, TEXT

_COMMAND = re.compile(r"(?<=`)/tune (?P<word>[a-z]+)(?: (?P<rest>[^`\n]+))?(?=`)")


def spelled(text: str, *, marked: bool = False) -> str:
    """The text with the commands that stand in it in backticks as they are typed here: ``/tune train start`` reads
    ``/tune train start:true``, and ``/tune judge`` reads ``/tune more command:judge``.

    ``marked``: as ``bot.chat.spelling`` has it. All our commands stand in backticks.
    """
    del marked
    return _COMMAND.sub(_typed, text)


def _typed(command: re.Match[str]) -> str:
    word, rest = command["word"], command["rest"]
    if word in MORE:
        behind = f" {TEXT}:{rest}" if rest else ""
        return f"/tune {MORE_WORD} {COMMAND}:{word}{behind}"
    switches = {option.name for option in OPTIONS.get(word, ()) if option.kind == "yes"}
    return f"/tune {word} {rest}:true" if rest in switches else command[0]
