"""Jobs of the trainer service, leased under a fencing token. It does not know what a job does."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from storage.domain import EventKind, InboxEvent, Job, JobFailure, JobKind, JobState
from storage.errors import Conflict, LeaseLost
from storage.memory.facts import Repository, json_copy, need
from storage.memory.inbox import put_event


class MemoryJobs(Repository):
    async def submit(self, job: Job) -> Job:
        for other in self._facts.jobs.values():
            if other.request_id == job.request_id:
                return other
        if job.id in self._facts.jobs:
            raise Conflict(f"{job.id} answers another request")
        if job.conversation_id is not None:
            need(self._facts.conversations, job.conversation_id)
        fresh = Job(
            id=job.id,
            request_id=job.request_id,
            kind=job.kind,
            run_id=job.run_id,
            spec=json_copy(dict(job.spec)),
            state=JobState.QUEUED,
            created_at=job.created_at,
            conversation_id=job.conversation_id,
        )
        self._facts.jobs[job.id] = fresh
        return fresh

    async def get(self, job_id: str) -> Job:
        return need(self._facts.jobs, job_id)

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
            job, progress=json_copy(dict(progress)), progress_version=job.progress_version + 1
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
        result = None if result is None else json_copy(dict(result))
        self._end(replace(job, result=result, failure=failure), state, now)

    async def requeue(self, job_id: str, attempt: int) -> None:
        job = self._held(job_id, attempt)
        self._facts.jobs[job_id] = replace(job, state=JobState.QUEUED, lease_owner=None, lease_until=None)

    async def cancel(self, job_id: str, now: datetime) -> Job:
        job = need(self._facts.jobs, job_id)
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
            put_event(
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
