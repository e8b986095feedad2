"""Whether a reminder had an effect: the person did something in its conversation, or on its buttons, within a day."""

from datetime import timedelta

from agent.context import Context
from storage.domain import EventKind, InboxEvent, ReminderKind, ReminderState

WITHIN = timedelta(days=1)
_BY_PEOPLE = (EventKind.MESSAGE, EventKind.PRESS, EventKind.FORM)


async def note_answer(context: Context, event: InboxEvent) -> None:
    """Record what a person does as their answer to what was sent to them here. The first time counts, so repeating it changes
    nothing. A digest is for everybody, and is answered by nobody."""
    if event.person_id is None or event.kind not in _BY_PEOPLE:
        return
    reminders = context.store.reminders
    sent = await reminders.sent(event.received_at - WITHIN)
    here = [
        one
        for one in sent
        if one.conversation_id == event.conversation_id
        and one.kind is not ReminderKind.DIGEST
        and one.state is ReminderState.SENT
        and one.answered_at is None
        and one.sent_at is not None
        and one.sent_at < event.received_at
    ]
    accounts = await context.store.links.accounts(event.person_id) if here else frozenset()
    for one in here:
        if one.person_id in accounts and not (await context.store.conversations.get(one.conversation_id)).shared:
            await reminders.answered(one.id, event.received_at)
