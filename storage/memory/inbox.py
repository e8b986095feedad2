"""Events in order within a conversation. It does not know what an event is about."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from storage.domain import Card, Conversation, InboxEvent, Outgoing, Person
from storage.errors import LeaseLost
from storage.memory.facts import Facts, Lease, Repository, json_copy, need
from storage.memory.outbox import queue


class MemoryInbox(Repository):
    async def put(self, event: InboxEvent, conversation: Conversation, person: Person | None) -> bool:
        came_in = replace(conversation, address=json_copy(dict(conversation.address)))
        known = self._facts.conversations.setdefault(conversation.id, came_in)
        if person is not None:
            self._facts.people.setdefault(person.id, person)
        fresh = put_event(self._facts, event)
        if fresh:
            moved = replace(known, address=came_in.address, shared=came_in.shared)
            self._facts.conversations[conversation.id] = moved
        return fresh

    async def claim(self, worker: str, now: datetime, lease: timedelta) -> InboxEvent | None:
        for event in self._unfinished():
            held = self._facts.inbox_leases[event.conversation_id]
            if not event.express and held.free(now):
                return self._take(event, held, worker, now + lease)
        return None

    async def claim_express(self, worker: str, now: datetime, lease: timedelta) -> InboxEvent | None:
        for event in self._unfinished():
            held = self._lease_of(event)
            if event.express and held.free(now):
                return self._take(event, held, worker, now + lease)
        return None

    async def renew(self, event_id: str, worker: str, until: datetime) -> None:
        self._held(event_id, worker).until = until

    async def finish(
        self, event_id: str, worker: str, now: datetime, outgoing: Sequence[Outgoing], cards: Sequence[Card]
    ) -> None:
        if self._facts.finished.get(event_id) == worker:
            return
        lease = self._held(event_id, worker)
        begun = {out.to for out in outgoing}
        for card in cards:
            if card.conversation_id not in begun:
                need(self._facts.conversations, card.conversation_id)
        queue(self._facts, self._facts.events[event_id].conversation_id, event_id, outgoing, now)
        for card in cards:
            self._facts.cards.setdefault(card.id, card)
        self._facts.finished[event_id] = worker
        lease.give_back()

    async def release(self, event_id: str, worker: str, retry_at: datetime) -> None:
        event = self._facts.events.get(event_id)
        if event is not None and self._lease_of(event).held(worker, event_id):
            self._lease_of(event).give_back(retry_at)

    async def pending(self, conversation_id: str) -> int:
        return sum(event.conversation_id == conversation_id for event in self._unfinished())

    async def get(self, event_id: str) -> InboxEvent:
        return need(self._facts.events, event_id)

    async def is_finished(self, event_id: str) -> bool:
        return event_id in self._facts.finished

    def _unfinished(self) -> list[InboxEvent]:
        return [event for event in self._facts.events.values() if event.id not in self._facts.finished]

    def _lease_of(self, event: InboxEvent) -> Lease:
        return self._facts.inbox_leases[f"express:{event.id}" if event.express else event.conversation_id]

    def _take(self, event: InboxEvent, lease: Lease, worker: str, until: datetime) -> InboxEvent:
        lease.take(worker, event.id, until)
        self._facts.events[event.id] = replace(event, attempts=event.attempts + 1)
        return event

    def _held(self, event_id: str, worker: str) -> Lease:
        event = self._facts.events.get(event_id)
        if event is None or event_id in self._facts.finished or not self._lease_of(event).held(worker, event_id):
            raise LeaseLost(event_id)
        return self._lease_of(event)


def put_event(facts: Facts, event: InboxEvent) -> bool:
    if event.id in facts.events:
        return False
    facts.events[event.id] = replace(event, payload=json_copy(dict(event.payload)), attempts=0)
    return True
