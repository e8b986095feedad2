"""The trainer service: lease a job, stage in, launch a worker, watch it, stage out, record how it ended.

It does not know torch, nor what a worker computes; the files of ``trainer.run_dir`` are all that passes between them.
Whatever a job or its worker does, the service goes on: a job ends with a code, a lost worker is started again, and a
lease that is gone means that nothing more is written.
"""

import asyncio
import contextlib
import errno
import json
import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from storage.domain import Job, JobFailure, JobKind, JobState, Machine
from storage.errors import BaseModelMissing, LeaseLost, NotFound, StorageError, StoreUnavailable, UnsafePath
from storage.ports import Store
from trainer import machine, progress, specs, staging
from trainer.backends.base import Backend, Handle
from trainer.errors import BadOutput, JobRefused
from trainer.following import Following
from trainer.lease import HeldLease
from trainer.publishing import Publisher
from trainer.run_dir import EXIT_OVERTAKEN, EXIT_PARENT_GONE, RunDir, WorkerResult, WorkerSpec, write_atomically
from trainer.staging import Attempt, Ledger

_log = logging.getLogger(__name__)


class ResolvedBase(Protocol):
    """What a resolver returns: a folder in Hugging Face's layout, and where it came from."""

    @property
    def path(self) -> Path: ...

    @property
    def provenance(self) -> Mapping[str, Any]: ...


class BaseResolver(Protocol):
    """``storage.base_models.BaseModels``."""

    async def resolve(self, name: str) -> ResolvedBase:
        """The base on this machine. Raises BaseModelMissing."""


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How often and how long, in seconds. Tests shorten them."""

    lease: float = 30.0
    renew_every: float = 5.0
    look_every: float = 1.0
    """Between renewals: whether somebody asked to stop."""
    poll_every: float = 0.5
    watch_every: float = 0.5
    publish_every: float = 1.0
    curve_every: float = 5.0
    """Between two writings of a curve that grows, and two readings of what it says."""
    heartbeat_every: float = 10.0
    cancel_grace: float = 60.0
    """After ``cancel`` was written: a worker stops at its next step, and a step may take a while."""
    stop_grace: float = 10.0
    old_worker_wait: float = 10.0
    """For a dead supervisor's worker to notice and go, before the next attempt starts beside it."""
    silence: float = 1800.0
    """A worker that writes neither metrics nor log for so long hangs."""


@dataclass(frozen=True, kw_only=True)
class _Ending:
    """How watching a worker ended."""

    exit_code: int
    stopped_for: str = ""
    """Why we stopped it: ``cancel``, ``shutdown`` or ``silence``; empty if it ended by itself."""


ATTEMPTS_WITHOUT_PROGRESS = 3
"""Workers lost one after another without a new checkpoint or answer, before the job fails."""
_LOST = frozenset({"worker_lost", "crashed", "out_of_memory", "bad_output"})
_CRASHES = frozenset({signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE})


def worker_command(attempt: Path) -> list[str]:
    """The real worker, in this very installation of Python."""
    return [sys.executable, "-m", "trainer.worker", str(attempt)]


