"""The figures of ``agent.stats`` and the length of the queues, for Prometheus over HTTP.

Labels are codes of ours: no name, no id, nothing that a person wrote. It decides nothing by what it counts.
"""

import asyncio
import errno
import logging
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import web
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from agent.evaluation.groups import Figure
from agent.evaluation.intervals import Interval
from agent.flags import Flags
from agent.readouts import ReadOut
from agent.stats import Stats, stats_of_all
from storage.domain import JobState, Queues
from storage.errors import StorageError
from storage.ports import Store

log = logging.getLogger(__name__)

PATH = "/metrics"
KEPT = 30.0
"""Seconds for which figures are given out again: they read the whole history, and several scrapers may ask at once."""
ENDING = 2.0
"""Seconds for the scrape in hand when the process ends."""
DAY = 86_400.0


class MetricsUnavailable(Exception):
    """The address cannot be listened at. ``metrics.<code>`` in ``agent.words`` says so."""

    def __init__(self, code: str, host: str, port: int, reason: str = "") -> None:
        super().__init__(code)
        self.code, self.host, self.port, self.reason = code, host, port, reason


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    stats: Stats
    queues: Queues
    at: datetime


@dataclass
class Metrics:
    """The endpoint of one process. Every process of a house tells the same, for it reads the database."""

    store: Store
    flags: Flags
    host: str
    port: int
    """0: any that is free."""
    kept: float = KEPT
    _latest: Snapshot | None = None
    _read_at: float = field(default=0.0)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    _runner: web.AppRunner | None = None

    async def open(self) -> None:
        """Listen. Raises MetricsUnavailable."""
        app = web.Application()
        app.router.add_get(PATH, self._scraped)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=ENDING)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self.host, self.port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise MetricsUnavailable(_code(error), self.host, self.port, error.strerror or str(error)) from error
        self.port = self._runner.addresses[0][1]

    async def aclose(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _scraped(self, request: web.Request) -> web.Response:
        try:
            snapshot = await self._snapshot()
        except StorageError as error:
            log.warning("the figures could not be read: %s", error)
            return web.Response(status=503, text="The database cannot be reached.\n")
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(registry_of(snapshot)), headers={"Content-Type": content_type})

    async def _snapshot(self) -> Snapshot:
        async with self._reading:
            if self._latest is None or time.monotonic() - self._read_at >= self.kept:
                now = datetime.now(UTC)
                stats, queues = await stats_of_all(self.store, self.flags, now), await self.store.statistics.queues()
                self._latest, self._read_at = Snapshot(stats=stats, queues=queues, at=now), time.monotonic()
            return self._latest


_CODES = {errno.EADDRINUSE: "port_in_use", errno.EADDRNOTAVAIL: "host_elsewhere"}


def _code(error: OSError) -> str:
    """A name that cannot be resolved is no address of this machine either."""
    return "host_elsewhere" if isinstance(error, socket.gaierror) else _CODES.get(error.errno or 0, "refused")


def registry_of(snapshot: Snapshot) -> CollectorRegistry:
    """A registry with these figures and nothing of the process itself."""
    registry = CollectorRegistry()
    registry.register(_Figures(snapshot))
    return registry


@dataclass(frozen=True, eq=False)
class _Figures(Collector):
    """Known by itself: a registry keeps its collectors in a dictionary."""

    snapshot: Snapshot

    def collect(self) -> Iterable[Metric]:
        yield from _use(self.snapshot.stats)
        yield from _help(self.snapshot.stats)
        yield from _reminders(self.snapshot.stats)
        yield from _flags(self.snapshot.stats.read_outs)
        yield from _queues(self.snapshot.queues, self.snapshot.at)


def _use(stats: Stats) -> Iterable[Metric]:
    yield _gauge("projects", "Projects.", stats.projects)
    made = CounterMetricFamily("threadtune_models_made", "Model versions that were saved.")
    made.add_metric([], stats.models)
    yield made
    yield _gauge("people", "People who ever did anything; linked accounts are one.", stats.people)
    yield _gauge("people_with_a_model", "People who made a model.", stats.makers)
    active = {str(days): float(count) for days, count in stats.active.items()}
    yield _by("people_active", "People who did anything in the last so many days.", "days", active)
    yield _gauge("people_second_week_over", "People whose second week here is over.", stats.observed)


