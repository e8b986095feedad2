"""The ports of storage in memory: a store that a test or an example can have at once, and that forgets at the end.

It knows nothing of databases, files or other processes. No method waits in its middle, so each is one transaction.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from storage.domain import (
    Card,
    CardAnswer,
    Consent,
    Conversation,
    EventKind,
    InboxEvent,
    Job,
    JobFailure,
    JobKind,
    JobState,
    Machine,
    Membership,
    ModelVersion,
    OutboxItem,
    OutboxKind,
    OutboxState,
    Outgoing,
    Part,
    Person,
    Project,
    Role,
    Row,
    RowStatus,
    Run,
    RunState,
    TranscriptLine,
)
from storage.errors import Conflict, LeaseLost, NotFound
from storage.forgotten import is_said_again, line_without, message_without, payload_without
from storage.ports import Store

T = TypeVar("T")
_ALIVE_FOR = timedelta(seconds=30)
_UNFINISHED = (OutboxState.WAITING, OutboxState.POSTING)
_ENDINGS = (OutboxState.POSTED, OutboxState.UNKNOWN, OutboxState.REFUSED)
_KEPT = (RowStatus.PENDING, RowStatus.APPROVED)


@dataclass(kw_only=True)
class _Lease:
    """Who holds a thing (an event or a message, by ``of``), until when, and when it may be held again."""

    owner: str | None = None
    of: str | int | None = None
    until: datetime | None = None
    not_before: datetime | None = None

    def free(self, now: datetime) -> bool:
        return (self.until is None or self.until <= now) and (self.not_before is None or self.not_before <= now)

    def take(self, owner: str, of: str | int, until: datetime) -> None:
        self.owner, self.of, self.until, self.not_before = owner, of, until, None

    def give_back(self, not_before: datetime | None = None) -> None:
        self.owner, self.of, self.until, self.not_before = None, None, None, not_before

    def held(self, owner: str, of: str | int) -> bool:
        return (self.owner, self.of) == (owner, of)


def _leases() -> "defaultdict[str, _Lease]":
    return defaultdict(_Lease)


@dataclass(kw_only=True)
class _Facts:
    """Everything the store holds. Dictionaries keep the order of insertion."""

    conversations: dict[str, Conversation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    events: dict[str, InboxEvent] = field(default_factory=dict)
    finished: dict[str, str] = field(default_factory=dict)
    """The worker that ended an event, by the event."""
    inbox_leases: defaultdict[str, _Lease] = field(default_factory=_leases)
    """By conversation; an express event's by ``express:<event>``."""
    outbox: dict[int, OutboxItem] = field(default_factory=dict)
    posted_by: dict[int, str] = field(default_factory=dict)
    outbox_leases: defaultdict[str, _Lease] = field(default_factory=_leases)
    cards: dict[str, Card] = field(default_factory=dict)
    transcript: dict[int, TranscriptLine] = field(default_factory=dict)
    consents: dict[str, Consent] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    members: dict[tuple[str, str], Membership] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    models: dict[str, ModelVersion] = field(default_factory=dict)
    machines: dict[str, Machine] = field(default_factory=dict)
    ids: "count[int]" = field(default_factory=lambda: count(1))


def memory_store() -> Store:
    """Return an empty store that lives as long as the object."""
    facts = _Facts()
    return Store(
        inbox=MemoryInbox(facts),
        outbox=MemoryOutbox(facts),
        cards=MemoryCards(facts),
        transcript=MemoryTranscript(facts),
        people=MemoryPeople(facts),
        conversations=MemoryConversations(facts),
        projects=MemoryProjects(facts),
        rows=MemoryRows(facts),
        jobs=MemoryJobs(facts),
        runs=MemoryRuns(facts),
        models=MemoryModels(facts),
        machines=MemoryMachines(facts),
    )


def _json(value: T) -> T:
    """A copy as a database would give it back; what is not JSON fails here as it would there."""
    copy: T = json.loads(json.dumps(value))
    return copy


def _need(things: Mapping[str, T], key: str) -> T:
    if key not in things:
        raise NotFound(key)
    return things[key]


