"""A turn of a reminder that fails again and again is told as what it is, and is no visit of the person."""

from datetime import timedelta
from pathlib import Path

from agent.replies import Say
from agent.state import event_to_json, was_away
from storage.domain import Conversation, EventKind, InboxEvent
from tests.fakes.talk import START, Talk


def reminder_of(talk: Talk) -> InboxEvent:
    return InboxEvent(
        id="reminder:r",
        conversation_id=talk.conversation,
        person_id=talk.person,
        kind=EventKind.REMINDER,
        payload={"reminder_id": "r"},
        received_at=START + timedelta(days=3),
    )


async def test_the_person_is_told_that_a_reminder_failed(tmp_path: Path) -> None:
    talk = Talk(home=tmp_path)
    event = reminder_of(talk)
    await talk.store.inbox.put(event, Conversation(id=talk.conversation, platform="console", address={}), None)
    [told] = await talk.interviewer.give_up(event, RuntimeError())
    assert isinstance(told, Say)
    assert told.text.startswith("You were to be reminded")
    assert event.id in told.text


def test_a_reminder_is_no_return_of_the_person(tmp_path: Path) -> None:
    talk = Talk(home=tmp_path)
    event = event_to_json(reminder_of(talk))
    before = {**event, "received_at": START.isoformat()}
    assert not was_away(before, event)
    assert was_away(before, {**event, "kind": "message"})
