"""The loop's turns, killed after each of their calls: what is compared is asked once, and what is promoted is promoted once."""

from pathlib import Path
from typing import Any

import pytest

from agent.promotion import times_in_use
from storage.domain import JobKind
from tests.fakes.killed import ends_as_if_undisturbed
from tests.fakes.mortal import READS
from tests.fakes.talk import Talk
from tests.fakes.train_results import TRAINED
from tests.unit.agent.test_loop import answered, begin, good, poor, project_of, trained


@pytest.fixture(autouse=True)
def _better(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few requests tell nothing: what the verdict is, other tests hold."""
    monkeypatch.setattr("agent.loop.taking_over", lambda *_: "better")


async def with_two_versions(talk: Talk) -> None:
    await begin(talk, rows=12)
    await trained(talk, poor)
    await trained(talk, good)


async def outcome(talk: Talk) -> Any:
    project = await project_of(talk)
    times = [(one.model.version, one.promotion.by) for one in await times_in_use(talk.context, project)]
    evaluations = [(one.contenders, one.state.value) for one in await talk.store.evaluations.of_project(project)]
    jobs = [(job.kind.value, job.run_id[:4]) for job in await talk.store.jobs.active()]
    said = [text for _, _, text in await talk.posts()][-3:]
    return times, evaluations, jobs, said


async def test_a_turn_that_begins_the_second_comparison_begins_it_once(tmp_path: Path) -> None:
    async def prepare(talk: Talk) -> None:
        await begin(talk, rows=12)
        await trained(talk, poor)
        await talk.type("/tune train start")
        await talk.end_job(JobKind.TRAIN, result=TRAINED)

    async def turn(talk: Talk) -> None:
        await answered(talk, {"base": poor, "tuned": good})

    times, evaluations, jobs, _ = await ends_as_if_undisturbed(tmp_path, prepare, turn, outcome, spares=READS)
    assert times == [(1, "verdict")]
    assert evaluations == [(("v1", "v2"), "answering")]
    assert sorted(jobs) == [("export", "run_"), ("generate", "eval")]


async def test_a_verdict_that_is_told_again_promotes_once(tmp_path: Path) -> None:
    async def turn(talk: Talk) -> None:
        await answered(talk, {"tuned": poor})

    times, evaluations, *_ = await ends_as_if_undisturbed(tmp_path, with_two_versions, turn, outcome, spares=READS)
    assert times == [(1, "verdict"), (2, "verdict")]
    assert evaluations == [(("v1", "v2"), "done")]


async def test_a_tap_that_goes_back_goes_back_once(tmp_path: Path) -> None:
    async def prepare(talk: Talk) -> None:
        await with_two_versions(talk)
        await answered(talk, {"tuned": poor})

    async def turn(talk: Talk) -> None:
        await talk.press("Back to version 1")

    times, *_ = await ends_as_if_undisturbed(tmp_path, prepare, turn, outcome, spares=READS)
    assert times == [(1, "verdict"), (2, "verdict"), (1, "person")]