class _Repository:
    def __init__(self, facts: _Facts) -> None:
        self._facts = facts


class MemoryInbox(_Repository):
    async def put(self, event: InboxEvent, conversation: Conversation, person: Person | None) -> bool:
        self._facts.conversations.setdefault(
            conversation.id, replace(conversation, address=_json(dict(conversation.address)))
        )
        if person is not None:
            self._facts.people.setdefault(person.id, person)
        return _put_event(self._facts, event)

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
        for card in cards:
            _need(self._facts.conversations, card.conversation_id)
        _queue(self._facts, self._facts.events[event_id].conversation_id, event_id, outgoing)
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

    async def is_finished(self, event_id: str) -> bool:
        return event_id in self._facts.finished

    def _unfinished(self) -> list[InboxEvent]:
        return [event for event in self._facts.events.values() if event.id not in self._facts.finished]

    def _lease_of(self, event: InboxEvent) -> _Lease:
        return self._facts.inbox_leases[f"express:{event.id}" if event.express else event.conversation_id]

    def _take(self, event: InboxEvent, lease: _Lease, worker: str, until: datetime) -> InboxEvent:
        lease.take(worker, event.id, until)
        self._facts.events[event.id] = replace(event, attempts=event.attempts + 1)
        return event

    def _held(self, event_id: str, worker: str) -> _Lease:
        event = self._facts.events.get(event_id)
        if event is None or event_id in self._facts.finished or not self._lease_of(event).held(worker, event_id):
            raise LeaseLost(event_id)
        return self._lease_of(event)


def _put_event(facts: _Facts, event: InboxEvent) -> bool:
    if event.id in facts.events:
        return False
    facts.events[event.id] = replace(event, payload=_json(dict(event.payload)), attempts=0)
    return True


class MemoryOutbox(_Repository):
    async def put(self, conversation_id: str, cause: str, outgoing: Sequence[Outgoing], now: datetime) -> None:
        _queue(self._facts, conversation_id, cause, outgoing)

    async def claim(
        self, worker: str, platforms: Collection[str], now: datetime, lease: timedelta
    ) -> OutboxItem | None:
        for item in self._facts.outbox.values():
            held = self._facts.outbox_leases[item.conversation_id]
            platform = self._facts.conversations[item.conversation_id].platform
            if item.state in _UNFINISHED and platform in platforms and held.free(now):
                held.take(worker, item.id, now + lease)
                self._facts.outbox[item.id] = replace(item, state=OutboxState.POSTING)
                return item
        return None

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
            item, state=state, receipt=None if receipt is None else _json(dict(receipt)), error=error
        )
        self._facts.posted_by[item_id] = worker
        lease.give_back()

    async def retry_later(self, item_id: int, worker: str, retry_at: datetime) -> None:
        item, lease = self._held(item_id, worker)
        later = any(_supersedes(other, item) for other in self._facts.outbox.values())
        self._facts.outbox[item_id] = replace(item, state=OutboxState.SUPERSEDED if later else OutboxState.WAITING)
        lease.give_back(retry_at)

    async def receipt_of_card(self, card_id: str) -> Mapping[str, Any] | None:
        receipts = [
            item.receipt
            for item in self._facts.outbox.values()
            if item.card_id == card_id and item.kind is OutboxKind.POST and item.state is OutboxState.POSTED
        ]
        return receipts[-1] if receipts else None

    async def waiting(self, conversation_id: str) -> int:
        return sum(
            item.conversation_id == conversation_id and item.state in _UNFINISHED
            for item in self._facts.outbox.values()
        )

    async def by_cause(self, cause: str) -> Sequence[OutboxItem]:
        found = [item for item in self._facts.outbox.values() if item.cause == cause]
        return sorted(found, key=lambda item: (item.position, item.id))

    def _held(self, item_id: int, worker: str) -> tuple[OutboxItem, _Lease]:
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


