"""A card's buttons as Discord's, and what a press of one carries back. It does not know what they do.

A press is known by the card, the face of it that was shown and the action, all of which stand in the button's ``custom_id``:
no message of ours need be kept for it, however old, and a restart changes nothing.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self, cast

import discord

from bot.chat import acting
from bot.chat.messages import Button, CardFace
from bot.chat.port import Words
from bot.chat.text import one_line, shortened
from bot.platforms.discord.paging import PickedList, Select, page_of, turned_to

MOST_IN_ROW = 5
MOST_BUTTONS = 25
"""Five rows of five. Of a card that has more, the last row is a list with all that do not fit above it."""
ABOVE_LIST = 20
LONGEST_LABEL = 80
LONGEST_OPTION = 100
LONGEST_ID = 100

_PRESS = re.compile(r"(?P<kind>press|open|judge)\|(?P<card>[^|]+)\|(?P<state>[0-9a-f]{8})\|(?P<action>.+)", re.DOTALL)
_LIST = re.compile(r"list\|(?P<card>[^|]+)\|(?P<state>[0-9a-f]{8})")
ANSWER = "answer"
_THUMBS = {"good": "👍", "bad": "👎"}
_STYLES = {
    "plain": discord.ButtonStyle.secondary,
    "primary": discord.ButtonStyle.primary,
    "danger": discord.ButtonStyle.danger,
}


@dataclass(frozen=True, kw_only=True)
class Pressed(acting.Pressed):
    """What a button carries: of the state a digest, and of an action that is too long to be carried too."""

    @property
    def is_digest(self) -> bool:
        return self.action.startswith("#")


class CardButton(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=_PRESS):
    """A button of a card, made anew from its id whenever it is pressed."""

    def __init__(self, button: discord.ui.Button[discord.ui.View]) -> None:
        super().__init__(button)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        del interaction, match
        return cls(cast("discord.ui.Button[discord.ui.View]", item))

    async def callback(self, interaction: discord.Interaction) -> None:
        found = pressed(self.custom_id, self.item.label or "")
        assert found is not None, "its template matched"
        await _acting(interaction).press(interaction, found)


class CardList(PickedList, template=_LIST):
    """The buttons of a card that do not fit as buttons. Its pages are turned in place."""

    async def callback(self, interaction: discord.Interaction) -> None:
        if (page := turned_to(self.picked)) is not None:
            await _acting(interaction).turn(interaction, self.custom_id.split("|")[1], page)
            return
        label = next((option.label for option in self.item.options if option.value == self.picked), "")
        if (found := pressed(self.picked, label)) is not None:
            await _acting(interaction).press(interaction, found)


class AnswerButton(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=ANSWER):
    """Opens a form with one long field, which is answered as a message would be."""

    def __init__(self, label: str) -> None:
        super().__init__(discord.ui.Button(label=label, style=discord.ButtonStyle.primary, custom_id=ANSWER))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        del interaction, match
        return cls(cast("discord.ui.Button[discord.ui.View]", item).label or ANSWER)

    async def callback(self, interaction: discord.Interaction) -> None:
        await _acting(interaction).ask(interaction)


def card_view(
    card: CardFace | None, words: Words, *, answerable: bool = False, page: int = 0
) -> discord.ui.View | None:
    """The buttons of a card; None: it has none. The client keeps nothing of what is returned.

    ``answerable``: with an Answer button behind them. ``page``: of the list, where there are too many.
    Raises ValueError where the ids of a card are too long to be carried.
    """
    view = discord.ui.View(timeout=None)
    for item in _items(card, words, answerable, page):
        view.add_item(item)
    view.stop()
    return view if view.children else None


def answer_button(words: Words) -> AnswerButton:
    return AnswerButton(words("discord.answer"))


def pressed(custom_id: str, label: str = "") -> Pressed | None:
    """What the id of a button carries; None: it is no button of a card of ours."""
    found = _PRESS.fullmatch(custom_id)
    if found is None:
        return None
    return Pressed(
        card_id=found["card"],
        state=found["state"],
        action=found["action"],
        opens=found["kind"] == "open",
        judges=found["kind"] == "judge",
        label=label,
    )


def carried(action: str, most: int) -> str:
    """The action as an id of at most so many characters carries it: itself, or a digest of it."""
    return action if len(action) <= most and not action.startswith("#") else f"#{_digest(action, 16)}"


def resolved(pressed: Pressed, card: CardFace | None) -> Button | None:
    """The button of a card whose action was carried as a digest; None: the card has it no more."""
    buttons = card.buttons if card else ()
    return next((one for one in buttons if carried(one.action, 0) == pressed.action), None)


def digest_of(state: str) -> str:
    """Tells one face of a card from another in an id."""
    return _digest(state, 8)


def _items(card: CardFace | None, words: Words, answerable: bool, page: int) -> list[discord.ui.Item[Any]]:
    buttons = _each_once(card) if card else []
    room = MOST_BUTTONS - answerable
    shown, listed = (buttons, []) if len(buttons) <= room else (buttons[:ABOVE_LIST], buttons[ABOVE_LIST:])
    if listed and answerable:  # the list fills the last row, and the Answer button stands above it
        shown, listed = buttons[: ABOVE_LIST - 1], buttons[ABOVE_LIST - 1 :]
    items: list[discord.ui.Item[Any]] = [CardButton(_button(*one)) for one in shown]
    if answerable:
        items.append(answer_button(words))
    if card and listed:
        items.append(CardList(_list(card, listed, words, page)))
    return items


def _each_once(card: CardFace) -> list[tuple[str, Button]]:
    """The buttons by id: two that would do the same are one."""
    return list({_id(card, button): button for button in reversed(card.buttons)}.items())[::-1]


def _id(card: CardFace, button: Button) -> str:
    kind = "open" if button.form else "judge" if button.verdict else "press"
    head = f"{kind}|{card.card_id}|{digest_of(card.state)}|"
    found = head + carried(button.action, LONGEST_ID - len(head))
    if len(found) > LONGEST_ID or "|" in card.card_id:
        raise ValueError(f"the id of card {card.card_id[:80]!r} cannot be carried by a button")
    return found


def _button(custom_id: str, button: Button) -> discord.ui.Button[discord.ui.View]:
    """Thumbs stand beside words, never for them."""
    return discord.ui.Button(
        label=_label(button, LONGEST_LABEL),
        style=_STYLES[button.style],
        emoji=_THUMBS.get(button.verdict),
        custom_id=custom_id,
    )


def _list(card: CardFace, listed: Sequence[tuple[str, Button]], words: Words, number: int) -> Select:
    page = page_of(listed, number)
    options = [
        discord.SelectOption(label=_label(button, LONGEST_OPTION), value=custom_id)
        for custom_id, button in page.entries
    ]
    return discord.ui.Select(
        custom_id=f"list|{card.card_id}|{digest_of(card.state)}",
        placeholder=words("discord.more_choices", page=page.number + 1, pages=page.pages),
        options=page.options(options, words),
        row=4,
    )


def _label(button: Button, most: int) -> str:
    return shortened(one_line(button.label), most) or "…"


def _digest(text: str, digits: Literal[8, 16]) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:digits]


def _acting(interaction: discord.Interaction) -> Any:
    """Who acts on it in the process that heard it (``acting.Acting``), which imports this module."""
    return cast(Any, interaction.client).acting
