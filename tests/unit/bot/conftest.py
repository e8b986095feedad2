"""A store in memory, a conversation in it, and a clock that the test owns."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from storage.domain import Conversation, EventKind, InboxEvent, Person
from storage.memory import memory_store
from storage.ports import Store


@dataclass
class Clock:
    now: datetime = datetime(2026, 11, 21, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(clock: Clock) -> Store:
    """A store that knows the conversation ``fake:1``; its first event is answered already."""
    store = memory_store()
    await open_conversation(store, "fake:1", clock.now)
    return store


async def open_conversation(store: Store, conversation_id: str, now: datetime) -> None:
    platform = conversation_id.partition(":")[0]
    event = InboxEvent(
        id=f"{conversation_id}:hello",
        conversation_id=conversation_id,
        person_id=f"{platform}:ada",
        kind=EventKind.MESSAGE,
        payload={"text": "hello", "files": []},
        received_at=now,
    )
    conversation = Conversation(id=conversation_id, platform=platform, address={"conversation": conversation_id})
    person = Person(id=f"{platform}:ada", platform=platform, display_name="Ada", created_at=now)
    await store.inbox.put(event, conversation, person)
    claimed = await store.inbox.claim("test", now, timedelta(seconds=10))
    assert claimed is not None
    await store.inbox.finish(claimed.id, "test", now, [], [])