def _queue(facts: _Facts, conversation_id: str, cause: str, outgoing: Sequence[Outgoing]) -> None:
    _need(facts.conversations, conversation_id)
    known = {(item.conversation_id, item.cause, item.position) for item in facts.outbox.values()}
    for out in sorted(outgoing, key=lambda out: out.position):
        if (conversation_id, cause, out.position) in known:
            continue
        known.add((conversation_id, cause, out.position))
        fresh = OutboxItem(
            id=next(facts.ids),
            conversation_id=conversation_id,
            cause=cause,
            position=out.position,
            kind=out.kind,
            message=_json(dict(out.message)),
            card_id=out.card_id,
            state=OutboxState.WAITING,
        )
        for item in list(facts.outbox.values()):
            if item.state is OutboxState.WAITING and _supersedes(fresh, item):
                facts.outbox[item.id] = replace(item, state=OutboxState.SUPERSEDED)
        facts.outbox[fresh.id] = fresh


class MemoryCards(_Repository):
    async def get(self, card_id: str) -> Card:
        return _need(self._facts.cards, card_id)

    async def latest(self, conversation_id: str) -> Card | None:
        shown = [card for card in self._facts.cards.values() if card.conversation_id == conversation_id]
        return shown[-1] if shown else None

    async def answer(self, card_id: str, action: str, event_id: str) -> CardAnswer:
        card = _need(self._facts.cards, card_id)
        if card.answered_with is None:
            card = self._facts.cards[card_id] = replace(card, answered_with=action, answered_by_event=event_id)
        return CardAnswer(card=card, accepted=card.answered_by_event == event_id)


class MemoryTranscript(_Repository):
    async def add(
        self,
        conversation_id: str,
        speaker: str,
        message: Mapping[str, Any],
        at: datetime,
        outbox_id: int | None = None,
        card_id: str | None = None,
    ) -> TranscriptLine:
        if outbox_id is not None and (first := await self.find(outbox_id)) is not None:
            return first
        line = TranscriptLine(
            id=next(self._facts.ids),
            conversation_id=conversation_id,
            speaker=speaker,
            message=_json(dict(message)),
            at=at,
            outbox_id=outbox_id,
            card_id=card_id,
        )
        self._facts.transcript[line.id] = line
        return line

    async def edit(self, card_id: str, message: Mapping[str, Any]) -> None:
        lines = [line for line in self._facts.transcript.values() if line.card_id == card_id]
        if not lines:
            raise NotFound(card_id)
        line = lines[-1]
        self._facts.transcript[line.id] = replace(line, message=_json(dict(message)), revision=line.revision + 1)

    async def since(self, conversation_id: str, after_id: int) -> Sequence[TranscriptLine]:
        lines = self._facts.transcript.values()
        return [line for line in lines if line.conversation_id == conversation_id and line.id > after_id]

    async def find(self, outbox_id: int) -> TranscriptLine | None:
        return next((line for line in self._facts.transcript.values() if line.outbox_id == outbox_id), None)


class MemoryPeople(_Repository):
    async def get(self, person_id: str) -> Person | None:
        return self._facts.people.get(person_id)

    async def put_consent(self, consent: Consent) -> None:
        self._facts.consents.setdefault(consent.id, consent)

    async def consent(self, person_id: str, project_id: str) -> Consent | None:
        return max(self._in_force(person_id, project_id), key=lambda found: (found.given_at, found.id), default=None)

    async def withdraw_consent(self, person_id: str, project_id: str, at: datetime) -> None:
        for consent in self._in_force(person_id, project_id):
            self._facts.consents[consent.id] = replace(consent, withdrawn_at=at)

    def _in_force(self, person_id: str, project_id: str) -> list[Consent]:
        return [
            consent
            for consent in self._facts.consents.values()
            if (consent.person_id, consent.project_id, consent.withdrawn_at) == (person_id, project_id, None)
        ]


