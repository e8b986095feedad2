"""What people see of a job while its worker is at work: its progress and, of a training run, the curve and what it says.

It does not know how the worker is kept. Everything is fenced by the lease: what it writes, it writes while it holds.
"""

import asyncio
import logging
import math
from collections.abc import Sequence
from typing import Any

from storage.domain import JobKind
from trainer import diagnosis, progress, staging
from trainer.lease import HeldLease
from trainer.run_dir import RunDir
from trainer.staging import Attempt

_log = logging.getLogger(__name__)

_POINTS_AT_PACE = 1000
"""A longer curve is written less often, in proportion, so that writing it again and again stays cheap."""


class Following:
    """Tells of the last of a job's attempts, which is at work; the others are what came before it. To make one reads
    their files: it blocks."""

    def __init__(
        self, held: HeldLease, run: RunDir, attempts: Sequence[Attempt], *, publish_every: float, curve_every: float
    ) -> None:
        self._held = held
        self._run = run
        self._attempt = attempts[-1]
        self._publish_every = publish_every
        self._curve_every = curve_every
        self._tail = progress.MetricsTail(self._attempt.folder.metrics)
        self._curve = progress.GrowingCurve([attempt.folder.metrics for attempt in attempts[:-1]])
        self._grown = False
        self._view = progress.carried_over(held.job.progress, "starting")
        self._published: dict[str, Any] = {}
        self._published_at = self._written_at = -math.inf

    async def tell(self, now: float) -> None:
        """Publish what is new, if it is time; ``now`` in seconds. Raises LeaseLost."""
        self._hear()
        if self._grown and now - self._written_at >= self._curve_every * (
            1 + len(self._curve.points) / _POINTS_AT_PACE
        ):
            await self._tell_curve()
            self._written_at = now
        if self._view != self._published and now - self._published_at >= self._publish_every:
            await self._held.publish(self._view)
            self._published, self._published_at = dict(self._view), now

    async def tell_last(self) -> None:
        """Publish where the attempt ended. Its curve is published with what else it leaves. Raises LeaseLost."""
        self._hear()
        ended = self._attempt.folder.result.exists()
        await self._held.publish({**self._view, "phase": "saving"} if ended else self._view)

    def _hear(self) -> None:
        new = self._tail.read()
        self._view = progress.merged_view(self._view, new)
        self._grown |= self._curve.add(new) and self._held.job.kind is JobKind.TRAIN

    async def _tell_curve(self) -> None:
        self._held.check()
        points, self._grown = list(self._curve.points), False
        found = await asyncio.to_thread(diagnosis.read, points)
        self._view["diagnosis"] = found.to_json()
        try:
            await asyncio.to_thread(staging.write_curve, self._run, points)
        except OSError as error:  # a picture of it is no reason to end a run
            _log.warning("the curve of %s is not written: %s", self._held.job.run_id, error)
