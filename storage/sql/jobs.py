"""Jobs of the trainer service: leased with a growing attempt, which fences off whoever held one before.

It does not know what a job does. How one ended is put into its conversation's inbox in the same transaction.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, and_, func, or_, select, update

from storage.domain import EventKind, InboxEvent, Job, JobFailure, JobKind, JobState
from storage.errors import Conflict, LeaseLost, NotFound
from storage.sql import conversations
from storage.sql.inbox import insert_event
from storage.sql.repository import Repository, insert_new
from storage.sql.tables import jobs, one_of

_active = one_of(jobs.c.state, JobState.QUEUED, JobState.RUNNING)


class SqlJobs(Repository):
    async def submit(self, job: Job) -> Job:
        def transaction(connection: Connection) -> Job:
            insert_new(
                connection,
                jobs,
                {
                    "id": job.id,
                    "request_id": job.request_id,
                    "kind": job.kind,
                    "run_id": job.run_id,
                    "spec": dict(job.spec),
                    "state": JobState.QUEUED,
                    "created_at": job.created_at,
                    "conversation_id": job.conversation_id,
                    "attempt": 0,
                    "cancel_requested": False,
                    "progress": {},
                    "progress_version": 0,
                },
            )
            found = connection.execute(select(jobs).where(jobs.c.request_id == job.request_id)).mappings().first()
            if found is None:
                raise Conflict(f"{job.id} answers another request")
            return _job(found)

        return await self._database.write(transaction)

    async def get(self, job_id: str) -> Job:
        return await self._database.read(lambda connection: _get(connection, job_id))

    async def of_run(self, run_id: str) -> Sequence[Job]:
        return await self._list(select(jobs).where(jobs.c.run_id == run_id).order_by(jobs.c.seq))

    async def active(self, conversation_id: str | None = None) -> Sequence[Job]:
        query = select(jobs).where(_active).order_by(jobs.c.seq)
        if conversation_id is not None:
            query = query.where(jobs.c.conversation_id == conversation_id)
        return await self._list(query)

    async def lease(self, worker: str, kinds: Collection[JobKind], now: datetime, lease: timedelta) -> Job | None:
        lost = and_(jobs.c.state == JobState.RUNNING, jobs.c.lease_until <= now)
        query = (
            select(jobs.c.id)
            .where(_active, jobs.c.kind.in_(list(kinds)), or_(jobs.c.state == JobState.QUEUED, lost))
            .order_by(jobs.c.seq)
            .limit(1)
        )
        if not await self._database.read(lambda connection: connection.execute(query).first() is not None):
            return None  # no need to ask for the right to write

        def transaction(connection: Connection) -> Job | None:
            job_id = connection.execute(query.with_for_update(skip_locked=True)).scalar()
            if job_id is None:
                return None
            taken = update(jobs).where(jobs.c.id == job_id)
            connection.execute(
                taken.values(
                    state=JobState.RUNNING,
                    attempt=jobs.c.attempt + 1,
                    lease_owner=worker,
                    lease_until=now + lease,
                    started_at=func.coalesce(jobs.c.started_at, now),
                )
            )
            return _get(connection, job_id)

        return await self._database.write(transaction)

    async def renew(self, job_id: str, attempt: int, until: datetime) -> bool:
        def transaction(connection: Connection) -> bool:
            job = _held(connection, job_id, attempt)
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(lease_until=until))
            return job.cancel_requested

        return await self._database.write(transaction)

    async def publish(self, job_id: str, attempt: int, progress: Mapping[str, Any]) -> None:
        def transaction(connection: Connection) -> None:
            _held(connection, job_id, attempt)
            change = update(jobs).where(jobs.c.id == job_id)
            version = jobs.c.progress_version + 1
            connection.execute(change.values(progress=dict(progress), progress_version=version))

        await self._database.write(transaction)

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

        def transaction(connection: Connection) -> None:
            job = _held(connection, job_id, attempt)
            outcome = {
                "result": None if result is None else dict(result),
                "failure": None if failure is None else asdict(failure),
            }
            _end(connection, job, state, now, outcome)

        await self._database.write(transaction)

    async def requeue(self, job_id: str, attempt: int) -> None:
        def transaction(connection: Connection) -> None:
            _held(connection, job_id, attempt)
            change = update(jobs).where(jobs.c.id == job_id)
            connection.execute(change.values(state=JobState.QUEUED, lease_owner=None, lease_until=None))

        await self._database.write(transaction)

    async def cancel(self, job_id: str, now: datetime) -> Job:
        def transaction(connection: Connection) -> Job:
            job = _get(connection, job_id, locked=True)
            if job.state is JobState.QUEUED:
                _end(connection, job, JobState.CANCELLED, now, {"cancel_requested": True})
            elif job.state is JobState.RUNNING:
                connection.execute(update(jobs).where(jobs.c.id == job_id).values(cancel_requested=True))
            return _get(connection, job_id)

        return await self._database.write(transaction)

    async def _list(self, query: Select[Any]) -> Sequence[Job]:
        def transaction(connection: Connection) -> list[Job]:
            return [_job(found) for found in connection.execute(query).mappings()]

        return await self._database.read(transaction)


def _get(connection: Connection, job_id: str, locked: bool = False) -> Job:
    query = select(jobs).where(jobs.c.id == job_id)
    if locked:
        query = query.with_for_update(key_share=True)
    found = connection.execute(query).mappings().first()
    if found is None:
        raise NotFound(job_id)
    return _job(found)


def _held(connection: Connection, job_id: str, attempt: int) -> Job:
    """Lock the job and return it, if this attempt is the one that runs. Raises LeaseLost."""
    query = select(jobs).where(jobs.c.id == job_id).with_for_update(key_share=True)
    found = connection.execute(query).mappings().first()
    if found is None or found["state"] != JobState.RUNNING or found["attempt"] != attempt:
        raise LeaseLost(job_id)
    return _job(found)


def _end(connection: Connection, job: Job, state: JobState, now: datetime, outcome: Mapping[str, Any]) -> None:
    ended = update(jobs).where(jobs.c.id == job.id)
    connection.execute(ended.values(state=state, ended_at=now, lease_owner=None, lease_until=None, **outcome))
    if job.conversation_id is None:
        return
    conversations.lock(connection, job.conversation_id)
    insert_event(
        connection,
        InboxEvent(
            id=f"run:{job.run_id}:{job.kind.value}:{job.id}:{state.value}",
            conversation_id=job.conversation_id,
            person_id=None,
            kind=EventKind.JOB,
            payload={"job_id": job.id, "run_id": job.run_id, "kind": job.kind.value, "state": state.value},
            received_at=now,
        ),
    )


def _job(found: RowMapping) -> Job:
    fields = {name: value for name, value in found.items() if name != "seq"}
    failure = fields["failure"]
    return Job(
        **{
            **fields,
            "kind": JobKind(fields["kind"]),
            "state": JobState(fields["state"]),
            "failure": None if failure is None else JobFailure(**failure),
        }
    )