class MemoryConversations(_Repository):
    async def get(self, conversation_id: str) -> Conversation:
        return _need(self._facts.conversations, conversation_id)

    async def set_project(self, conversation_id: str, project_id: str | None) -> None:
        conversation = _need(self._facts.conversations, conversation_id)
        self._facts.conversations[conversation_id] = replace(conversation, project_id=project_id)

    async def forget(
        self, project_id: str, person_id: str, event_ids: Collection[str], texts: Collection[str], instead: str
    ) -> Sequence[str]:
        facts, gone = self._facts, set(texts) - {""}
        there = {one.id for one in facts.conversations.values() if one.project_id == project_id}
        there |= {run.conversation_id for run in facts.runs.values() if run.project_id == project_id}
        there |= {facts.events[event_id].conversation_id for event_id in event_ids if event_id in facts.events}
        theirs = [
            event
            for event in facts.events.values()
            if (event.person_id, event.kind) == (person_id, EventKind.MESSAGE)
            and event.conversation_id in there
            and event.id in facts.finished
        ]
        said = {event.id for event in theirs if event.id in event_ids or is_said_again(event.payload, gone)}
        for event_id in said:
            event = facts.events[event_id]
            facts.events[event_id] = replace(event, payload=payload_without(event.payload, instead))
        for item in facts.outbox.values():
            if item.conversation_id in there:
                facts.outbox[item.id] = replace(item, message=message_without(item.message, gone, instead))
        for line in facts.transcript.values():
            blank = line_without(line.message, said, gone, instead)
            if line.conversation_id in there and blank != line.message:
                facts.transcript[line.id] = replace(line, message=blank, revision=line.revision + 1)
        elsewhere = {
            row.event_id for row in facts.rows.values() if row.project_id != project_id and row.author_id == person_id
        }
        return [event.id for event in theirs if event.payload.get("files") and event.id not in elsewhere]


class MemoryProjects(_Repository):
    async def add(self, project: Project) -> Project:
        if project.id in self._facts.projects:
            return self._facts.projects[project.id]
        taken = {other.slug for other in self._facts.projects.values()}
        slugs = (project.slug if number == 1 else f"{project.slug}-{number}" for number in count(1))
        project = replace(project, slug=next(slug for slug in slugs if slug not in taken))
        self._facts.projects[project.id] = project
        await self.set_role(Membership(project_id=project.id, person_id=project.owner_id, role=Role.OWNER))
        return project

    async def get(self, project_id: str) -> Project:
        return _need(self._facts.projects, project_id)

    async def all(self) -> Sequence[Project]:
        return sorted(self._facts.projects.values(), key=lambda project: (project.created_at, project.id))

    async def of_person(self, person_id: str) -> Sequence[Project]:
        theirs = [project for project in await self.all() if (project.id, person_id) in self._facts.members]
        return theirs[::-1]

    async def role(self, project_id: str, person_id: str) -> Role | None:
        member = self._facts.members.get((project_id, person_id))
        return member.role if member else None

    async def set_role(self, membership: Membership) -> None:
        _need(self._facts.projects, membership.project_id)
        self._facts.members[membership.project_id, membership.person_id] = membership

    async def members(self, project_id: str) -> Sequence[Membership]:
        found = [member for member in self._facts.members.values() if member.project_id == project_id]
        return sorted(found, key=lambda member: member.person_id)


