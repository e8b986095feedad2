"""What people do to what is shown to them: presses, picks, forms, the shortcut -> the house.

What changes something is stored before it is acknowledged; opening a form changes nothing, and happens beside.
"""

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.chat.acting import Presses, conversation_of_form
from bot.chat.events import FormSubmitted, Sender
from bot.chat.messages import Form
from bot.platforms.slack import interactions
from bot.platforms.slack.forms import Opened, about, opened, values, with_errors
from bot.platforms.slack.inbound import PLATFORM, Payload, Person, Us, address_of
from bot.platforms.slack.interactions import Pick, Press, Proposal
from bot.platforms.slack.manifest import EXAMPLE_SHORTCUT
from bot.platforms.slack.reading import people_in
from bot.platforms.slack.room import Ack, Room

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Acting:
    room: Room
    clock: Callable[[], datetime] = interactions.now
    _presses: Presses = field(default_factory=Presses, init=False)

    async def act(self, body: Payload, us: Us, ack: Ack) -> None:
        """A button, or the picker of projects. Raises what the house raises: then it was not stored."""
        found = interactions.interaction(body, us, self.clock())
        if found is None:
            await ack()
            self._unknown_button(body, us)
        elif found.person.foreign:
            await ack()
            self._tell(found.person, found.response_url, "slack.foreign")
        elif isinstance(found, Press) and found.button.opens:
            await ack()
            self.room.background.start(self._open(found), "opening a form")
        else:
            await self._store(found, ack)

    async def submit(self, body: Payload, us: Us, ack: Ack) -> None:
        """A form that was filled in: what is wrong is said beside its fields, in the acknowledgement. Raises as ``act``."""
        what = about(body["view"])
        who = interactions.person(body, us)
        if what is None or who.foreign:
            await ack()
            return
        conversation = await conversation_of_form(self.room.house, what.card_id, who.id)
        if conversation is None:
            await ack()
            self._tell(who, "", "slack.card_gone")
            return
        submitted = await self._submitted(body["view"], what, who, conversation)
        if errors := await self.room.house.check(submitted):
            await ack(with_errors(body["view"], errors))
            return
        await self.room.house.receive(submitted)
        await ack()

    async def propose(self, body: Payload, us: Us, ack: Ack) -> None:
        """The message shortcut."""
        await ack()
        if body.get("callback_id") == EXAMPLE_SHORTCUT:
            self.room.background.start(self._propose(body, us), "opening the form of the shortcut")

    async def _store(self, found: Press | Pick, ack: Ack) -> None:
        try:
            await (self._pick(found, ack) if isinstance(found, Pick) else self._press(found, ack))
        except Exception:  # whatever it was: the person is told, and it is raised again
            self._tell(found.person, found.response_url, "slack.press_not_stored")
            raise

    async def _press(self, press: Press, ack: Ack) -> None:
        conversation = await self.room.house.conversation_of(press.button.card_id)
        if conversation is None and press.surface.kind != "view":
            await ack()
            self._tell(press.person, press.response_url, "slack.card_gone")
            return
        if press.surface.kind == "ephemeral":
            self.room.posting.urls.keep(press.button.card_id, press.person.id, press.response_url)
        name = await self.room.name_of(press.person)
        async with self.room.in_order.of(conversation or press.person.id):
            new = await self.room.house.receive(interactions.press_received(press, conversation, name))
        await ack()
        if self._presses.wants_a_word(press.id, new, self.clock()):
            self._tell(press.person, press.response_url, "slack.pressed_before")

    async def _pick(self, pick: Pick, ack: Ack) -> None:
        if not pick.channel or not pick.conversation.startswith(f"{PLATFORM}:{pick.person.team}:{pick.channel}:"):
            await ack()
            self._tell(pick.person, pick.response_url, "slack.card_gone")
            return
        await self.room.house.receive(interactions.pick_received(pick, await self.room.name_of(pick.person)))
        await ack()
        text = self.room.words("slack.picked", command=f"tune {pick.command}")
        self.room.background.start(self.room.notices.reply(pick.response_url, text, replace=True), "closing the picker")

    async def _open(self, press: Press) -> None:
        """The form behind a button, in a modal."""
        house, button = self.room.house, press.button
        if press.surface.kind == "ephemeral":
            self.room.posting.urls.keep(button.card_id, press.person.id, press.response_url)

        async def what(form: Form) -> Opened:
            conversation = await house.conversation_of(button.card_id)
            sender = interactions.presser(press, conversation, press.person.name)
            card = button.card_id if conversation else None
            action = button.action if card else ""
            return opened(form, sender.conversation_id, card, action, sender.address, press.link)

        await self.room.modals.open(
            press.person.team,
            press.trigger,
            house.form_of(button.card_id, button.action),
            what,
            self._teller(press.person, press.response_url),
        )

    async def _propose(self, body: Payload, us: Us) -> None:
        message: Payload = body.get("message") or {}
        people = [*people_in(str(message.get("text") or "")), *([message["user"]] if message.get("user") else [])]
        proposal = interactions.proposal(body, us, {})
        tell = self._teller(proposal.person, proposal.response_url)
        if unfit := "by_stranger" if proposal.person.foreign else proposal.unfit:
            await tell(self.room.words(f"slack.example.{unfit}"))
            return
        person = proposal.person.id

        async def what(form: Form) -> Opened:
            return opened(form, person, address=address_of(person))

        await self.room.modals.open(proposal.person.team, proposal.trigger, self._example(body, us, people), what, tell)

    async def _example(self, body: Payload, us: Us, people: list[str]) -> Any:
        """The form of the shortcut; the names in it are asked for while the modal opens."""
        names = await self.room.names.all(us.team, people)
        proposal: Proposal = interactions.proposal(body, us, names)
        subject = {
            "text": proposal.text,
            "author": proposal.author,
            "author_name": proposal.author_name or self.room.words("slack.somebody"),
            "link": proposal.link,
        }
        return await self.room.house.form("example", proposal.person.id, subject)

    async def _submitted(self, view: Payload, what: Opened, who: Person, conversation: str) -> FormSubmitted:
        return FormSubmitted(
            id=f"{PLATFORM}:form:{view.get('root_view_id') or view['id']}",
            sender=Sender(
                person_id=who.id,
                display_name=await self.room.name_of(who),
                conversation_id=conversation,
                address=_address(what, who, conversation),
                shared=conversation != who.id,
            ),
            form=what.form,
            subject=what.subject,
            values=values(view),
            at=self.clock(),
            card_id=what.card_id,
            action=what.action,
            link=what.link,
        )

    def _unknown_button(self, body: Payload, us: Us) -> None:
        """A link was followed, or a button pressed that an older version made."""
        action: Payload = next(iter(body.get("actions") or ()), {})
        if not action.get("url"):
            who = interactions.person(body, us)
            self._tell(who, str(body.get("response_url") or ""), "slack.card_gone")

    def _tell(self, person: Person, response_url: str, key: str) -> None:
        self.room.background.start(self._teller(person, response_url)(self.room.words(key)), f"saying {key}")

    def _teller(self, person: Person, response_url: str) -> Callable[[str], Coroutine[Any, Any, None]]:
        """Says a sentence to whoever did something: by its address, or, where it has none (the home tab), directly."""

        async def tell(text: str) -> None:
            notices = self.room.notices
            if response_url:
                await notices.somehow(response_url, text, person.team, person.user)
            elif not person.foreign:
                await notices.directly(person.team, person.user, text)

        return tell


def _address(what: Opened, who: Person, conversation: str) -> dict[str, str]:
    """Where the answer to a form goes: in the person's own messages to the thread in which they opened it."""
    mine = (what.address.get("team"), what.address.get("user")) == (who.team, who.user)
    return dict(what.address) if conversation == who.id and mine else address_of(conversation, who.user)
