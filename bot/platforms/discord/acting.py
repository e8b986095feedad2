"""What people do to what is shown to them: presses, forms, the command in a message's menu -> the house.

What changes something is stored before it is acknowledged; opening a form changes nothing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, cast

import discord
from discord import app_commands

from bot.chat.acting import Presses
from bot.chat.errors import ChatError, Refused
from bot.chat.events import ButtonPressed
from bot.chat.messages import CardFace, ChatMessage, Form
from bot.platforms.discord import buttons, forms, places
from bot.platforms.discord.answering import Answering
from bot.platforms.discord.autocomplete import Choices, proposed
from bot.platforms.discord.buttons import ANSWER, Pressed, card_view
from bot.platforms.discord.client import Items
from bot.platforms.discord.commanding import WhichList, now
from bot.platforms.discord.errors import translated
from bot.platforms.discord.inbound import Place, place_of, sender, sender_to
from bot.platforms.discord.modals import Modals, PickList, ResumeButton
from bot.platforms.discord.notices import ShowButton
from bot.platforms.discord.reading import names_in, readable
from bot.platforms.discord.replying import admitted, defer, in_time, link_of, say, us
from bot.platforms.discord.room import Room

log = logging.getLogger(__name__)

ITEMS: Items = (
    buttons.CardButton,
    buttons.CardList,
    buttons.AnswerButton,
    ResumeButton,
    PickList,
    WhichList,
    ShowButton,
)
"""All that can be pressed in this room, known by its id."""
_MODAL_SUBMIT, _COMPONENT = discord.InteractionType.modal_submit, discord.InteractionType.component


@dataclass(eq=False)
class Acting:
    room: Room
    clock: Callable[[], datetime] = now
    modals: Modals = field(init=False)
    answering: Answering = field(init=False)
    _presses: Presses = field(default_factory=Presses, init=False)

    def __post_init__(self) -> None:
        self.modals = Modals(self.room, self.clock)
        self.answering = Answering(self.room, self.clock)

    async def heard(self, interaction: discord.Interaction) -> None:
        """What discord.py has nobody for: forms, which any process can take, and buttons that an older version made."""
        custom_id = str(cast("dict[str, Any]", interaction.data or {}).get("custom_id") or "")
        if interaction.type is _MODAL_SUBMIT:
            if custom_id == ANSWER:
                await self.answering.answered(interaction)
            elif (known := forms.known(custom_id)) is not None:
                await self.modals.submitted(interaction, known)
            else:
                await say(interaction, self.room.words("discord.card_gone"))
        elif interaction.type is _COMPONENT and not _is_ours(custom_id):
            await say(interaction, self.room.words("discord.card_gone"))

    async def press(self, interaction: discord.Interaction, pressed: Pressed) -> None:
        """A button of a card."""
        place = await admitted(self.room, interaction)
        if place is None:
            return
        self.room.posting.interactions.keep(interaction)
        if pressed.opens:
            custom_id = str(cast("dict[str, Any]", interaction.data)["custom_id"])
            await self.modals.open(interaction, self._form(interaction, place, pressed), custom_id)
            return
        try:
            said = await in_time(interaction, self._pressed(interaction, place, pressed))
        except Exception:  # the database is away, say: whoever pressed waits for a word
            log.exception("a press was not stored")
            said = "discord.press_not_stored"
        if said:
            await say(interaction, self.room.words(said))
        else:
            await defer(interaction)

    async def turn(self, interaction: discord.Interaction, card_id: str, page: int) -> None:
        """Another page of the buttons of a card that has many."""
        place = await admitted(self.room, interaction)
        if place is None:
            return
        try:
            face = await in_time(interaction, self._face(interaction, place, card_id))
        except Exception:  # whatever it is, the person who pressed is told
            log.exception("a list could not be turned")
            await say(interaction, self.room.words("discord.press_not_stored"))
            return
        view = card_view(face, self.room.words, answerable=_has_answer(interaction.message), page=page)
        if view is None:
            await say(interaction, self.room.words("discord.card_gone"))
        elif interaction.response.is_done():
            with translated():
                await interaction.edit_original_response(view=view)
        else:
            with translated():
                await interaction.response.edit_message(view=view)

    async def ask(self, interaction: discord.Interaction) -> None:
        """An Answer button."""
        await self.answering.ask(interaction)

    async def refuse(self, interaction: discord.Interaction, key: str) -> None:
        """Say why a command cannot be taken."""
        if await admitted(self.room, interaction) is not None:
            await say(interaction, self.room.words(key))

    async def misread(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        """A command that discord.py could make nothing of: Discord offered one that another version had, or ours failed."""
        old = isinstance(error, (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch))
        level, cause = logging.WARNING if old else logging.ERROR, getattr(error, "original", None)
        log.log(level, "a command could not be taken: %s", type(error).__name__, exc_info=cause)
        if interaction.type is not discord.InteractionType.autocomplete:
            await say(interaction, self.room.words("discord.command_changed" if old else "discord.command_failed"))

    async def complete(self, interaction: discord.Interaction, kind: str, text: str) -> Choices:
        """What is proposed to the person who types an option of a command. Nobody is told anything there but by proposals."""
        place = place_of(interaction.channel, interaction.guild_id)
        if place is None or await self.room.admission.why_not(place.guild, interaction.user.id):
            return []
        return await proposed(self.room.house, kind, sender(interaction.user, place), text, self.room.words)

    async def propose(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """The command in a message's menu."""
        if await admitted(self.room, interaction) is None:
            return
        self.room.posting.interactions.keep(interaction)
        await self.modals.open(interaction, self._example(interaction, message))

    async def _pressed(self, interaction: discord.Interaction, place: Place, pressed: Pressed) -> str:
        """Store a press, and return what is to be said of it; empty: nothing."""
        house, user = self.room.house, interaction.user
        conversation = await house.conversation_of(pressed.card_id)
        if conversation is None:
            return "discord.card_gone"
        if not place.shows(conversation, user.id):
            return "discord.not_yours"
        action, label = pressed.action, pressed.label
        if pressed.is_digest:
            button = buttons.resolved(pressed, await house.face_of(pressed.card_id))
            if button is None:
                return "discord.card_gone"
            action, label = button.action, button.label
        event = ButtonPressed(
            id=press_id(pressed, user.id, interaction.id),
            sender=sender_to(user, conversation, place),
            card_id=pressed.card_id,
            action=action,
            label=label,
            at=self.clock(),
            link=link_of(interaction),
        )
        async with self.room.in_order.of(conversation):
            new = await house.receive(event)
        return "discord.pressed_before" if self._presses.wants_a_word(event.id, new, event.at) else ""

    async def _face(self, interaction: discord.Interaction, place: Place, card_id: str) -> CardFace | None:
        conversation = await self.room.house.conversation_of(card_id)
        if conversation is None or not place.shows(conversation, interaction.user.id):
            return None
        return await self.room.house.face_of(card_id)

    async def _form(
        self, interaction: discord.Interaction, place: Place, pressed: Pressed
    ) -> Form | ChatMessage | None:
        conversation = await self.room.house.conversation_of(pressed.card_id)
        if conversation is not None and not place.shows(conversation, interaction.user.id):
            return ChatMessage(text=self.room.words("discord.not_yours"))
        return await self.modals.form_behind(pressed)

    async def _example(self, interaction: discord.Interaction, message: discord.Message) -> Form | ChatMessage:
        text, _ = readable(message.content, [us(self.room)], names_in(message))
        if unfit := await _unfit(interaction, message, text):
            return ChatMessage(text=self.room.words(f"discord.example.{unfit}"))
        subject = {
            "text": text,
            "author": places.person_id(message.author.id),
            "author_name": message.author.display_name or self.room.words("discord.somebody"),
            "link": message.jump_url,
        }
        return await self.room.house.form("example", places.person_id(interaction.user.id), subject)


