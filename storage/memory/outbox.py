"""Messages on their way out: each once, in order within a conversation. It does not know how they look."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from storage.domain import OutboxItem, OutboxKind, OutboxState, Outgoing
from storage.errors import LeaseLost, NotFound
from storage.memory.facts import Facts, Lease, Repository, direct, json_copy, need

_UNFINISHED = (OutboxState.WAITING, OutboxState.POSTING)
_ENDINGS = (OutboxState.POSTED, OutboxState.UNKNOWN, OutboxState.REFUSED)
_NEVER_SHOWN = (OutboxState.SUPERSEDED, OutboxState.REFUSED)


class MemoryOutbox(Repository):
    async def put(self, conversation_id: str, cause: str, outgoing: Sequence[Outgoing], now: datetime) -> None:
        queue(self._facts, conversation_id, cause, outgoing, now)

    async def claim(
        self, worker: str, platforms: Collection[str], now: datetime, lease: timedelta
    ) -> OutboxItem | None:
        waiting = [item for item in self._facts.outbox.values() if self._may_go(item, platforms, now)]
        item = min(waiting, key=self._had_its_turn, default=None)
        if item is not None:
            held = self._facts.outbox_leases[item.conversation_id]
            held.take(worker, item.id, now + lease)
            held.not_before = now
            if item.state is OutboxState.WAITING:
                item = replace(item, address=self._facts.conversations[item.conversation_id].address)
            self._facts.outbox[item.id] = replace(item, state=OutboxState.POSTING)
        return item

    def _may_go(self, item: OutboxItem, platforms: Collection[str], now: datetime) -> bool:
        platform = self._facts.conversations[item.conversation_id].platform
        free = self._facts.outbox_leases[item.conversation_id].free(now)
        return item.state in _UNFINISHED and platform in platforms and free

    def _had_its_turn(self, item: OutboxItem) -> tuple[float, int]:
        """When the item's conversation had its turn last; 0 where it never had."""
        before = self._facts.outbox_leases[item.conversation_id].not_before
        return before.timestamp() if before else 0.0, item.id

    async def renew(self, item_id: int, worker: str, until: datetime) -> None:
        _, lease = self._held(item_id, worker)
        lease.until = until

    async def finish(
        self,
        item_id: int,
        worker: str,
        state: OutboxState,
        receipt: Mapping[str, Any] | None = None,
        error: str | None = None,
    ) -> None:
        if state not in _ENDINGS:
            raise ValueError(f"posting does not end as {state.value!r}")
        item = self._facts.outbox.get(item_id)
        if item is not None and item.state is state and self._facts.posted_by.get(item_id) == worker:
            return
        item, lease = self._held(item_id, worker)
        self._facts.outbox[item_id] = replace(
            item, state=state, receipt=None if receipt is None else json_copy(dict(receipt)), error=error
        )
        self._facts.posted_by[item_id] = worker
        lease.give_back(lease.not_before)

    async def retry_later(self, item_id: int, worker: str, retry_at: datetime, perhaps_posted: bool = False) -> None:
        item, lease = self._held(item_id, worker)
        if not perhaps_posted:
            later = any(_supersedes(other, item) for other in self._facts.outbox.values())
            self._facts.outbox[item_id] = replace(item, state=OutboxState.SUPERSEDED if later else OutboxState.WAITING)
        lease.give_back(retry_at)

    async def receipt_of_card(self, card_id: str) -> Mapping[str, Any] | None:
        receipts = [item.receipt for item in self._of_card(card_id) if item.state is OutboxState.POSTED]
        return next((receipt for receipt in reversed(receipts) if receipt is not None), None)

    async def face_of_card(self, card_id: str) -> Mapping[str, Any] | None:
        faces = [item.message for item in self._of_card(card_id) if item.state not in _NEVER_SHOWN]
        return faces[-1] if faces else None

    async def waiting(self, conversation_id: str) -> int:
        return sum(
            item.conversation_id == conversation_id and item.state in _UNFINISHED
            for item in self._facts.outbox.values()
        )

    async def by_cause(self, cause: str) -> Sequence[OutboxItem]:
        found = [item for item in self._facts.outbox.values() if item.cause == cause]
        return sorted(found, key=lambda item: (item.position, item.id))

    async def get(self, item_id: int) -> OutboxItem:
        if item_id not in self._facts.outbox:
            raise NotFound(str(item_id))
        return self._facts.outbox[item_id]

    def _of_card(self, card_id: str) -> list[OutboxItem]:
        return [item for item in self._facts.outbox.values() if item.card_id == card_id]

    def _held(self, item_id: int, worker: str) -> tuple[OutboxItem, Lease]:
        item = self._facts.outbox.get(item_id)
        if item is None or not self._facts.outbox_leases[item.conversation_id].held(worker, item_id):
            raise LeaseLost(str(item_id))
        return item, self._facts.outbox_leases[item.conversation_id]


def _supersedes(later: OutboxItem, earlier: OutboxItem) -> bool:
    """Whether both edit the same card and ``later`` was queued after ``earlier``."""
    return (
        later.kind is OutboxKind.EDIT
        and earlier.kind is OutboxKind.EDIT
        and earlier.card_id is not None
        and later.card_id == earlier.card_id
        and later.conversation_id == earlier.conversation_id
        and later.id > earlier.id
    )


def queue(facts: Facts, conversation_id: str, cause: str, outgoing: Sequence[Outgoing], now: datetime) -> None:
    if all(out.to != conversation_id for out in outgoing):
        need(facts.conversations, conversation_id)
    known = {(item.conversation_id, item.cause, item.position) for item in facts.outbox.values()}
    for out in sorted(outgoing, key=lambda out: out.position):
        goes_to = conversation_id if out.to is None else direct(facts, out.to)
        if (goes_to, cause, out.position) in known:
            continue
        known.add((goes_to, cause, out.position))
        fresh = OutboxItem(
            id=next(facts.ids),
            conversation_id=goes_to,
            cause=cause,
            position=out.position,
            kind=out.kind,
            message=json_copy(dict(out.message)),
            card_id=out.card_id,
            state=OutboxState.WAITING,
        )
        for item in list(facts.outbox.values()):
            if item.state is OutboxState.WAITING and _supersedes(fresh, item):
                facts.outbox[item.id] = replace(item, state=OutboxState.SUPERSEDED)
        facts.outbox[fresh.id] = fresh
        facts.queued_at[fresh.id] = now
