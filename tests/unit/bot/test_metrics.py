"""The endpoint for Prometheus, scraped over HTTP and read by Prometheus' own parser."""

import re
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from agent.flags import KNOWN, Flags, read_flags
from agent.readouts import OUTCOMES
from bot.failures import explain
from bot.metrics import Metrics, MetricsUnavailable
from bot.settings import Settings
from storage.domain import JobState
from storage.errors import StoreUnavailable
from storage.ports import Store
from tests.contract.facts import job, post
from tests.fakes.deeds import NOW, Planted

DOCUMENT = Path(__file__).parents[3] / "docs" / "metrics.md"
FLAGS = read_flags("hello=A:50/B:50, survey=50%")


@pytest.fixture
async def planted() -> Planted:
    """A house in which something of each kind has happened."""
    found = Planted()
    await found.project()
    for number in range(3):
        person = f"console:{number}"
        await found.words(person, 20, 10)
        model = await found.model(person, 5)
        await found.says(person, model, 3 + number % 2, word="Evelyn likes it")
        await found.reminded(person, 3, answered_after=0.1)
        for name in FLAGS.defined:
            await FLAGS.variant(found.store, name, person, NOW)
    return found


async def serving(store: Store, flags: Flags = FLAGS, kept: float = 0.0) -> Metrics:
    metrics = Metrics(store, flags, "127.0.0.1", 0, kept=kept)
    await metrics.open()
    return metrics


@pytest.fixture
async def metrics(planted: Planted) -> AsyncIterator[Metrics]:
    found = await serving(planted.store)
    yield found
    await found.aclose()


async def scrape(metrics: Metrics, accept: str = "", path: str = "/metrics") -> tuple[int, str, str]:
    """Status, type and text."""
    headers = {"Accept": accept} if accept else {}
    url = f"http://{metrics.host}:{metrics.port}{path}"
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status, answer.headers["Content-Type"], await answer.text()


async def samples(metrics: Metrics) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    status, _, text = await scrape(metrics)
    assert status == 200
    families = text_string_to_metric_families(text)
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


async def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return (await samples(metrics)).get((f"threadtune_{name}", frozenset(labels.items())))


async def test_figures_are_those_of_the_database(metrics: Metrics) -> None:
    assert await value(metrics, "projects") == 1
    assert await value(metrics, "models_made_total") == 3
    assert await value(metrics, "people_with_a_model") == 3
    assert await value(metrics, "satisfaction", bound="mean") == pytest.approx(10 / 3)
    assert await value(metrics, "satisfaction_people") == 3
    assert await value(metrics, "returned_ratio", bound="mean") == 1
    assert await value(metrics, "flag_percent", flag="survey", variant="on") == 50


async def test_they_grow_with_it(metrics: Metrics, planted: Planted) -> None:
    await planted.model("console:0", 1)
    assert await value(metrics, "models_made_total") == 4


async def test_what_waits_is_counted_with_its_age(metrics: Metrics, planted: Planted) -> None:
    before = await value(metrics, "waiting", queue="inbox")
    assert before is not None, "what was planted was never handled"
    assert before > 0
    await planted.store.outbox.put("console:0:None", "cause", [post(0)], NOW)
    await planted.store.jobs.submit(replace(job("1"), created_at=NOW))
    assert await value(metrics, "waiting", queue="outbox") == 1
    assert await value(metrics, "waiting", queue="jobs") == 1
    assert await value(metrics, "jobs", state="queued") == 1
    age = await value(metrics, "oldest_waiting_seconds", queue="inbox")
    assert age is not None
    assert age >= 0


async def test_every_state_of_a_job_is_there_from_the_first_scrape(metrics: Metrics) -> None:
    """So that an alarm on failures need not wait for the first one."""
    assert [await value(metrics, "jobs", state=state.value) for state in JobState] == [0.0] * len(JobState)


async def test_of_what_is_not_known_there_is_no_sample() -> None:
    empty = await serving(Planted().store)
    try:
        found = await samples(empty)
    finally:
        await empty.aclose()
    names = {name for name, _ in found}
    assert "threadtune_first_model_seconds" not in names
    assert "threadtune_satisfaction" not in names
    assert found["threadtune_satisfaction_people", frozenset()] == 0


