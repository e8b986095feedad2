"""The Answer button: a form with one long field, whose text is taken as a message. It is for where we may not read messages, and
works wherever it is pressed."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import discord

from bot.chat.errors import ChatError
from bot.chat.events import MessageReceived
from bot.chat.messages import Field, Form, FormField
from bot.chat.text import one_line
from bot.platforms.discord import forms, places
from bot.platforms.discord.buttons import ANSWER
from bot.platforms.discord.errors import translated
from bot.platforms.discord.inbound import Place, sender
from bot.platforms.discord.markdown import escaped, quoted
from bot.platforms.discord.replying import admitted, defer, in_time, say
from bot.platforms.discord.room import Room

log = logging.getLogger(__name__)

TEXT = "text"
LONGEST_SHOWN = 1800
"""Characters of an answer that others are shown; the rest comes as a file."""


@dataclass(eq=False)
class Answering:
    room: Room
    clock: Callable[[], datetime]

    async def ask(self, interaction: discord.Interaction) -> None:
        """Open the form."""
        words = self.room.words
        if await admitted(self.room, interaction) is None:
            return
        asked = FormField(name=TEXT, label=words("discord.answer.label"), multiline=True)
        form = Form(name=ANSWER, subject={}, title=words("discord.answer.title"), fields=(asked,), submit="")
        try:
            with translated():
                await interaction.response.send_modal(forms.modal(form, 0, {}, ANSWER, words))
        except ChatError as error:
            log.warning("a form could not be opened: %s", error)
            await say(interaction, words("discord.form.not_opened"))

    async def answered(self, interaction: discord.Interaction) -> None:
        """Others see what somebody answered, as they would see a message."""
        text = forms.values(cast("dict[str, Any]", interaction.data or {})).get(TEXT, "")
        place = await admitted(self.room, interaction, typed=text)
        if place is None:
            return
        self.room.posting.interactions.keep(interaction)
        if place.kind not in ("direct", "thread"):
            await say(interaction, self.room.words("discord.no_place"), typed=text, typed_name=self._file)
            return
        try:
            await in_time(interaction, self._stored(interaction, place, text), public=True)
        except Exception:  # whatever it is, the person gets back what they wrote
            log.exception("an answer was not stored")
            await say(interaction, self.room.words("discord.form.not_stored_lost"), typed=text, typed_name=self._file)
            return
        if place.kind == "direct":
            await defer(interaction)
        else:
            await self._show(interaction, text)

    async def _stored(self, interaction: discord.Interaction, place: Place, text: str) -> None:
        event = MessageReceived(
            id=f"{places.PLATFORM}:form:{interaction.id}",
            sender=sender(interaction.user, place),
            text=text,
            at=self.clock(),
        )
        async with self.room.in_order.of(event.sender.conversation_id):
            await self.room.house.receive(event)

    async def _show(self, interaction: discord.Interaction, text: str) -> None:
        said = self.room.words("discord.answer.said", name=escaped(one_line(interaction.user.display_name)))
        lines = "\n".join(line.text for line in quoted(Field(name="", value=text)))
        if len(lines) <= LONGEST_SHOWN:
            await say(interaction, f"{said}\n{lines}", public=True)
        else:
            await say(interaction, said, public=True, typed=text, typed_name=self._file)

    @property
    def _file(self) -> str:
        return self.room.words("discord.form.typed_file")