def press_id(pressed: Pressed, user: int, interaction: int) -> str:
    """The same for a second tap on the same face; not for a judgement, which may be changed and changed back."""
    tap = f":{interaction}" if pressed.judges else ""
    person = places.person_id(user)
    return f"{places.PLATFORM}:press:{pressed.card_id}:{pressed.state}:{pressed.action}:{person}{tap}"


async def _unfit(
    interaction: discord.Interaction, message: discord.Message, text: str
) -> Literal["", "of_app", "empty", "foreign"]:
    """Why a message cannot be an example: nobody is there who could agree to it, or there is nothing to learn from it."""
    author = message.author
    if author.bot or message.webhook_id is not None or message.is_system():
        return "of_app"
    if not text.strip():
        return "empty"
    there = author.id == interaction.user.id or isinstance(author, discord.Member) or interaction.guild is None
    return "" if there or await _is_member(interaction.guild, author.id) else "foreign"


async def _is_member(guild: discord.Guild | None, user: int) -> bool:
    """Whether somebody is in a server still. If Discord does not say, they count as there: they are asked, and have to answer."""
    try:
        with translated():
            await cast(discord.Guild, guild).fetch_member(user)
    except ChatError as error:
        if isinstance(error, Refused) and error.code in ("unknown_member", "unknown_user"):
            return False
        log.info("whether somebody is in a server is not known: %s", error)
    return True


def _is_ours(custom_id: str) -> bool:
    return any(item.__discord_ui_compiled_template__.fullmatch(custom_id) for item in ITEMS)


def _has_answer(message: discord.Message | None) -> bool:
    rows = message.components if message else []
    return any(getattr(one, "custom_id", "") == ANSWER for row in rows for one in getattr(row, "children", ()))
