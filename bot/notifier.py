"""The progress of jobs, read from storage -> the status card of their run, edited in place.

It does not know how a status card looks: the face is made by a function that is handed in. Any number of processes may
run one: what they queue has the same cause, so it is queued once.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from agent.replies import ShowCard
from agent.reports.evaluation_card import evaluation_card, evaluation_card_id
from agent.reports.run_card import run_card_id
from agent.state import EVAL_RUN, evaluation_of_run
from bot.audience import views_of
from bot.render import outgoing
from storage.domain import Evaluation, Job, JobKind, Run
from storage.errors import NotFound, StorageError
from storage.ports import Store

log = logging.getLogger(__name__)

FOLLOWED = frozenset({JobKind.TRAIN, JobKind.GENERATE, JobKind.EXPORT})
EDIT_EVERY = 3.0
"""Seconds between two edits of a card at least: Slack and Discord both slow down a bot that edits more often."""

Face = Callable[[Job, Run], ShowCard]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Notifier:
    store: Store
    face: Face
    clock: Callable[[], datetime] = _now
    queued: asyncio.Event = field(default_factory=asyncio.Event)
    """Set whenever an edit was queued, so that the outbox need not wait for its next look."""
    look_every: float = 1.0
    edit_every: float = EDIT_EVERY
    judging: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """How far judges are, as long as they are at it, as ``agent.context`` has it: it belongs to no job."""
    _shown: dict[str, int] = field(default_factory=dict, init=False)
    """The version of the progress shown last, by job id."""
    _edited: dict[str, datetime] = field(default_factory=dict, init=False)
    """By run id."""
    _judged: dict[str, tuple[int, int]] = field(default_factory=dict, init=False)
    """What was shown last of ``judging``."""

    async def run(self, stop: asyncio.Event) -> None:
        """Follow jobs until told to stop."""
        caught_up = False
        while not stop.is_set():
            try:
                if not caught_up:
                    await self.catch_up()
                    caught_up = True
                await self.look()
            except StorageError:
                log.exception("the database cannot be used at the moment")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.look_every):
                    await stop.wait()

    async def catch_up(self) -> None:
        """Give the final face to cards whose job ended while no process was there to see it."""
        for project in await self.store.projects.all():
            runs = await self.store.runs.of_project(project.id)
            jobs = await self.store.jobs.of_run(runs[-1].id) if runs else ()
            if jobs and jobs[-1].state.ended and jobs[-1].kind in FOLLOWED:
                await self._show_last(jobs[-1])

    async def look(self) -> None:
        """Queue an edit for every card whose job has moved on, and a last one for each job that has ended."""
        active = [job for job in await self.store.jobs.active() if job.kind in FOLLOWED and job.conversation_id]
        for job_id in self._shown.keys() - {job.id for job in active}:
            del self._shown[job_id]
            job = await self.store.jobs.get(job_id)
            if job.run_id not in {other.run_id for other in active}:
                await self._show_last(job)
        for job in active:
            await self._show_progress(job)
        for run_id, far in dict(self.judging).items():
            await self._show_judging(run_id, far)
        for run_id in self._judged.keys() - self.judging.keys():
            del self._judged[run_id]
            await self._put_judging(run_id, f"judging:{run_id}:{self._slot()}:end")

    async def _show_progress(self, job: Job) -> None:
        if job.progress_version <= self._shown.setdefault(job.id, 0) or not self._may_edit(job.run_id):
            return
        job = await self.store.jobs.get(job.id)
        if not job.state.ended and await self._put(job, f"progress:{job.id}:{self._slot()}"):
            self._shown[job.id] = job.progress_version
            self._edited[job.run_id] = self.clock()

    async def _show_judging(self, run_id: str, far: tuple[int, int]) -> None:
        if self._judged.get(run_id) == far or not self._may_edit(run_id):
            return
        if await self._put_judging(run_id, f"judging:{run_id}:{self._slot()}"):
            self._judged[run_id] = far
            self._edited[run_id] = self.clock()

    async def _put_judging(self, run_id: str, cause: str) -> bool:
        """A contender of an evaluation need not have a job: a hosted model has none."""
        if run_id.startswith(EVAL_RUN):
            try:
                evaluation = await self.store.evaluations.get(evaluation_of_run(run_id))
            except NotFound:
                return False
            return await self._put_evaluation(evaluation.conversation_id, evaluation.id, cause)
        jobs = await self.store.jobs.of_run(run_id)
        return bool(jobs) and await self._put(jobs[-1], cause)

    async def _show_last(self, job: Job) -> None:
        await self._put(job, f"progress:{job.id}:end")

    def _slot(self) -> int:
        """Numbers the present stretch of time. In each, one edit is queued, however many processes follow the job."""
        return int(self.clock().timestamp() // self.edit_every)

    def _may_edit(self, run_id: str) -> bool:
        before = self._edited.get(run_id)
        return before is None or (self.clock() - before).total_seconds() >= self.edit_every

    async def _put(self, job: Job, cause: str) -> bool:
        """Queue the face; False where its card is not shown (yet), where the job's run is not one of a project, or where
        another process has queued an earlier face under the same cause.

        It shows the run as it is, with its latest job. Where the run went on while the face was queued, a turn may have
        queued a later face before ours: then the run is shown once more, so that the card never goes backwards.
        """
        if job.conversation_id is None:
            return False
        if job.run_id.startswith(EVAL_RUN):
            return await self._put_evaluation(job.conversation_id, evaluation_of_run(job.run_id), cause)
        try:
            await self.store.cards.get(run_card_id(job.run_id))
            latest, run = await self._present(job.run_id)
        except NotFound:
            return False
        while True:
            face = [self.face(latest, run)]
            messages, _ = outgoing(job.conversation_id, face, self.clock(), shown=await views_of(self.store, face))
            await self.store.outbox.put(job.conversation_id, cause, messages, self.clock())
            self.queued.set()
            is_ours = [dict(item.message) for item in await self.store.outbox.by_cause(cause)] == [messages[0].message]
            shown = (latest.id, latest.state, run.state)
            latest, run = await self._present(job.run_id)
            if (latest.id, latest.state, run.state) == shown:
                return is_ours
            cause = f"progress:{latest.id}:{latest.state.value}:{run.state.value}"

    async def _present(self, run_id: str) -> tuple[Job, Run]:
        """The run's latest job, and the run."""
        jobs = await self.store.jobs.of_run(run_id)
        return jobs[-1], await self.store.runs.get(run_id)

    async def _put_evaluation(self, conversation_id: str, evaluation_id: str, cause: str) -> bool:
        """The same for the card of an evaluation, which shows all of its jobs."""
        try:
            await self.store.cards.get(evaluation_card_id(evaluation_id))
            evaluation, jobs = await self._evaluation(evaluation_id)
        except NotFound:
            return False
        while True:
            face = [evaluation_card(evaluation, jobs, judging=self._judging_of(evaluation))]
            messages, _ = outgoing(conversation_id, face, self.clock(), shown=await views_of(self.store, face))
            await self.store.outbox.put(conversation_id, cause, messages, self.clock())
            self.queued.set()
            is_ours = [dict(item.message) for item in await self.store.outbox.by_cause(cause)] == [messages[0].message]
            shown = _stands(evaluation, jobs)
            evaluation, jobs = await self._evaluation(evaluation_id)
            if _stands(evaluation, jobs) == shown:
                return is_ours
            cause = f"progress:{evaluation_id}:{_stands(evaluation, jobs)}"

    def _judging_of(self, evaluation: Evaluation) -> dict[int, tuple[int, int]]:
        """How far judges are with each contender's answers, by its place."""
        names = {place: f"{evaluation.id}_{place}" for place in range(len(evaluation.contenders))}
        return {place: self.judging[name] for place, name in names.items() if name in self.judging}

    async def _evaluation(self, evaluation_id: str) -> tuple[Evaluation, dict[int, Job]]:
        """The evaluation, and the job of each contender that has one, by its place."""
        evaluation = await self.store.evaluations.get(evaluation_id)
        found = [await self.store.jobs.of_run(f"{evaluation_id}_{at}") for at in range(len(evaluation.contenders))]
        return evaluation, {place: jobs[-1] for place, jobs in enumerate(found) if jobs}


def _stands(evaluation: Evaluation, jobs: Mapping[int, Job]) -> str:
    """How far an evaluation is, but for the progress of its jobs."""
    return "-".join([evaluation.state.value, *(f"{place}{job.state.value}" for place, job in jobs.items())])
