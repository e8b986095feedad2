"""A conversation that is reminded: what is due is put in, and answered as the bot would."""

from dataclasses import replace
from datetime import timedelta

from agent.reminding.plan import reminder_id
from storage.domain import Habits, Reminder, ReminderKind, ReminderState
from tests.fakes.talk import LEASE, Talk


async def wants(talk: Talk, **habits: object) -> None:
    """The person wants suggestions, on the clocks of Berlin."""
    known = replace(Habits(person_id=talk.person, wanted=True, zone="Europe/Berlin"), **habits)  # type: ignore[arg-type]
    await talk.store.habits.change(talk.person, lambda _: known)


async def due(
    talk: Talk,
    kind: ReminderKind = ReminderKind.SUGGESTION,
    slot: str = "",
    after: timedelta = timedelta(),
    **rest: object,
) -> Reminder:
    """A reminder that was sent into the person's conversation after some time; nothing is answered yet."""
    talk.wait(after)
    talk.count_on()
    slot = slot or f"{kind.value}:{talk.now:%Y-%m-%dT%H:%M:%S}"
    one = Reminder(
        id=reminder_id(talk.person, slot),
        person_id=talk.person,
        conversation_id=str(rest.pop("conversation_id", talk.conversation)),
        kind=kind,
        slot=slot,
        due_at=talk.now,
        stale_at=talk.now + timedelta(hours=24),
        **rest,  # type: ignore[arg-type]
    )
    await talk.store.reminders.put(one)
    claimed = await talk.store.reminders.claim("me", talk.now, LEASE)
    assert claimed is not None
    await talk.store.reminders.finish(one.id, "me", ReminderState.SENT, {}, talk.now)
    return one


async def reminded(talk: Talk, kind: ReminderKind = ReminderKind.SUGGESTION, **rest: object) -> Reminder:
    """What came of it, once its turn is over."""
    one = await due(talk, kind, **rest)  # type: ignore[arg-type]
    await talk.answer_all()
    return await talk.store.reminders.get(one.id)