class MemoryRows(_Repository):
    async def add(self, rows: Sequence[Row]) -> Sequence[bool]:
        for row in rows:
            _need(self._facts.projects, row.project_id)
        return [self._add(row) for row in rows]

    def _add(self, row: Row) -> bool:
        if row.id not in self._facts.rows:
            if self._stands_elsewhere(row):
                return False
            self._facts.rows[row.id] = row
        return True

    async def get(self, row_id: str) -> Row:
        return _need(self._facts.rows, row_id)

    async def of_project(self, project_id: str, statuses: Collection[RowStatus] | None = None) -> Sequence[Row]:
        found = [
            row
            for row in self._facts.rows.values()
            if row.project_id == project_id and (statuses is None or row.status in statuses)
        ]
        return sorted(found, key=lambda row: (row.created_at, row.id))

    async def count(self, project_id: str, status: RowStatus) -> int:
        return len(await self.of_project(project_id, (status,)))

    async def approve(self, row_ids: Sequence[str], by: str, consent_id: str) -> None:
        for row in self._known(row_ids):
            if row.status is RowStatus.PENDING:
                approved = replace(row, status=RowStatus.APPROVED, approved_by=by, consent_id=consent_id)
                self._facts.rows[row.id] = approved

    async def reject(self, row_id: str) -> None:
        for row in self._known([row_id]):
            self._facts.rows[row.id] = replace(row, status=RowStatus.REJECTED)

    async def replace(self, row: Row) -> bool:
        old = _need(self._facts.rows, row.id)
        if old.status is not RowStatus.PENDING:
            if old.content_hash != row.content_hash:
                raise Conflict(f"{row.id} is {old.status.value}")
            return True
        if self._stands_elsewhere(replace(row, project_id=old.project_id)):
            return False
        kept = replace(row, project_id=old.project_id, created_at=old.created_at, part=old.part)
        self._facts.rows[row.id] = kept
        return True

    async def assign_parts(self, parts: Mapping[str, Part]) -> None:
        for row in self._known(parts):
            if row.part is None:
                self._facts.rows[row.id] = replace(row, part=parts[row.id])

    async def forget_author(self, author_id: str, project_id: str) -> int:
        gone = [row.id for row in await self.of_project(project_id) if row.author_id == author_id]
        for row_id in gone:
            del self._facts.rows[row_id]
        return len(gone)

    def _known(self, row_ids: Iterable[str]) -> list[Row]:
        return [self._facts.rows[row_id] for row_id in row_ids if row_id in self._facts.rows]

    def _stands_elsewhere(self, row: Row) -> bool:
        return any(
            other.project_id == row.project_id
            and other.content_hash == row.content_hash
            and other.id != row.id
            and other.status in _KEPT
            for other in self._facts.rows.values()
        )


class MemoryJobs(_Repository):
    async def submit(self, job: Job) -> Job:
        for other in self._facts.jobs.values():
            if other.request_id == job.request_id:
                return other
        if job.id in self._facts.jobs:
            raise Conflict(f"{job.id} answers another request")
        if job.conversation_id is not None:
            _need(self._facts.conversations, job.conversation_id)
        fresh = Job(
            id=job.id,
            request_id=job.request_id,
            kind=job.kind,
            run_id=job.run_id,
            spec=_json(dict(job.spec)),
            state=JobState.QUEUED,
            created_at=job.created_at,
            conversation_id=job.conversation_id,
        )
        self._facts.jobs[job.id] = fresh
        return fresh

    async def get(self, job_id: str) -> Job:
        return _need(self._facts.jobs, job_id)

    async def of_run(self, run_id: str) -> Sequence[Job]:
        return [job for job in self._facts.jobs.values() if job.run_id == run_id]

    async def active(self, conversation_id: str | None = None) -> Sequence[Job]:
        return [
            job
            for job in self._facts.jobs.values()
            if not job.state.ended and (conversation_id is None or job.conversation_id == conversation_id)
        ]

    async def lease(self, worker: str, kinds: Collection[JobKind], now: datetime, lease: timedelta) -> Job | None:
        for job in self._facts.jobs.values():
            lost = job.state is JobState.RUNNING and job.lease_until is not None and job.lease_until <= now
            if job.kind in kinds and (job.state is JobState.QUEUED or lost):
                leased = replace(
                    job,
                    state=JobState.RUNNING,
                    attempt=job.attempt + 1,
                    lease_owner=worker,
                    lease_until=now + lease,
                    started_at=job.started_at or now,
                )
                self._facts.jobs[job.id] = leased
                return leased
        return None

    async def renew(self, job_id: str, attempt: int, until: datetime) -> bool:
        job = self._held(job_id, attempt)
        self._facts.jobs[job_id] = replace(job, lease_until=until)
        return job.cancel_requested

    async def publish(self, job_id: str, attempt: int, progress: Mapping[str, Any]) -> None:
        job = self._held(job_id, attempt)
        self._facts.jobs[job_id] = replace(
            job, progress=_json(dict(progress)), progress_version=job.progress_version + 1
        )

    async def finish(
        self,
        job_id: str,
        attempt: int,
        state: JobState,
        now: datetime,
        result: Mapping[str, Any] | None = None,
        failure: JobFailure | None = None,
    ) -> None:
        if not state.ended:
            raise ValueError(f"a job does not end as {state.value!r}")
        job = self._held(job_id, attempt)
        result = None if result is None else _json(dict(result))
        self._end(replace(job, result=result, failure=failure), state, now)

    async def requeue(self, job_id: str, attempt: int) -> None:
        job = self._held(job_id, attempt)
        self._facts.jobs[job_id] = replace(job, state=JobState.QUEUED, lease_owner=None, lease_until=None)

    async def cancel(self, job_id: str, now: datetime) -> Job:
        job = _need(self._facts.jobs, job_id)
        if job.state is JobState.QUEUED:
            return self._end(replace(job, cancel_requested=True), JobState.CANCELLED, now)
        if job.state is JobState.RUNNING:
            job = self._facts.jobs[job_id] = replace(job, cancel_requested=True)
        return job

    def _held(self, job_id: str, attempt: int) -> Job:
        job = self._facts.jobs.get(job_id)
        if job is None or job.state is not JobState.RUNNING or job.attempt != attempt:
            raise LeaseLost(job_id)
        return job

    def _end(self, job: Job, state: JobState, now: datetime) -> Job:
        ended = replace(job, state=state, ended_at=now, lease_owner=None, lease_until=None)
        if ended.conversation_id is not None:
            _put_event(
                self._facts,
                InboxEvent(
                    id=f"run:{job.run_id}:{job.kind.value}:{job.id}:{state.value}",
                    conversation_id=ended.conversation_id,
                    person_id=None,
                    kind=EventKind.JOB,
                    payload={
                        "job_id": job.id,
                        "run_id": job.run_id,
                        "kind": job.kind.value,
                        "state": state.value,
                    },
                    received_at=now,
                ),
            )
        self._facts.jobs[job.id] = ended
        return ended


