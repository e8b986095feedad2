"""A leased job, held for as long as somebody works on it.

It does not know what the work is. It renews in the background, hears that the person asked to stop, and says when
the lease is gone: from then on nothing may be written.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from storage.domain import Job, JobFailure, JobState
from storage.errors import LeaseLost, StoreUnavailable
from storage.ports import Jobs

_log = logging.getLogger(__name__)


class HeldLease:
    """Keeps the lease of ``job`` while used as a context; every write through it is fenced by the job's token."""

    def __init__(
        self,
        jobs: Jobs,
        job: Job,
        *,
        clock: Callable[[], datetime],
        lease: timedelta,
        renew_every: float,
        look_every: float,
    ) -> None:
        self.job = job
        self._jobs = jobs
        self._clock = clock
        self._lease = lease
        self._renew_every = renew_every
        self._look_every = look_every
        self._until = job.lease_until or clock()
        self._cancel_requested = job.cancel_requested
        self._lost = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    @property
    def lost(self) -> bool:
        return self._lost.is_set()

    @property
    def cancel_requested(self) -> bool:
        return self._cancel_requested

    def check(self) -> None:
        """Raises LeaseLost if the lease is gone."""
        if self.lost:
            raise LeaseLost(self.job.id)

    async def confirm(self) -> None:
        """Renew now: the whole term lies ahead when this returns. Raises LeaseLost, StoreUnavailable."""
        self.check()
        until = self._clock() + self._lease
        try:
            self._cancel_requested |= await self._jobs.renew(self.job.id, self.job.attempt, until)
        except LeaseLost:
            self._lost.set()
            raise
        self._until = until

    async def publish(self, progress: dict[str, Any]) -> None:
        """Publish progress; a database that cannot be used just now is no reason to stop. Raises LeaseLost."""
        self.check()
        try:
            await self._jobs.publish(self.job.id, self.job.attempt, progress)
        except LeaseLost:
            self._lost.set()
            raise
        except StoreUnavailable as error:
            _log.warning("progress of %s is not published: %s", self.job.id, error)

    async def finish(
        self, state: JobState, result: dict[str, Any] | None = None, failure: JobFailure | None = None
    ) -> None:
        """End the job. Waits for a database that cannot be used, until the lease is gone. Raises LeaseLost."""
        while True:
            self.check()
            try:
                await self._jobs.finish(self.job.id, self.job.attempt, state, self._clock(), result, failure)
                return
            except StoreUnavailable as error:
                _log.warning("the end of %s is not recorded yet: %s", self.job.id, error)
                await asyncio.sleep(self._look_every)

    async def give_back(self) -> None:
        """Return the job to the queue. If the database cannot be used, the lease's end does it. Raises LeaseLost."""
        self.check()
        with contextlib.suppress(StoreUnavailable):
            await self._jobs.requeue(self.job.id, self.job.attempt)

    async def __aenter__(self) -> Self:
        self._keeper = asyncio.create_task(self._keep())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        renewed = loop.time()
        while not self.lost:
            await asyncio.sleep(min(self._look_every, self._renew_every))
            try:
                if loop.time() - renewed >= self._renew_every:
                    await self.confirm()
                    renewed = loop.time()
                else:
                    await self._look()
            except LeaseLost:
                return
            except Exception as error:  # noqa: BLE001  # whatever it is, the lease's end bounds it
                _log.warning("the lease of %s is not renewed yet: %s", self.job.id, error)
                if self._clock() >= self._until:
                    self._lost.set()

    async def _look(self) -> None:
        """Between renewals: did somebody ask to stop, or take over?"""
        job = await self._jobs.get(self.job.id)
        if job.attempt != self.job.attempt or job.state is not JobState.RUNNING:
            self._lost.set()
        self._cancel_requested |= job.cancel_requested
