"""What is counted over everything. It does not know what the counts mean."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime

from storage.domain import EventKind, JobState, MadeModel, OutboxState, Queue, Queues, RunState, Visitor
from storage.memory.facts import Repository


class MemoryStatistics(Repository):
    async def visitors(self, projects: Collection[str] | None = None) -> Sequence[Visitor]:
        heard: dict[str, list[datetime]] = {}
        for event in self._facts.events.values():
            about = self._facts.conversations[event.conversation_id].project_id
            counts = projects is None or about in projects
            if event.person_id is not None and event.kind is not EventKind.REMINDER and counts:
                heard.setdefault(event.person_id, []).append(event.received_at.astimezone(UTC))
        found = [
            Visitor(person_id=person, first_at=min(times), days=frozenset(at.date() for at in times))
            for person, times in heard.items()
        ]
        return sorted(found, key=lambda one: (one.first_at, one.person_id))

    async def made(self, projects: Collection[str] | None = None) -> Sequence[MadeModel]:
        found = []
        for model in self._facts.models.values():
            run = self._facts.runs.get(model.run_id)
            if run and run.state is RunState.SAVED and (projects is None or model.project_id in projects):
                made = MadeModel(
                    model_id=model.id, project_id=model.project_id, person_id=run.started_by, at=model.created_at
                )
                found.append(made)
        return sorted(found, key=lambda one: (one.at, one.model_id))

    async def queues(self) -> Queues:
        facts = self._facts
        events = [event.received_at for event in facts.events.values() if event.id not in facts.finished]
        unposted = (OutboxState.WAITING, OutboxState.POSTING)
        posts = [facts.queued_at[item.id] for item in facts.outbox.values() if item.state in unposted]
        jobs = [job.created_at for job in facts.jobs.values() if job.state is JobState.QUEUED]
        return Queues(
            inbox=_queue(events),
            outbox=_queue(posts),
            jobs=_queue(jobs),
            job_states=Counter(job.state for job in facts.jobs.values()),
        )


def _queue(since: Iterable[datetime]) -> Queue:
    times = list(since)
    return Queue(waiting=len(times), oldest=min(times, default=None))