def _help(stats: Stats) -> Iterable[Metric]:
    yield from _figure("made_model_ratio", "Share of people who made a model", stats.made)
    yield from _figure("returned_ratio", "Share of people who came back in their second week", stats.returned)
    yield from _figure("satisfaction", "Mean answer to the survey, 1 to 5, by person", stats.satisfaction)
    yield _gauge("survey_answers", "Answers to the survey.", stats.answers)
    seconds = None if stats.first_model_days is None else stats.first_model_days * DAY
    yield _gauge("first_model_seconds", "Median time from a person's first word to their first model.", seconds)


def _reminders(stats: Stats) -> Iterable[Metric]:
    kinds = stats.reminders.items()
    sent = {kind.value: float(one.sent) for kind, one in kinds}
    answered = {kind.value: float(one.answered) for kind, one in kinds}
    yield _by("reminders_sent", "Reminders of the last 28 days whose day for an answer is over.", "kind", sent)
    yield _by("reminders_answered", "Those of them that were answered within a day.", "kind", answered)
    share = _family(
        "reminders_answered_ratio", "Mean share of them by person, with its 95 % interval.", "kind", "bound"
    )
    for kind, one in kinds:
        _add_figure(share, (kind.value,), one.share)
    yield share


def _flags(read_outs: Iterable[ReadOut]) -> Iterable[Metric]:
    people = _family("flag_people", "People who were shown a variant first.", "flag", "variant")
    rolled_out = _family("flag_percent", "Percent of people who are given a variant.", "flag", "variant")
    outcome = _family(
        "flag_outcome",
        "Mean outcome within 14 days by variant, with its 95 % interval.",
        "flag",
        "outcome",
        "variant",
        "bound",
    )
    counted = _family("flag_outcome_people", "People behind it.", "flag", "outcome", "variant")
    difference = _family(
        "flag_difference", "Variant under trial less the other, with its 95 % interval.", "flag", "outcome", "bound"
    )
    for one in read_outs:
        for variant, percent in one.shares.items():
            rolled_out.add_metric([one.flag, variant], percent)
        for variant, count in one.people.items():
            people.add_metric([one.flag, variant], count)
        for compared in one.outcomes:
            for variant, mean in compared.means.items():
                counted.add_metric([one.flag, compared.outcome, variant], compared.people[variant])
                labels = (one.flag, compared.outcome, variant)
                if (interval := compared.intervals[variant]) is not None:
                    _add_figure(outcome, labels, interval)
                elif mean is not None:  # of one person
                    outcome.add_metric([*labels, "mean"], mean)
            _add_figure(difference, (one.flag, compared.outcome), compared.difference)
    yield from (people, rolled_out, outcome, counted, difference)


def _queues(queues: Queues, at: datetime) -> Iterable[Metric]:
    named = {"inbox": queues.inbox, "outbox": queues.outbox, "jobs": queues.jobs}
    waiting = {name: float(one.waiting) for name, one in named.items()}
    ages = {name: max(0.0, (at - one.oldest).total_seconds()) if one.oldest else 0.0 for name, one in named.items()}
    yield _by("waiting", "Events to be handled, messages to be posted, jobs to be begun.", "queue", waiting)
    yield _by("oldest_waiting_seconds", "Age of what has waited longest; 0 where nothing waits.", "queue", ages)
    states = {state.value: float(queues.job_states.get(state, 0)) for state in JobState}
    yield _by("jobs", "Jobs of the trainer by state.", "state", states)


# Families


def _family(name: str, text: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"threadtune_{name}", text, labels=labels)


def _gauge(name: str, text: str, value: float | None) -> GaugeMetricFamily:
    """Without a sample where there is no value."""
    family = _family(name, text)
    if value is not None:
        family.add_metric([], value)
    return family


def _by(name: str, text: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = _family(name, text, label)
    for one, value in values.items():
        family.add_metric([one], value)
    return family


def _figure(name: str, text: str, figure: Figure | None) -> Iterable[Metric]:
    """A mean with its bounds, and how many people it is of."""
    family = _family(name, f"{text}, with its 95 % interval.", "bound")
    _add_figure(family, (), figure)
    yield family
    yield _gauge(f"{name}_people", f"{text}: the people behind it.", figure.n if figure else 0)


def _add_figure(family: GaugeMetricFamily, labels: tuple[str, ...], figure: Figure | Interval | None) -> None:
    if figure is not None:
        for bound in ("mean", "low", "high"):
            family.add_metric([*labels, bound], getattr(figure, bound))