async def test_labels_are_codes_of_ours_and_no_more_than_a_handful(metrics: Metrics) -> None:
    allowed: dict[str, set[str]] = {
        "days": {"7", "28"},
        "bound": {"mean", "low", "high"},
        "kind": {"suggestion", "scheduled"},
        "flag": set(KNOWN),
        "variant": {variant for variants in KNOWN.values() for variant in variants},
        "outcome": {str(one) for one in OUTCOMES},
        "queue": {"inbox", "outbox", "jobs"},
        "state": {state.value for state in JobState},
    }
    found = await samples(metrics)
    for name, labels in found:
        for label, one in labels:
            assert one in allowed[label], f"{name} has {label}={one}"
    _, _, text = await scrape(metrics)
    assert not re.search(r"console:|Evelyn|secret|project_team|model_\d", text)


async def test_many_people_make_no_more_series(metrics: Metrics, planted: Planted) -> None:
    before = set(await samples(metrics))
    for number in range(50):
        await planted.words(f"slack:T{number}:U{number}", 3, project="project_team")
    assert set(await samples(metrics)) == before


async def test_every_metric_is_in_the_document_and_the_other_way_round(metrics: Metrics) -> None:
    _, _, text = await scrape(metrics)
    served = set(re.findall(r"^# TYPE (threadtune_\w+)", text, re.MULTILINE))
    assert served == set(re.findall(r"^\| `(threadtune_\w+)", DOCUMENT.read_text("utf-8"), re.MULTILINE))


async def test_openmetrics_is_spoken_to_those_who_ask_for_it(metrics: Metrics) -> None:
    _, plain, _ = await scrape(metrics)
    _, kind, text = await scrape(metrics, "application/openmetrics-text; version=1.0.0")
    assert plain.startswith("text/plain")
    assert kind.startswith("application/openmetrics-text")
    assert text.endswith("# EOF\n")


async def test_nothing_else_is_served(metrics: Metrics) -> None:
    assert (await scrape(metrics, path="/"))[0] == 404


async def test_the_history_is_read_once_for_scrapers_that_come_together(planted: Planted) -> None:
    metrics = await serving(planted.store, kept=60)
    try:
        await samples(metrics)
        await planted.model("console:0", 1)
        assert await value(metrics, "models_made_total") == 3, "the figures of a moment ago"
    finally:
        await metrics.aclose()


class Away:
    def __getattr__(self, name: str) -> Any:
        raise StoreUnavailable("unreachable")


async def test_a_database_that_is_away_is_a_failed_scrape_and_the_next_one_goes_on(planted: Planted) -> None:
    metrics = await serving(replace(planted.store, statistics=Away()))
    try:
        status, _, text = await scrape(metrics)
        assert (status, "database" in text) == (503, True)
        metrics.store = planted.store
        assert (await scrape(metrics))[0] == 200
    finally:
        await metrics.aclose()


async def test_a_port_in_use_ends_the_start_with_a_sentence(planted: Planted, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(MetricsUnavailable) as fault:
            await Metrics(planted.store, FLAGS, "127.0.0.1", port).open()
    told = explain(fault.value, Settings(home=tmp_path))
    assert told is not None
    assert f"127.0.0.1:{port}: another program listens there" in told
    assert "THREADTUNE_METRICS_PORT" in told


@pytest.mark.parametrize("host", ["203.0.113.1", "no-such-host.invalid"])
async def test_an_address_that_is_not_ours_too(planted: Planted, tmp_path: Path, host: str) -> None:
    with pytest.raises(MetricsUnavailable) as fault:
        await Metrics(planted.store, FLAGS, host, 0).open()
    assert "THREADTUNE_METRICS_HOST" in str(explain(fault.value, Settings(home=tmp_path)))


def test_it_is_off_and_on_this_machine_alone_unless_somebody_says_otherwise(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert (settings.metrics_port, settings.metrics_host) == (None, "127.0.0.1")


@pytest.mark.parametrize("empty", ["", "  "])
def test_what_is_set_to_nothing_is_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty: str) -> None:
    for name in ("THREADTUNE_METRICS_PORT", "THREADTUNE_METRICS_HOST", "THREADTUNE_SLACK_HOST"):
        monkeypatch.setenv(name, empty)
    settings = Settings(home=tmp_path)
    assert (settings.metrics_port, settings.metrics_host) == (None, "127.0.0.1")
    assert settings.slack_host == "127.0.0.1", "an empty host would be every address of the machine"
