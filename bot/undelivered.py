"""What a platform refused to show -> one note to the person concerned, where they can be reached directly.

A note tells what kind of message could not be shown where, and why; never what was in it. Where the place itself is lost
(the channel is archived, say), the message follows the note, if that person may look into the place's project: whoever has
no role there learns nothing of it, wherever they wrote. Nothing is posted here: it goes through the outbox like all else.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.permissions import Action, may
from agent.reminding.putting_off import elsewhere, tried
from agent.words import harmless, knows, say
from bot.chat.messages import ChatMessage
from storage.domain import Conversation, InboxEvent, OutboxItem, OutboxKind, Outgoing
from storage.errors import NotFound
from storage.ports import Store

log = logging.getLogger(__name__)

CAUSE = "refused:"
"""What the cause of a note begins with. A note that is refused as well is in the log alone."""
REMINDER = "reminder:"
"""The same of what a reminder said (``storage.domain.reminder_event``)."""
APART = 7
"""Days in which somebody is told once at most that a reminder could not be sent."""
MOVED = "moved:"
"""The same of a message that is shown directly because its place is lost."""
STALE = "stale"
"""The code of a reminder that came too late to be worth showing: nobody misses it."""
NOT_SHOWN = "card_not_posted"
"""The code of an edit whose card was refused or lost before, which was told then."""


@dataclass(frozen=True)
class Undelivered:
    store: Store
    clock: Callable[[], datetime]

    async def tell(self, item: OutboxItem, code: str, lost: bool = False) -> None:
        """Queue a note, one a day for each conversation, reason and person, and, where the place is ``lost``, the message
        itself behind it. Repeating it queues nothing twice."""
        if item.cause.startswith((CAUSE, MOVED)) or code in (NOT_SHOWN, STALE):
            return
        conversation = await self.store.conversations.get(item.conversation_id)
        event = await self._event(item)
        person_id = event.person_id if event else None
        person_id = person_id or await self._owner(conversation)
        here = not conversation.shared and (event is None or event.conversation_id == conversation.id)
        if here and person_id is not None and item.cause.startswith(REMINDER):
            await self._remind_elsewhere(item, person_id)
            return
        if person_id is None and not here:
            log.warning("nobody can be told that message %s was refused: %s", item.id, code)
            return
        moves = lost and not here and person_id is not None and await self._may_see(conversation, person_id)
        text = say(
            "outbox.moved" if moves else "outbox.refused",
            what=_what(item),
            where=await self._where(conversation, person_id, here),
            reason=_why(code),
        )
        now = self.clock()
        note = Outgoing(
            position=0,
            kind=OutboxKind.POST,
            message=ChatMessage(text=text).to_json(),
            to=None if here or person_id == conversation.id else person_id,
        )
        cause = f"{CAUSE}{conversation.id}:{code}:{now:%Y-%m-%d}:{person_id or conversation.id}"
        await self.store.outbox.put(conversation.id, cause, [note], now)
        if moves and person_id is not None:
            await self._move(item, person_id)

    async def _remind_elsewhere(self, item: OutboxItem, person_id: str) -> None:
        """A reminder could not be sent directly. It goes to another account of the person, directly too, where there is one that
        they used; else they are told that there was something, where they talk with others. Repeating it sends nothing twice."""
        try:
            reminder = await self.store.reminders.get(item.cause.removeprefix(REMINDER))
        except NotFound:  # its person took everything back
            return
        refused = [*tried(reminder), person_id]
        account = await self._account_beside(person_id, refused)
        if account is None:
            await self._tell_among_others(item, refused)
            return
        await self.store.reminders.put(elsewhere(reminder, account, self.clock()))
        await self.store.reminders.composed(reminder.id, None)  # nobody has seen it, so nobody ignored it

    async def _account_beside(self, person_id: str, refused: Collection[str]) -> str | None:
        """The linked account that was heard from last in its direct messages, of those that have not refused."""
        heard: list[tuple[datetime, str]] = []
        for account in await self.store.links.accounts(person_id) - set(refused):
            for conversation, at in await self.store.conversations.within(account):
                if conversation.id == account and not conversation.shared and at is not None:
                    heard.append((at, account))
        return max(heard)[1] if heard else None

    async def _tell_among_others(self, item: OutboxItem, accounts: Sequence[str]) -> None:
        """Where the person talks with others, they alone are told that there was something, and nothing of what it was, nor
        of which project; at most once in seven days."""
        now = self.clock()
        first = min(await self.store.links.accounts(accounts[0]))
        causes = [f"{CAUSE}{REMINDER}{now - timedelta(days=ago):%Y-%m-%d}:{first}" for ago in range(APART)]
        if any([await self.store.outbox.by_cause(cause) for cause in causes]):
            return
        for account in accounts:
            thread = await self._thread_of(account)
            if thread is not None:
                note = ChatMessage(text=say("remind.unreachable"), only_to=account).to_json()
                posts = [Outgoing(position=0, kind=OutboxKind.POST, message=note)]
                await self.store.outbox.put(thread, causes[0], posts, now)
                return
        log.warning("nobody can be told that reminder %s was refused", item.cause)

    async def _thread_of(self, account: str) -> str | None:
        """The thread of a project of theirs that somebody was heard in last, in the workspace or on the platform of the account."""
        projects = {one.id for one in await self.store.projects.of_person(account)}
        there = await self.store.conversations.within(account.rpartition(":")[0] + ":")
        return next((one.id for one, _ in there if one.shared and one.project_id in projects), None)

    async def _move(self, item: OutboxItem, person_id: str) -> None:
        """A card is shown once, and from then on edited where it was shown."""
        cause, kind = f"{MOVED}{item.id}", OutboxKind.POST
        if item.card_id is not None:
            card = f"{MOVED}{item.card_id}"
            shown = await self.store.outbox.by_cause(card)
            cause, kind = (cause, OutboxKind.EDIT) if shown else (card, OutboxKind.POST)
        moved = Outgoing(position=0, kind=kind, message=item.message, card_id=item.card_id, to=person_id)
        await self.store.outbox.put(item.conversation_id, cause, [moved], self.clock())

    async def _may_see(self, conversation: Conversation, person_id: str) -> bool:
        """Whoever has a role in the project. Where there is none yet, nobody but its person has said anything."""
        if conversation.project_id is None:
            return True
        return may(await self.store.projects.role(conversation.project_id, person_id), Action.VIEW)

    async def _event(self, item: OutboxItem) -> InboxEvent | None:
        """The event that it answered; None for what follows a run by itself."""
        try:
            return await self.store.inbox.get(item.cause)
        except NotFound:
            return None

    async def _owner(self, conversation: Conversation) -> str | None:
        if conversation.project_id is None:
            return None
        return (await self.store.projects.get(conversation.project_id)).owner_id

    async def _where(self, conversation: Conversation, person_id: str | None, here: bool) -> str:
        """The project is named only where it is the place's own and the person may look into it."""
        if here or person_id == conversation.id:
            return say("outbox.where_here")
        if not conversation.shared:
            return say("outbox.where_direct")
        if conversation.project_id is None or person_id is None:
            return say("outbox.where_thread")
        if not await self._may_see(conversation, person_id):
            return say("outbox.where_thread")
        return say("outbox.where_project", name=harmless((await self.store.projects.get(conversation.project_id)).name))


def _what(item: OutboxItem) -> str:
    """By its kind alone. A message that cannot be read is a message."""
    kind = next((part for part in ("card", "table", "picture", "file") if item.message.get(part)), "text")
    return say(f"outbox.what_{'edit' if item.kind is OutboxKind.EDIT else kind}")


def _why(code: str) -> str:
    key = f"outbox.reason_{code}"
    return say(key) if knows(key) else say("outbox.reason", code=code[:60].replace("`", ""))