class Supervisor:
    """Does jobs, one at a time, until told to stop. Several may share one store."""

    def __init__(
        self,
        *,
        store: Store,
        home: Path,
        base_models: BaseResolver,
        backend: Backend,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        owner: machine.Owner | None = None,
        pace: Pace | None = None,
        command: Callable[[Path], Sequence[str]] = worker_command,
        gpu: machine.Gpu | None = None,
        publisher: Publisher | None = None,
        hold_seconds_per_step: float = 0.0,
    ) -> None:
        self.owner = owner or machine.Owner.of(home, os.getpid())
        self._store = store
        self._home = home.resolve()
        self._base_models = base_models
        self._backend = backend
        self._clock = clock
        self._pace = pace or Pace()
        self._command = command
        self._gpu = gpu
        self._publisher = publisher
        self._hold_seconds_per_step = hold_seconds_per_step
        self._speeds = machine.Speeds(self._home / "logs" / "speeds.json")
        self._idle_since: float | None = time.monotonic()

    @property
    def idle_seconds(self) -> float:
        """For how long there has been nothing to do; 0 while a job runs."""
        return 0.0 if self._idle_since is None else time.monotonic() - self._idle_since

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set. Then the worker is stopped, and its job goes back to the queue."""
        heartbeat = asyncio.create_task(self._heartbeats())
        try:
            while not stop.is_set():
                if not await self._one(stop):
                    await _until(stop, self._pace.poll_every)
        finally:
            heartbeat.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await heartbeat
            with contextlib.suppress(Exception):
                await self._store.machines.remove(machine.machine_id(self._home))

    async def _one(self, stop: asyncio.Event) -> bool:
        """Do the next job, if there is one."""
        try:
            await self._take_back()
            term = timedelta(seconds=self._pace.lease)
            job = await self._store.jobs.lease(str(self.owner), tuple(JobKind), self._clock(), term)
        except Exception as error:  # noqa: BLE001  # the service outlives its database's bad hours
            _log.warning("jobs cannot be read now: %s", error)
            return False
        if job is None:
            self._idle_since = self._idle_since if self._idle_since is not None else time.monotonic()
            return False
        self._idle_since = None
        _log.info("%s %s: attempt %d", job.kind.value, job.id, job.attempt)
        try:
            await self._work_on(job, stop)
        except Exception:  # noqa: BLE001  # what even failing it could not settle: it is leased again
            _log.exception("%s is left to its lease", job.id)
            await _until(stop, self._pace.poll_every)
        return True

    async def _take_back(self) -> None:
        """Give the queue what supervisors of this home held that have provably died, without waiting for leases."""
        for job in await self._store.jobs.active():
            if job.state is JobState.RUNNING and self.owner.left_behind(job.lease_owner):
                with contextlib.suppress(LeaseLost):
                    await self._store.jobs.requeue(job.id, job.attempt)
                    _log.info("%s is taken back from %s", job.id, job.lease_owner)

    async def _work_on(self, job: Job, stop: asyncio.Event) -> None:
        held = HeldLease(
            self._store.jobs,
            job,
            clock=self._clock,
            lease=timedelta(seconds=self._pace.lease),
            renew_every=self._pace.renew_every,
            look_every=self._pace.look_every,
        )
        async with held:
            try:
                await self._attempt(held, stop)
            except LeaseLost:
                _log.warning("%s has another owner now", job.id)
            except StoreUnavailable as error:  # not the job's fault; what its worker left is found again
                _log.warning("%s goes back to the queue: %s", job.id, error)
                with contextlib.suppress(LeaseLost):
                    await held.give_back()
                await _until(stop, self._pace.poll_every)
            except Exception as error:  # noqa: BLE001  # a bad job must not stop the service
                with contextlib.suppress(LeaseLost):
                    await self._fail(held, self._failure_of(error))

    async def _attempt(self, held: HeldLease, stop: asyncio.Event) -> None:
        """One attempt from its folder to its end, or the end that an earlier one reached already."""
        job = held.job
        if job.kind is JobKind.PUBLISH:
            await self._publish(held, stop)
            return
        run = staging.run_dir(self._home, job.run_id)
        await self._clear_the_way(held, run)
        earlier = await asyncio.to_thread(staging.attempts_of, run, job)
        await self._retire(held, earlier)
        if await self._ended_before(held, run, earlier):
            return
        await held.publish(progress.carried_over(job.progress, "preparing"))
        spec = await self._spec(held, earlier)
        held.check()
        attempt = await asyncio.to_thread(staging.prepare, run, job)
        await asyncio.to_thread(write_atomically, attempt.folder.spec, json.dumps(spec.to_json()))
        handle = await self._backend.launch(attempt.folder.path, self._command(attempt.folder.path), {})
        try:
            ledger = Ledger(job_id=job.id, worker=handle.identity)
            await asyncio.to_thread(attempt.note, ledger)
            ending = await self._watch(held, run, [*earlier, attempt], handle, stop)
        finally:
            await asyncio.shield(handle.stop(0))
        await held.confirm()
        await self._conclude(held, run, [*earlier, attempt], replace(ledger, exit_code=ending.exit_code), ending)

    async def _publish(self, held: HeldLease, stop: asyncio.Event) -> None:
        """No worker does it: a file is sent and a server asked. Raises JobRefused, BaseModelMissing, LeaseLost."""
        if self._publisher is None:
            raise JobRefused(JobFailure(code="ollama_not_set"))
        base = await self._base_models.resolve(str(held.job.spec.get("base")))
        gguf = base.provenance.get("gguf")
        result = await self._publisher.work(held, stop, base.path, gguf, look_every=self._pace.watch_every)
        await held.confirm()
        if result is not None:
            await held.finish(JobState.DONE, result=result)
        elif held.cancel_requested:
            await held.finish(JobState.CANCELLED)
        else:
            await held.give_back()

    # Before a worker starts

    async def _clear_the_way(self, held: HeldLease, run: RunDir) -> None:
        for path, job_id in await asyncio.to_thread(staging.strangers, run, held.job):
            with contextlib.suppress(NotFound):
                if not (await self._store.jobs.get(job_id)).state.ended:
                    raise JobRefused(JobFailure(code="run_busy", numbers={"job": job_id}))
            await asyncio.to_thread(staging.set_aside, path, job_id)

    async def _retire(self, held: HeldLease, earlier: Sequence[Attempt]) -> None:
        """Fence earlier attempts off, and give a worker that still lives the time to go. It is not ours to kill."""
        held.check()
        await asyncio.to_thread(staging.fence, earlier, held.job.attempt)
        deadline = time.monotonic() + self._pace.old_worker_wait
        workers = [ledger.worker for attempt in earlier if (ledger := attempt.ledger)]
        while any(machine.is_alive(worker) for worker in workers):
            if time.monotonic() >= deadline:
                break  # it is fenced off, and writes into a folder of its own
            await asyncio.sleep(min(0.1, self._pace.watch_every))
        held.check()

    async def _ended_before(self, held: HeldLease, run: RunDir, earlier: Sequence[Attempt]) -> bool:
        """Settle the job without a new worker, where an earlier attempt's end is the job's end."""
        for attempt in reversed(earlier):
            ledger = attempt.ledger
            result = await asyncio.to_thread(staging.read_result, attempt)
            if ledger is None or ledger.outcome or result is None or (result.cancelled and not held.cancel_requested):
                continue
            _log.info("%s had ended in attempt %d", held.job.id, attempt.number)
            position = earlier.index(attempt) + 1
            try:
                await self._accept(held, run, earlier[:position], result)
            except BadOutput as error:
                attempt.note(replace(ledger, outcome="bad_output"))
                _log.warning("attempt %d of %s left nothing of use: %s", attempt.number, held.job.id, error)
                continue
            return True
        if held.cancel_requested:
            await self._cancelled(held, run, earlier, None)
            return True
        failure = self._given_up(earlier)
        if failure is not None:
            await self._fail(held, failure)
        return failure is not None

    async def _spec(self, held: HeldLease, earlier: Sequence[Attempt]) -> WorkerSpec:
        """What the attempt is to do. Raises JobRefused, UnsafePath, BaseModelMissing."""
        job = held.job
        resolved = await self._base_models.resolve(str(job.spec.get("base")))
        spec = WorkerSpec(
            kind=job.kind,
            run_id=job.run_id,
            token=job.attempt,
            base=str(resolved.path),
            base_provenance=dict(resolved.provenance),
            threads=machine.cores(),
            hold_seconds_per_step=self._hold_seconds_per_step,
        )
        facts = machine.facts(self._home, self._gpu, {})
        folders = [attempt.folder for attempt in earlier]
        return await asyncio.to_thread(specs.completed, spec, self._home, job.spec, facts, folders)

    # While it runs

    async def _watch(
        self, held: HeldLease, run: RunDir, attempts: Sequence[Attempt], handle: Handle, stop: asyncio.Event
    ) -> _Ending:
        """Follow the worker of the last of the attempts until it has ended, by itself or by us. Raises LeaseLost."""
        attempt, pace = attempts[-1], self._pace
        paces = {"publish_every": pace.publish_every, "curve_every": pace.curve_every}
        told = await asyncio.to_thread(Following, held, run, attempts, **paces)
        cancel_at, heard = None, (time.monotonic(), -1)
        while handle.alive():
            held.check()
            now = time.monotonic()
            await told.tell(now)
            if held.cancel_requested and cancel_at is None:
                attempt.folder.cancel.touch()
                cancel_at = now
            heard = (now, size) if (size := _written(attempt)) != heard[1] else heard
            reason = (
                "shutdown"
                if stop.is_set()
                else "cancel"
                if cancel_at is not None and now - cancel_at > self._pace.cancel_grace
                else "silence"
                if now - heard[0] > self._pace.silence
                else ""
            )
            if reason:
                await handle.stop(self._pace.stop_grace)
                return _Ending(exit_code=handle.exit_code() or 0, stopped_for=reason)
            await _until(stop, self._pace.watch_every)
        await told.tell_last()
        return _Ending(exit_code=handle.exit_code() or 0)

    # After it ended

    async def _conclude(
        self, held: HeldLease, run: RunDir, attempts: Sequence[Attempt], ledger: Ledger, ending: _Ending
    ) -> None:
        attempt = attempts[-1]
        result = await asyncio.to_thread(staging.read_result, attempt)
        if result is not None and result.cancelled and not held.cancel_requested:
            result = None  # it took our own stopping for the person's
        outcome = "stopped" if ending.stopped_for == "shutdown" else _how_lost(ending)
        if result is not None:
            try:
                await self._accept(held, run, attempts, result)
                attempt.note(replace(ledger, outcome="ended"))
                return
            except BadOutput as error:
                outcome = "bad_output"
                _log.warning("attempt %d of %s left nothing of use: %s", attempt.number, held.job.id, error)
        attempt.note(replace(ledger, outcome=outcome))
        if held.cancel_requested:
            await self._cancelled(held, run, attempts, None)
            return
        _log.warning("attempt %d of %s: %s (%s)", attempt.number, held.job.id, outcome, ending.exit_code)
        failure = self._given_up(attempts)
        if failure is not None:
            await self._publish_curve(held, run, attempts)
            await self._fail(held, failure)
        else:
            await held.give_back()

    async def _accept(self, held: HeldLease, run: RunDir, attempts: Sequence[Attempt], result: WorkerResult) -> None:
        """End the job as its worker says. Raises BadOutput if what it claims is not there."""
        if result.cancelled:
            await self._cancelled(held, run, attempts, dict(result.result) if result.result is not None else None)
        elif result.failure is not None:
            await self._publish_curve(held, run, attempts)
            detail = staging.scrub(result.failure.detail)[-4000:] or staging.log_tail(attempts[-1])
            await self._fail(held, replace(result.failure, detail=detail))
        else:
            await self._stage_out(held, run, attempts, result.result or {})
            await held.finish(JobState.DONE, result=dict(result.result or {}))
            if held.job.kind is JobKind.TRAIN:
                points = progress.MetricsTail(attempts[-1].folder.metrics).read()
                self._speeds.learn(str(held.job.spec.get("base")), points)

    async def _stage_out(
        self, held: HeldLease, run: RunDir, attempts: Sequence[Attempt], result: Mapping[str, Any]
    ) -> None:
        await held.confirm()
        attempt = attempts[-1]
        match held.job.kind:
            case JobKind.TRAIN:
                await self._publish_curve(held, run, attempts)
                await asyncio.to_thread(staging.publish_adapter, attempt.folder.adapter, run.path / "adapter")
            case JobKind.GENERATE:
                await asyncio.to_thread(staging.publish_answers, run, attempt, result)
            case JobKind.EXPORT:
                folder = staging.exported(self._home, held.job.spec)
                await asyncio.to_thread(staging.check_adapter, folder)
        held.check()

    async def _cancelled(
        self, held: HeldLease, run: RunDir, attempts: Sequence[Attempt], result: dict[str, Any] | None
    ) -> None:
        """End a job that a person stopped; of a training run, the best adapter so far is kept if there is one."""
        await held.confirm()
        if held.job.kind is JobKind.TRAIN:
            await self._publish_curve(held, run, attempts)
            for attempt in reversed(attempts):
                with contextlib.suppress(BadOutput):
                    await asyncio.to_thread(staging.publish_adapter, attempt.folder.adapter, run.path / "adapter")
                    break
        await held.finish(JobState.CANCELLED, result=result)

    async def _publish_curve(self, held: HeldLease, run: RunDir, attempts: Sequence[Attempt]) -> None:
        held.check()
        if held.job.kind is JobKind.TRAIN and attempts:
            await asyncio.to_thread(staging.publish_metrics, run, attempts)

    async def _fail(self, held: HeldLease, failure: JobFailure) -> None:
        _log.warning("%s failed: %s %s\n%s", held.job.id, failure.code, dict(failure.numbers), failure.detail)
        await held.finish(JobState.FAILED, failure=failure)

    def _failure_of(self, error: Exception) -> JobFailure:
        """The code of what went wrong around an attempt."""
        detail = staging.scrub("".join(traceback.format_exception(error)))[-4000:]
        match error:
            case JobRefused():
                return error.failure
            case BaseModelMissing():
                return JobFailure(code="base_missing", numbers={"base": error.name, "tried": list(error.tried)})
            case UnsafePath():
                return JobFailure(code="unsafe_path", detail=detail)
            case OSError() if error.errno in (errno.ENOSPC, errno.EDQUOT):
                return JobFailure(code="no_disk", numbers=specs.disk_numbers(self._home), detail=detail)
            case StorageError() | OSError():
                return JobFailure(code="not_prepared", detail=detail)
        return JobFailure(code="crashed", detail=detail)

    def _given_up(self, attempts: Sequence[Attempt]) -> JobFailure | None:
        """The failure that enough lost workers in a row amount to. A new checkpoint or answer starts the count again; attempts
        that a stop or a supervisor's death ended do not count."""
        reached = 0
        lost: list[tuple[Attempt, Ledger]] = []
        for attempt in attempts:
            ledger = attempt.ledger
            if attempt.reached > reached:
                reached, lost = attempt.reached, []
            elif ledger is not None and ledger.outcome in _LOST:
                lost.append((attempt, ledger))
        if len(lost) < ATTEMPTS_WITHOUT_PROGRESS:
            return None
        attempt, ledger = lost[-1]
        code = "crashed" if ledger.outcome == "bad_output" else ledger.outcome
        numbers = {"attempts": len(lost), "reached": reached, "exit_code": ledger.exit_code}
        return JobFailure(code=code, numbers=numbers, detail=staging.log_tail(attempt))

    # The machine

    async def _heartbeats(self) -> None:
        while True:
            try:
                facts = machine.facts(self._home, self._gpu, self._speeds.by_base)
                await asyncio.to_thread(machine.remember, self._home, facts)
                await self._store.machines.put(
                    Machine(id=machine.machine_id(self._home), facts=facts, seen_at=self._clock())
                )
            except Exception as error:  # noqa: BLE001  # a missed heartbeat is followed by the next one
                _log.warning("the machine's facts are not published: %s", error)
            await asyncio.sleep(self._pace.heartbeat_every)


def _written(attempt: Attempt) -> int:
    """Bytes of metrics and log: grows as long as the worker gives signs of life."""
    total = 0
    for path in (attempt.folder.metrics, attempt.folder.log):
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total


def _how_lost(ending: _Ending) -> str:
    if ending.stopped_for or ending.exit_code == 0:
        return "worker_lost"
    if ending.exit_code == -signal.SIGKILL:
        return "out_of_memory"  # not by us, so by the kernel: it kills the worker first when memory runs out
    if ending.exit_code in (EXIT_OVERTAKEN, EXIT_PARENT_GONE):
        return "worker_lost"
    return "crashed" if ending.exit_code > 0 or -ending.exit_code in _CRASHES else "worker_lost"


async def _until(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):  # wait_for can lose a cancellation (CPython #86296)
            await stop.wait()
