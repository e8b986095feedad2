"""What platforms may hand in and ask: ``bot.chat.port.House``, over storage, the inbox and the interviewer.

It writes nothing but what ``receive`` stores, and decides nothing about a conversation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from agent.access import projects_open_to
from agent.permissions import Action
from agent.replies import AnyReply, Say
from agent.replies import Form as AgentForm
from agent.reports.forms import ask_form
from agent.reports.home import ASK, HOME
from agent.words import say
from bot import render
from bot.chat.events import ChatEvent, FormSubmitted, Sender
from bot.chat.messages import CardFace, ChatMessage, Form, Option
from bot.chat.port import Known, Placement, Receiver
from bot.outbox import item_of
from bot.places import Places, known_of
from bot.receiver import meet
from storage.domain import Project
from storage.errors import NotFound
from storage.ports import Store

MOST_OPTIONS = 25


class Interview(Protocol):
    """What is asked of ``agent.interviewer.Interviewer``. It only reads."""

    async def form(self, name: str, person_id: str, subject: Mapping[str, str]) -> AgentForm | Say:
        """A form that no card has, or why there is none for this person."""

    async def check(
        self, name: str, person_id: str, subject: Mapping[str, str], values: Mapping[str, str]
    ) -> Mapping[str, str]:
        """What is wrong with what was filled in, a sentence by field; empty: nothing."""

    async def home(self, person_id: str) -> Sequence[AnyReply]:
        """The person's own overview."""


@dataclass(frozen=True)
class OpenHouse:
    """Implements ``bot.chat.port.House``."""

    store: Store
    inbox: Receiver
    interview: Interview

    async def receive(self, event: ChatEvent) -> bool:
        return await self.inbox.receive(event)

    async def meet(self, sender: Sender) -> None:
        await meet(self.store, sender)

    async def knows(self, conversation_id: str) -> bool:
        try:
            await self.store.conversations.get(conversation_id)
        except NotFound:
            return False
        return True

    async def known(self, prefix: str) -> Sequence[Known]:
        names = {project.id: project.name for project in await self.store.projects.all()}
        found = await self.store.conversations.within(prefix)
        return [known_of(one, names.get(one.project_id or ""), heard) for one, heard in found]

    async def conversation_of(self, card_id: str) -> str | None:
        try:
            return (await self.store.cards.get(card_id)).conversation_id
        except NotFound:
            return None

    async def face_of(self, card_id: str) -> CardFace | None:
        face = await self.store.outbox.face_of_card(card_id)
        return ChatMessage.from_json(face).card if face else None

    async def form_of(self, card_id: str, action: str) -> Form | None:
        card = await self.face_of(card_id)
        if card is None:
            return await self._form_at_home(card_id, action)
        return next((button.form for button in card.buttons if button.action == action), None)

    async def _form_at_home(self, card_id: str, action: str) -> Form | None:
        """The form behind a button of a person's overview, whose cards are drawn afresh each time and queued nowhere."""
        kind, _, model_id = action.partition(":")
        if not card_id.startswith(HOME) or kind != ASK:
            return None
        found = [model for model in await self.store.models.all() if model.id == model_id]
        names = [say("ask.version", name=model.name, version=model.version) for model in found]
        return next((render.form(ask_form(model_id, name)) for name in names), None)

    async def form(self, name: str, person_id: str, subject: Mapping[str, str]) -> Form | ChatMessage:
        found = await self.interview.form(name, person_id, subject)
        return render.render(found) if isinstance(found, Say) else render.form(found)

    async def check(self, submitted: FormSubmitted) -> Mapping[str, str]:
        return await self.interview.check(
            submitted.form, submitted.sender.person_id, submitted.subject, submitted.values
        )

    async def choices(self, kind: str, person_id: str, prefix: str) -> Sequence[Option]:
        found: list[Option] = []
        for project in await projects_open_to(self.store, person_id, Action.VIEW):
            if len(found) < MOST_OPTIONS:
                found += [option for option in await self._options(kind, project) if _fits(option, prefix)]
        return found[:MOST_OPTIONS]

    async def _options(self, kind: str, project: Project) -> list[Option]:
        """Of one project, the latest first."""
        match kind:
            case "project":
                return [Option(value=project.id, label=say("option.project", name=project.name, slug=project.slug))]
            case "model":
                models = reversed(await self.store.models.of_project(project.id))
                label = "option.model"
                return [
                    Option(value=f"{one.name}-v{one.version}", label=say(label, name=project.name, version=one.version))
                    for one in models
                ]
            case "run":
                runs = reversed(await self.store.runs.of_project(project.id))
                return [
                    Option(value=one.id, label=say("option.run", number=one.number, name=project.name)) for one in runs
                ]
            case _:
                return []

    async def place(self, text: str, person_id: str, channel: str, project: str = "") -> Placement:
        return await Places(self.store).place(text, person_id, channel, project)

    async def queued(self, marker: str) -> ChatMessage | None:
        item_id = item_of(marker)
        try:
            item = await self.store.outbox.get(item_id) if item_id is not None else None
        except NotFound:
            return None
        if item is None:
            return None
        face = await self.store.outbox.face_of_card(item.card_id) if item.card_id else None
        return ChatMessage.from_json(face or item.message)

    async def home(self, person_id: str) -> Sequence[ChatMessage]:
        return [render.render(reply) for reply in await self.interview.home(person_id)]


def _fits(option: Option, prefix: str) -> bool:
    """Whether a word of the label, or the value, begins with what was typed."""
    typed = prefix.strip().casefold()
    label = option.label.casefold()
    return option.value.casefold().startswith(typed) or label.startswith(typed) or f" {typed}" in label