class MemoryRuns(_Repository):
    async def add(self, run: Run) -> Run:
        if run.id not in self._facts.runs:
            _need(self._facts.projects, run.project_id)
            number = len(await self.of_project(run.project_id)) + 1
            recipe, results = _json(dict(run.recipe)), _json(dict(run.results))
            self._facts.runs[run.id] = replace(run, number=number, recipe=recipe, results=results)
        return self._facts.runs[run.id]

    async def get(self, run_id: str) -> Run:
        return _need(self._facts.runs, run_id)

    async def of_project(self, project_id: str) -> Sequence[Run]:
        return [run for run in self._facts.runs.values() if run.project_id == project_id]

    async def update(self, run_id: str, state: RunState, results: Mapping[str, Any] | None = None) -> Run:
        run = _need(self._facts.runs, run_id)
        run = replace(run, state=state, results={**run.results, **_json(dict(results or {}))})
        self._facts.runs[run_id] = run
        return run


class MemoryModels(_Repository):
    async def add(self, model: ModelVersion) -> ModelVersion:
        if model.id not in self._facts.models:
            _need(self._facts.projects, model.project_id)
            version = len(await self.of_project(model.project_id)) + 1
            self._facts.models[model.id] = replace(model, version=version, metrics=_json(dict(model.metrics)))
        return self._facts.models[model.id]

    async def of_project(self, project_id: str) -> Sequence[ModelVersion]:
        return [model for model in self._facts.models.values() if model.project_id == project_id]

    async def of_run(self, run_id: str) -> ModelVersion | None:
        found = [model for model in self._facts.models.values() if model.run_id == run_id]
        return found[-1] if found else None

    async def all(self) -> Sequence[ModelVersion]:
        return sorted(self._facts.models.values(), key=lambda model: (model.created_at, model.id))


class MemoryMachines(_Repository):
    async def put(self, machine: Machine) -> None:
        self._facts.machines[machine.id] = replace(machine, facts=_json(dict(machine.facts)))

    async def alive(self, now: datetime) -> Sequence[Machine]:
        heard = [machine for machine in self._facts.machines.values() if machine.seen_at >= now - _ALIVE_FOR]
        return sorted(heard, key=lambda machine: machine.id)

    async def remove(self, machine_id: str) -> None:
        self._facts.machines.pop(machine_id, None)
