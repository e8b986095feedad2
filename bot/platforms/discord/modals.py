"""Opening forms, and what comes back from them: in steps where they are long, with what was typed kept until it is stored.

What was typed lives in this process alone. Should it restart meanwhile, whoever wrote it gets it back to copy. It does not know
what the forms ask.
"""

import asyncio
import logging
import re
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self, cast

import discord

from bot.chat.acting import conversation_of_form
from bot.chat.errors import ChatError
from bot.chat.events import FormSubmitted
from bot.chat.messages import ChatMessage, Form, FormField
from bot.chat.remembering import Latest
from bot.platforms.discord import forms, places
from bot.platforms.discord.buttons import Pressed as Button
from bot.platforms.discord.buttons import pressed, resolved
from bot.platforms.discord.errors import translated
from bot.platforms.discord.forms import Known
from bot.platforms.discord.inbound import Place, sender_to
from bot.platforms.discord.markdown import escaped
from bot.platforms.discord.paging import PickedList, Select, page_of, turned_to
from bot.platforms.discord.replying import IN_TIME, admitted, defer, in_time, link_of, say
from bot.platforms.discord.room import Room

log = logging.getLogger(__name__)

KEPT = 2000
"""Forms whose fillings are kept at most."""
_RESUME = re.compile(r"resume\|(?P<token>[0-9a-f]{16})")
_PICK = re.compile(r"pick\|(?P<token>[0-9a-f]{16})")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A form on its way."""

    form: Form
    user: int
    button: str = ""
    """The id of the button that opened it; empty: none did."""
    values: dict[str, str] = field(default_factory=dict)
    """What was filled in so far."""
    step: int = 0

    @property
    def unpicked(self) -> FormField | None:
        """The next field that has to be picked before anything is shown."""
        return next((one for one in self.form.fields if forms.too_many(one) and one.name not in self.values), None)


class ResumeButton(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=_RESUME):
    """Opens a form again, with what was typed."""

    def __init__(self, token: str, label: str) -> None:
        super().__init__(discord.ui.Button(label=label, style=discord.ButtonStyle.primary, custom_id=f"resume|{token}"))
        self.token = token

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        del interaction
        return cls(match["token"], cast("discord.ui.Button[discord.ui.View]", item).label or "…")

    async def callback(self, interaction: discord.Interaction) -> None:
        await _modals(interaction).resume(interaction, self.token)


class PickList(PickedList, template=_PICK):
    """The options of a field of which there are too many for a form."""

    async def callback(self, interaction: discord.Interaction) -> None:
        await _modals(interaction).pick(interaction, self.custom_id.split("|")[1], self.picked)


@dataclass(eq=False)
class Modals:
    room: Room
    clock: Callable[[], datetime]
    _drafts: Latest[str, Draft] = field(default_factory=lambda: Latest(KEPT), init=False)
    """By token."""

    async def open(
        self,
        interaction: discord.Interaction,
        form: Coroutine[Any, Any, Form | ChatMessage | None],
        button: str = "",
    ) -> None:
        """Open a form: nothing can be shown before it but in its place, so it has to be made in time.

        ``form``: None: there is none any more; a message: why there is none for this person.
        """
        try:
            made = await asyncio.wait_for(form, IN_TIME)
        except TimeoutError:
            await say(interaction, self.room.words("discord.form.slow"))
            return
        except Exception:  # the database is away, say
            log.exception("a form could not be made")
            await say(interaction, self.room.words("discord.form.failed"))
            return
        if isinstance(made, Form):
            await self._show(
                interaction, secrets.token_hex(8), Draft(form=made, user=interaction.user.id, button=button)
            )
        else:
            await say(interaction, made.text if made else self.room.words("discord.form.gone"))

    async def resume(self, interaction: discord.Interaction, token: str) -> None:
        """What was typed stands in the message of the button, too, for where it is not known any more."""
        draft = self._drafts.get(token)
        if draft is None or draft.user != interaction.user.id:
            await say(interaction, self.room.words("discord.form.lost"))
        else:
            await self._show(interaction, token, draft)

    async def pick(self, interaction: discord.Interaction, token: str, value: str) -> None:
        draft = self._drafts.get(token)
        if draft is None or (asked := draft.unpicked) is None or draft.user != interaction.user.id:
            await say(interaction, self.room.words("discord.form.gone"))
        elif (page := turned_to(value)) is not None:
            with translated():
                await interaction.response.edit_message(view=self._list(token, asked, page))
        else:
            await self._show(interaction, token, replace(draft, values={**draft.values, asked.name: value}))

    async def submitted(self, interaction: discord.Interaction, known: Known) -> None:
        """A step that was filled in. What is wrong with the whole is said to the person alone, and can be corrected."""
        filled = forms.values(cast("dict[str, Any]", interaction.data or {}))
        place = await admitted(self.room, interaction, typed=forms.typed(None, filled))
        if place is None:
            return
        self.room.posting.interactions.keep(interaction)
        try:
            draft = self._drafts.get(known.token) or await in_time(interaction, self._again(interaction, known))
        except Exception:  # whatever it is, the person gets back what they filled in
            log.exception("a form was not stored")
            await self._give_back(interaction, "discord.form.not_stored_lost", None, filled)
            return
        if draft is None or draft.user != interaction.user.id:
            key = "discord.form.changed" if known.button else "discord.form.restarted"
            await self._give_back(interaction, key, None, filled)
            return
        draft = replace(draft, values={**draft.values, **filled}, step=known.step + 1)
        self._drafts[known.token] = draft
        if draft.step < len(forms.steps(draft.form)):
            text = self.room.words("discord.form.kept", number=draft.step, total=len(forms.steps(draft.form)))
            await self._go_on(interaction, known.token, draft, text, "discord.form.continue")
        else:
            await self._finish(interaction, place, known.token, draft)

    async def form_behind(self, button: Button) -> Form | None:
        """The form of a card's button as the card stands now."""
        house = self.room.house
        if not button.is_digest:
            return await house.form_of(button.card_id, button.action)
        found = resolved(button, await house.face_of(button.card_id))
        return found.form if found else None

    async def _show(self, interaction: discord.Interaction, token: str, draft: Draft) -> None:
        self._drafts[token] = draft
        asked = draft.unpicked
        if asked is not None:
            text = self.room.words("discord.form.pick", label=escaped(asked.label))
            await say(interaction, text, view=self._list(token, asked, 0))
            return
        step = min(draft.step, len(forms.steps(draft.form)) - 1)
        known = Known(token=token, step=step, digest=forms.digest_of(draft.form), button=draft.button)
        try:
            shown = forms.modal(draft.form, step, draft.values, known.id, self.room.words)
            with translated():
                await interaction.response.send_modal(shown)
        except ValueError as error:
            log.warning("a form cannot be shown: %s", error)
            await say(interaction, self.room.words("discord.form.too_long"))
        except ChatError as error:
            log.warning("a form could not be opened: %s", error)
            await say(interaction, self.room.words("discord.form.not_opened"))

    async def _again(self, interaction: discord.Interaction, known: Known) -> Draft | None:
        """The draft of a modal that a process opened which is gone; None: what was filled in before is gone, or the form is another."""
        button = pressed(known.button)
        form = await self.form_behind(button) if button else None
        if form is None or forms.digest_of(form) != known.digest:
            return None
        whole = len(forms.steps(form)) == 1 and not any(map(forms.too_many, form.fields))
        return Draft(form=form, user=interaction.user.id, button=known.button) if whole else None

    async def _finish(self, interaction: discord.Interaction, place: Place, token: str, draft: Draft) -> None:
        try:
            errors = await in_time(interaction, self._handed_in(interaction, place, draft))
        except Exception:  # whatever it is, the form stays open with what was filled in
            log.exception("a form was not stored")
            await self._go_on(interaction, token, replace(draft, step=0), self.room.words("discord.form.not_stored"))
            return
        if errors is None:
            await self._give_back(interaction, "discord.not_yours", draft.form, draft.values)
        elif errors:
            text = f"{self.room.words('discord.form.wrong')}\n{forms.wrong(draft.form, errors)}"
            again = replace(draft, step=forms.step_of(draft.form, list(errors)))
            await self._go_on(interaction, token, again, text)
        else:
            self._drafts.pop(token, None)
            if interaction.message is None:
                await say(interaction, self.room.words("discord.form.done"))
            else:
                await defer(interaction)

    async def _handed_in(self, interaction: discord.Interaction, place: Place, draft: Draft) -> dict[str, str] | None:
        """What is wrong with it; empty: nothing, and it is stored. None: it belongs to somebody else."""
        button, user = pressed(draft.button), interaction.user
        person = places.person_id(user.id)
        conversation = await conversation_of_form(self.room.house, button.card_id if button else None, person)
        if conversation is None or not place.shows(conversation, user.id):
            return None
        action = await self._action(button) if button else ""
        submitted = FormSubmitted(
            id=f"{places.PLATFORM}:form:{interaction.id}",
            sender=sender_to(user, conversation, place),
            form=draft.form.name,
            subject=draft.form.subject,
            values=forms.complete(draft.form, draft.values),
            at=self.clock(),
            card_id=button.card_id if button else None,
            action=action,
            link=link_of(interaction) if button else "",
        )
        if errors := await self.room.house.check(submitted):
            return dict(errors)
        async with self.room.in_order.of(conversation):
            await self.room.house.receive(submitted)
        return {}

    async def _action(self, button: Button) -> str:
        if not button.is_digest:
            return button.action
        found = resolved(button, await self.room.house.face_of(button.card_id))
        return found.action if found else ""

    async def _go_on(
        self, interaction: discord.Interaction, token: str, draft: Draft, text: str, label: str = "discord.form.correct"
    ) -> None:
        """Say something with a button that opens the form again; what was typed stands below, should we be restarted."""
        self._drafts[token] = draft
        view = discord.ui.View(timeout=None)
        view.add_item(ResumeButton(token, self.room.words(label)))
        typed = forms.typed(draft.form, draft.values)
        await say(interaction, text, view=view, typed=typed, typed_name=self.room.words("discord.form.typed_file"))

    async def _give_back(
        self, interaction: discord.Interaction, key: str, form: Form | None, values: dict[str, str]
    ) -> None:
        name = self.room.words("discord.form.typed_file")
        await say(interaction, self.room.words(key), typed=forms.typed(form, values), typed_name=name)

    def _list(self, token: str, asked: FormField, number: int) -> discord.ui.View:
        words, page = self.room.words, page_of(asked.options, number)
        label = words("discord.form.pick_page", label=asked.label, page=page.number + 1, pages=page.pages)
        select: Select = discord.ui.Select(
            custom_id=f"pick|{token}",
            placeholder=label[:150],
            options=page.options(forms.option_items(page.entries), words),
        )
        return PickList(select).alone()


def _modals(interaction: discord.Interaction) -> "Modals":
    modals: Modals = cast(Any, interaction.client).acting.modals
    return modals
