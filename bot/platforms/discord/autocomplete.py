"""What is proposed while an option of ``/tune`` is typed. It answers within a second with what there is, and never fails."""

import asyncio
import logging
from collections.abc import Sequence

from discord import app_commands

from bot.chat.events import Sender
from bot.chat.messages import Option
from bot.chat.port import House, Words
from bot.chat.text import one_line, shortened
from bot.platforms.discord.options import MORE

log = logging.getLogger(__name__)

MOST = 25
LONGEST = 100
WITHIN = 1.0
"""Seconds; Discord gives three, and nobody waits so long between two letters."""
Choices = list[app_commands.Choice[str]]


async def proposed(house: House, kind: str, who: Sender, text: str, words: Words) -> Choices:
    """``kind``: as in ``options.Option.complete``. ``text``: what stands in the option so far. Only what is open to the
    person is named, also by their groups."""
    try:
        async with asyncio.timeout(WITHIN):
            await house.meet(who)
            found = await _found(house, kind, who.person_id, text, words)
    except Exception:  # a proposal is a help: whoever types goes on without it
        log.warning("nothing could be proposed for %s", kind, exc_info=True)
        return []
    fitting = [one for one in found if 0 < len(one.value) <= LONGEST]
    return [app_commands.Choice(name=_name(one), value=one.value) for one in fitting[:MOST]]


async def _found(house: House, kind: str, person_id: str, text: str, words: Words) -> Sequence[Option]:
    match kind:
        case "more":
            return [
                Option(value=word, label=words(f"discord.more.{word}")) for word in sorted(MORE) if _begins(word, text)
            ]
        case "whom":
            both = [Option(value=one, label=words(f"discord.whom.{one}")) for one in ("base", "both")]
            return [*await house.choices("model", person_id, text), *(one for one in both if _begins(one.value, text))]
        case "models":
            return await _one_more(house, person_id, text, words)
        case _:
            return await house.choices(kind, person_id, text)


async def _one_more(house: House, person_id: str, text: str, words: Words) -> list[Option]:
    """The models that were written so far, and each that may come behind them."""
    before, _, last = text.replace(",", " ").rpartition(" ")
    named = before.split()
    base = Option(value="base", label=words("discord.whom.base"))
    found = [*await house.choices("model", person_id, last), *([base] if _begins("base", last) else [])]
    return [
        Option(value=" ".join([*named, one.value]), label=", ".join([*named, one.label]))
        for one in found
        if one.value not in named
    ]


def _begins(word: str, text: str) -> bool:
    return word.startswith(text.strip().casefold())


def _name(option: Option) -> str:
    return shortened(one_line(option.label), LONGEST) or "…"
